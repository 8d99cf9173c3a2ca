"""Plan of an adaptation: its settings, and the number of steps that fit into the time, measured once and kept."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from MuscleSegLib.child_processes import usable_cores
from MuscleSegLib.files import written_whole
from MuscleSegLib.networks import build
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.training.adaptation.parent import Parent
from MuscleSegLib.training.architecture import network_arguments
from MuscleSegLib.training.configuration import Configuration, DataConfiguration, OptimizationConfiguration
from MuscleSegLib.training.legs import PHANTOM, SCANNED_PHANTOM
from MuscleSegLib.training.loss_module import LossModule
from MuscleSegLib.training.processes import ALONE

TRAINING_SHARE = 0.75
"""Share of the time for steps; the rest is for looking at the scans before and after."""

BUSY = 1.15
"""Factor on a step's measured time: the computer does other things too."""


@dataclass(frozen=True)
class Settings:
    """Settings of an adaptation.

    Attributes:
        people: Number of digital people whose synthesized images are rehearsed.
        scanned_people: Number of digital people whose scans are rehearsed.
        frozen_people: Number of other digital people, whom no training sees, to tell what was forgotten.
        most_steps: Largest number of steps of one training.
        least_steps: Smallest number of steps, however short the time.
        batch: Slices of a step of a flat network.
        batch_3d: Volumes of a step of a three-dimensional network.
        learning_rate: Highest learning rate.
        as_scanned: Share of the volumes of the corrected scans that keep their shape and contrast.
        largest_fall: Fall of the mean DSC on the frozen people from which a network is not taken.
    """

    people: int = 4
    scanned_people: int = 3
    frozen_people: int = 3
    most_steps: int = 300
    least_steps: int = 10
    batch: int = 16
    batch_3d: int = 2
    learning_rate: float = 0.001
    as_scanned: float = 0.9
    largest_fall: float = 0.01


def configuration_of(parent: Parent, settings: Settings, *, name: str, steps: int) -> Configuration:
    """Return the configuration of one training, from the weights of the network that goes on learning."""
    about, is_flat = parent.bundle.metadata, parent.input.dimensions == 2
    return Configuration(
        name=name,
        region=about.region,
        architecture=parent.architecture,
        input=parent.input,
        data=DataConfiguration(
            sources={PHANTOM: 0.5, SCANNED_PHANTOM: 0.5},
            variants=1,
            phantoms=settings.people,
            scanned_phantoms=settings.scanned_people,
            volumes=max(2, steps),
            as_scanned=settings.as_scanned,
            adductor=parent.adductor,
        ),
        optimization=OptimizationConfiguration(
            iterations=steps,
            batch=settings.batch if is_flat else settings.batch_3d,
            learning_rate=settings.learning_rate,
            warm_up=max(1, min(20, steps // 5)),
            averaging=0.98,
            validate_every=steps,
            save_every=max(1, min(20, steps // 10)),
        ),
        notes=about.notes,
        license=about.license,
        network=parent.arguments,
        start=(str(parent.bundle.folder),),
    )


def planned_steps(
    file: Path,
    parent: Parent,
    settings: Settings,
    *,
    minutes: float,
    trainings: int,
    make_volumes: Sequence[Callable[[], object]],
) -> int:
    """Return the number of steps of each training: the one in the file, or as many as fit into the time, then kept.

    A run that goes on reads the same number, so that it ends with the weights of one that was not stopped.

    Args:
        file: File of the plan.
        parent: The network.
        settings: Settings of the adaptation.
        minutes: Time for all trainings and comparisons.
        trainings: Number of trainings.
        make_volumes: Functions that each make a training volume, to be timed.
    """
    if file.exists():
        return int(json.loads(file.read_text(encoding="utf-8"))["steps"])
    step, volume = _seconds_of_step(parent, settings), _seconds_of_volume(make_volumes)
    # one process makes the volumes while another learns from those before
    seconds = (max(step, volume) if usable_cores() > 1 else step + volume) * BUSY
    fitting = int(minutes * 60 * TRAINING_SHARE / trainings / seconds)
    steps = max(settings.least_steps, min(settings.most_steps, fitting))
    content = {"steps": steps, "step_seconds": step, "volume_seconds": volume, "settings": asdict(settings)}
    with written_whole(file) as temporary:
        temporary.write_text(json.dumps(content), encoding="utf-8")
    return steps


def _seconds_of_step(parent: Parent, settings: Settings) -> float:
    """Return the time of a step of learning: the shortest of two, after a first one that allocates memory."""
    spec, device = parent.input, ALONE.device
    arguments = network_arguments(configuration_of(parent, settings, name="timing", steps=1))
    network = build(parent.architecture, **arguments).to(device)
    loss_module = LossModule(network, classes=len(parent.codes) + 1, has_bfloat16=has_bfloat16(device)).train()
    batch = settings.batch if spec.dimensions == 2 else settings.batch_3d
    slices = () if spec.dimensions == 2 else (spec.slices,)
    images = torch.rand(batch, arguments["in_channels"], *slices, spec.size, spec.size, device=device)
    if spec.dimensions == 2:
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch types it so
        images = images.to(memory_format=torch.channels_last)
    targets = torch.zeros(batch, *slices, spec.size, spec.size, dtype=torch.uint8, device=device)
    seconds = []
    for _step in range(3):
        start = time.monotonic()
        loss_module(images, targets, targets).backward()
        seconds.append(time.monotonic() - start)
    return min(seconds[1:])


def _seconds_of_volume(make_volumes: Sequence[Callable[[], object]]) -> float:
    """Return the mean time of making a training volume."""
    seconds = []
    for make in make_volumes:
        start = time.monotonic()
        make()
        seconds.append(time.monotonic() - start)
    return sum(seconds) / max(1, len(seconds))
