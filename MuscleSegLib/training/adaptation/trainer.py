"""Training of an adaptation: the one training loop, on corrected scans and what the network learned before in turn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from MuscleSegLib.networks import build
from MuscleSegLib.training.batches import Batches, Samples
from MuscleSegLib.training.calibration_legs import CalibrationBatches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs import SCANNED_PHANTOM, LegVolume
from MuscleSegLib.training.loop import Trainer
from MuscleSegLib.training.synthesis import Sample, Volumes
from MuscleSegLib.training.transfer import start_from

CASES = "cases"
"""Source of the corrected scans."""

LEARNED_SHARE = 0.5
"""Share of the learned weights in those that a training ends with; the rest are the weights it began with.

Half way, a network keeps most of what it learned and forgets far less of what it knew: Wortsman et al., CVPR 2022,
arXiv 2109.01903.
"""


class InTurn:
    """Volumes of two sources in turn: of corrected scans by even numbers, and of rehearsal by odd ones."""

    def __init__(self, cases: Samples, rehearsal: Samples) -> None:
        self.sources = (cases, rehearsal)
        self.seed = cases.seed
        self.stream = cases.stream

    def __getitem__(self, number: int) -> Sample:
        """Return volume ``number``."""
        return self.sources[number % 2][number // 2]


class AdaptationTrainer(Trainer):
    """Training run whose legs are corrected scans (source ``CASES``) and rehearsal.

    It does not validate: what it is worth is judged on legs that it does not see, after its last step.
    """

    def _make_data(self, leg_volumes: Mapping[str, Sequence[LegVolume]], cache: Path) -> None:
        configuration = self.configuration
        cases, rehearsal = volumes_of(leg_volumes, configuration, cache)
        self.training = Batches(
            InTurn(cases, rehearsal),
            configuration,
            limit=configuration.data.volumes,
            count=configuration.optimization.iterations,
            is_varied=True,
        )
        self.validation = self.calibration_batches = CalibrationBatches(
            leg_volumes[SCANNED_PHANTOM], configuration, stream=2
        )

    def _finished_network(self) -> nn.Module:
        """Return a network half way between the weights of the start and the averaged ones."""
        network = super()._finished_network()
        start = build(self.configuration.architecture, **self.arguments)
        for folder in self.configuration.start:
            start_from(start, Path(folder))
        before, learned = start.state_dict(), network.state_dict()
        for name, value in learned.items():
            if value.is_floating_point():
                value.copy_(torch.lerp(before[name].to(value), value, LEARNED_SHARE))
        return network

    def _judge(self) -> None:
        self.losses.clear()


def volumes_of(
    leg_volumes: Mapping[str, Sequence[LegVolume]], configuration: Configuration, cache: Path
) -> tuple[Volumes, Volumes]:
    """Return the training volumes of the corrected scans and those of rehearsal, each leg with an equal share."""
    cases = list(leg_volumes[CASES])
    rehearsal = [leg for source, legs in leg_volumes.items() if source != CASES for leg in legs]
    first, second = (
        Volumes(legs, [1.0] * len(legs), configuration, stream=stream, cache=cache)
        for stream, legs in enumerate((cases, rehearsal))
    )
    return first, second
