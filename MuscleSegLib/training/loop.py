"""Training loop: from a configuration and legs to a network, interruptible at any moment."""

import copy
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.networks import build
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.architecture import network_arguments
from MuscleSegLib.training.batches import Batch, Batches
from MuscleSegLib.training.bias_calibration import calibrate_bias, last_bias
from MuscleSegLib.training.calibration_legs import CalibrationBatches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.data_split import digital_scans, split
from MuscleSegLib.training.legs import SIZED_PHANTOM, LegVolume
from MuscleSegLib.training.log import Log
from MuscleSegLib.training.loss_module import LossModule
from MuscleSegLib.training.processes import ALONE, Processes
from MuscleSegLib.training.stopping import Interruption
from MuscleSegLib.training.synthesis import IGNORED, Volumes
from MuscleSegLib.training.transfer import start_from

VALIDATION_BATCHES = 16
VALIDATION_VOLUMES = 64
LARGEST_GRADIENT = 5.0


class Trainer:
    """Training run: network, optimizer and progress, all of which a checkpoint holds.

    Args:
        configuration: Configuration of the run.
        leg_volumes: All legs, by source, and by ``SIZED_PHANTOM`` those for the calibration of biases.
        output: Folder for ``checkpoint.pt`` and the logs.
        cache: Folder for the training volumes, which runs may share.
        processes: Processes that train together.
    """

    def __init__(
        self,
        configuration: Configuration,
        leg_volumes: Mapping[str, Sequence[LegVolume]],
        output: Path,
        *,
        cache: Path,
        processes: Processes = ALONE,
    ) -> None:
        self.configuration = configuration
        self.processes = processes
        self.device = processes.device
        self.codes = configuration.label_set.codes
        self.checkpoint = output / "checkpoint.pt"
        self.log = Log(output, self.codes)
        self._make_network()
        self._make_data(leg_volumes, cache)
        self.done = 0
        self.seconds = 0.0
        self.losses: list[float] = []  # since the last validation
        self.best: dict[str, Any] = {"score": -1.0, "done": 0, "weights": None}
        self.has_converged = False

    def _make_network(self) -> None:
        configuration, classes = self.configuration, len(self.codes) + 1
        plan = configuration.optimization
        torch.manual_seed(configuration.seed)
        self.arguments = network_arguments(configuration)
        self.network = build(configuration.architecture, **self.arguments)
        if not self.checkpoint.exists():  # a resumed run has weights already
            for folder in configuration.start:
                start_from(self.network, Path(folder), configuration.label_set)
        self.network.to(self.device)
        if configuration.input.dimensions == 2:
            self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # half the time on a CPU
        self.average = AveragedModel(self.network, avg_fn=self._averaged, use_buffers=True)
        loss_module = LossModule(
            self.network, classes=classes, has_bfloat16=has_bfloat16(self.device), area_weight=plan.area_weight
        )
        # batch statistics of each process's own, so that none overwrites another's. torch 2.8 has no other name for it;
        # 2.13 warns
        self.loss_module = (
            DistributedDataParallel(loss_module, broadcast_buffers=False) if self.processes.count > 1 else loss_module
        )
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, plan.rate)

    def _make_data(self, leg_volumes: Mapping[str, Sequence[LegVolume]], cache: Path) -> None:
        configuration = self.configuration
        parts = split(leg_volumes, configuration)
        training, validation = (
            Volumes(*part, configuration, stream=stream, cache=cache) for stream, part in enumerate(parts)
        )
        self.training = Batches(
            training,
            configuration,
            limit=configuration.data.volumes,
            count=configuration.optimization.iterations,
            is_varied=True,
            processes=self.processes,
        )
        self.validation = self.calibration_batches = Batches(
            validation, configuration, limit=VALIDATION_VOLUMES, count=VALIDATION_BATCHES, is_varied=False
        )
        scans = leg_volumes.get(SIZED_PHANTOM) or digital_scans(leg for legs, _ in parts for leg in legs)
        if scans:
            self.calibration_batches = CalibrationBatches(scans, configuration, stream=2)

    def run(self, progress: Progress, *, minutes: float = math.inf) -> bool:
        """Train until the last iteration, convergence, ``minutes`` or a signal.

        Returns:
            Whether training is complete. Otherwise it resumes from the checkpoint.
        """
        plan = self.configuration.optimization
        loader = DataLoader(
            self.training,
            batch_size=None,
            sampler=range(self.done, 0 if self.has_converged else plan.iterations),
            num_workers=1,
            prefetch_factor=4,
            generator=torch.Generator(),  # separate: the network's random numbers are those of the iteration
        )
        start, before = time.monotonic(), self.seconds
        with Interruption() as interruption:
            for batch in _until_stopped(loader, interruption):
                self._step(batch)
                self.seconds = before + time.monotonic() - start
                self._report(progress)
                if self.done % plan.validate_every == 0 or self.done == plan.iterations:
                    self._judge()
                is_due = time.monotonic() - start > minutes * 60
                must_stop = self.processes.anywhere(interruption.is_requested or is_due) or self.has_converged
                if must_stop or self.done % plan.save_every == 0 or self.done == plan.iterations:
                    self.save()
                if must_stop:
                    break
            else:
                if interruption.is_requested:
                    self.save()
        return self.has_converged or self.done >= plan.iterations

    def validate(self) -> list[float]:
        """Return the DSC of each muscle over the validation batches, NaN for absent muscles.

        During the coarse iterations it is the DSC at half the resolution.
        """
        self.average.eval()
        overlap, total = torch.zeros(len(self.codes)), torch.zeros(len(self.codes))
        for number in range(len(self.validation)):
            batch = self.validation[number]
            if self._is_coarse():
                batch = batch.coarse()
            predicted = self._predict(self.average, batch.images).argmax(dim=1)
            is_labeled = batch.targets != IGNORED
            for place in range(len(self.codes)):
                muscle, reference = (predicted == place + 1) & is_labeled, batch.targets == place + 1
                overlap[place] += (muscle & reference).sum()
                total[place] += muscle.sum() + reference.sum()
        return (2 * overlap / total).tolist()

    def finished_weights(self) -> dict[str, Tensor]:
        """Return the averaged weights, with output biases calibrated so that volumes are unbiased."""
        network: nn.Module = copy.deepcopy(self.average.module).eval()
        weights = network.state_dict()  # the network's tensors themselves: the calibration changes its predictions

        def predict() -> Iterator[tuple[Tensor, Tensor]]:
            for number in range(len(self.calibration_batches)):
                batch = self.calibration_batches[number]
                yield self._predict(network, batch.images), batch.targets

        calibrate_bias(weights[last_bias(network, len(self.codes) + 1)], predict)
        return weights

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        if self.processes.rank > 0:
            return
        parts = ("network", "average", "optimizer", "schedule")
        values = ("done", "seconds", "losses", "best", "has_converged")
        state = {name: getattr(self, name).state_dict() for name in parts}
        state |= {name: getattr(self, name) for name in values}
        # torch reports a full disk only for a file that Python has opened.
        with written_whole(self.checkpoint) as temporary, temporary.open("wb") as file:
            torch.save({**state, "configuration": self.configuration.digest()}, file)

    def load(self) -> None:
        """Resume from the checkpoint, if there is any.

        Raises:
            MuscleSegError: The checkpoint is of another configuration.
        """
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        if state.pop("configuration", None) != self.configuration.digest():
            message = f"The run in {self.checkpoint.parent} was started with another configuration: "
            message += "give that one, or another output folder."
            raise MuscleSegError(message)
        for name, value in state.items():
            if isinstance(value, dict) and name != "best":
                getattr(self, name).load_state_dict(value)
            else:
                setattr(self, name, value)
        if self.processes.rank == 0:
            self.log.forget_after(self.done)

    def _step(self, batch: Batch) -> None:
        # seeded by the iteration, so that a resumed run draws the same numbers
        torch.manual_seed(hash((self.configuration.seed, self.processes.rank, self.done)))
        self.loss_module.train()
        if self.done < self.configuration.optimization.coarse_iterations:
            batch = batch.coarse()
        images = self._on_device(batch.images)
        loss = self.loss_module(images, batch.targets.to(self.device), batch.compartments.to(self.device))
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        self.losses.append(float(loss.detach()))
        self.done += 1

    def _report(self, progress: Progress) -> None:
        iterations = self.configuration.optimization.iterations
        try:
            progress(self.done / iterations, f"iteration {self.done}, loss {np.mean(self.losses[-50:]):.3f}")
        except Canceled:
            self.save()
            raise

    def _judge(self) -> None:
        """Validate, log, and check for convergence."""
        dice = self.processes.of_first(self.validate() if self.processes.rank == 0 else [])
        if self.processes.rank == 0:
            self.log.write(self.done, self.seconds / 60, float(np.mean(self.losses)), dice)
        self.losses.clear()
        plan = self.configuration.optimization
        if not plan.patience or self._is_coarse():
            return
        score = float(np.nanmean(dice))
        if score > self.best["score"]:
            weights = {name: value.clone() for name, value in self.average.state_dict().items()}
            self.best = {"score": score, "done": self.done, "weights": weights}
        self.has_converged = self.done - self.best["done"] >= plan.patience * plan.validate_every
        if self.has_converged or self.done == plan.iterations:
            self.average.load_state_dict(self.best["weights"])

    def _is_coarse(self) -> bool:
        """Return whether all iterations so far were at half the resolution."""
        return 0 < self.done <= self.configuration.optimization.coarse_iterations

    def _averaged(self, average: Tensor, value: Tensor, updates: Tensor | int) -> Tensor:
        """Update the moving average, faster during the first iterations."""
        count = float(updates)
        decay = min(self.configuration.optimization.averaging, (1 + count) / (10 + count))
        return torch.lerp(average, value, 1 - decay) if value.is_floating_point() else value

    @torch.inference_mode()
    def _predict(self, network: nn.Module, images: Tensor) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=has_bfloat16(self.device)):
            logits: Tensor = network(self._on_device(images))
        return logits.cpu()

    def _on_device(self, images: Tensor) -> Tensor:
        if images.dim() == 4:
            return images.to(self.device, memory_format=torch.channels_last)
        return images.to(self.device)


def _until_stopped(loader: Iterable[Batch], interruption: Interruption) -> Iterator[Batch]:
    """Yield batches until the loader ends, also where a signal to the process group has ended its process."""
    try:
        yield from loader
    except RuntimeError:
        if not interruption.is_requested:
            raise
