"""The training loop: from a configuration and a folder of label maps to a network, in steps that can be interrupted."""

import csv
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader

from MuscleSegLib.anatomy import region
from MuscleSegLib.networks import build
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.batches import Batches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.stacks import Stack

VALIDATION_BATCHES = 16


class Trainer:
    """A run: its network, its optimizer and where it stands, all of which a checkpoint holds.

    Args:
        configuration: Of the run.
        stacks: All legs, by source.
        output: A folder for ``checkpoint.pt`` and ``log.csv``.

    """

    def __init__(self, configuration: Configuration, stacks: Mapping[str, Sequence[Stack]], output: Path) -> None:
        self.configuration = configuration
        self.output = output
        self.codes = [muscle.code for muscle in region(configuration.region).muscles]
        plan = configuration.optimization
        torch.manual_seed(configuration.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = build(
            configuration.architecture,
            in_channels=len(configuration.input.context_mm),
            out_channels=len(self.codes) + 1,
        ).to(self.device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # half the time on a CPU
        self.average = AveragedModel(self.network, avg_fn=self._averaged, use_buffers=True)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.done = 0
        self.seconds = 0.0
        held_out = set(configuration.data.validation_people)
        apart = [
            {name: [s for s in source if (s.person in held_out) is held] for name, source in stacks.items()}
            for held in (False, True)
        ]
        train, validation = ({name: source for name, source in part.items() if source} for part in apart)
        self.training = Batches(train, configuration, stream=0, count=plan.iterations)
        self.validation = Batches(validation, configuration, stream=1, count=VALIDATION_BATCHES)

    @property
    def checkpoint(self) -> Path:
        """Where the state is kept."""
        return self.output / "checkpoint.pt"

    def run(self, progress: Progress, *, minutes: float = math.inf) -> bool:
        """Train until the iterations are done or ``minutes`` have passed; return whether they are done."""
        from monai.losses.dice import DiceCELoss

        loss_of = DiceCELoss(to_onehot_y=True, softmax=True, batch=True)
        plan = self.configuration.optimization
        loader = DataLoader(
            self.training, batch_size=None, sampler=range(self.done, plan.iterations), num_workers=1, prefetch_factor=4
        )
        start, before = time.monotonic(), self.seconds
        losses: list[float] = []
        for images, targets in loader:
            losses.append(self._step(images, targets, loss_of))
            self.done += 1
            self.seconds = before + time.monotonic() - start
            progress(self.done / plan.iterations, f"iteration {self.done}, loss {np.mean(losses[-50:]):.3f}")
            if self.done % plan.validate_every == 0 or self.done == plan.iterations:
                self._log(float(np.mean(losses)), self.validate())
                losses.clear()
                self.save()
                if time.monotonic() - start > minutes * 60:
                    break
        return self.done >= plan.iterations

    def validate(self) -> list[float]:
        """Return the DSC of each muscle over the validation batches, which are the same at every call."""
        self.average.eval()
        overlap, total = torch.zeros(len(self.codes)), torch.zeros(len(self.codes))
        with torch.inference_mode():
            for number in range(len(self.validation)):
                images, targets = self.validation[number]
                predicted = self._logits(self.average, images).argmax(dim=1).cpu()
                for place, code in enumerate(self.codes):
                    found, wanted = predicted == code, targets == code
                    overlap[place] += (found & wanted).sum()
                    total[place] += found.sum() + wanted.sum()
        return (2 * overlap / total.clamp(min=1)).tolist()

    def save(self) -> None:
        """Write the checkpoint, whole."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "done": self.done,
            "seconds": self.seconds,
        }
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def load(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        for name in ("network", "average", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        self.done, self.seconds = state["done"], state["seconds"]

    def _rate(self, iteration: int) -> float:
        plan = self.configuration.optimization
        warm = min(1.0, (iteration + 1) / plan.warm_up)
        return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, iteration / plan.iterations)))

    def _averaged(self, average: Tensor, value: Tensor, updates: Tensor | int) -> Tensor:
        """Move the average towards the new value: fast at first, when the old ones are worth little."""
        count = float(updates)
        decay = min(self.configuration.optimization.averaging, (1 + count) / (10 + count))
        return torch.lerp(average, value, 1 - decay) if value.is_floating_point() else value

    def _logits(self, network: nn.Module, images: Tensor) -> Tensor:
        images = images.to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            logits: Tensor = network(images)
        return logits.float()

    def _step(self, images: Tensor, targets: Tensor, loss_of: nn.Module) -> float:
        self.network.train()
        loss = loss_of(self._logits(self.network, images), targets[:, None].to(self.device).long())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        return float(loss.detach())

    def _log(self, loss: float, dice: Sequence[float]) -> None:
        path = self.output / "log.csv"
        is_new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(["iteration", "minutes", "loss", "dsc_mean", *(f"dsc_{code}" for code in self.codes)])
            figures = [loss, float(np.mean(dice)), *dice]
            writer.writerow([self.done, f"{self.seconds / 60:.1f}", *(f"{figure:.4f}" for figure in figures)])
