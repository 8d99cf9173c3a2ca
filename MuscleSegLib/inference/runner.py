"""A network at work on one device: as fast as the numbers allow, and in pieces where memory is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.processor import has_bfloat16
from MuscleSegLib.inference.cost.tile_plan import RESERVE_BYTES, Need, Plan, windows, within
from MuscleSegLib.inference.cost.torch_memory import is_out_of_memory
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.progress import Progress

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

AGREEMENT = 0.995
"""Share of the muscle voxels of a sample that have the same label in low precision and in float32, at least.

The shipped thigh network reaches 0.998 to 0.999: what differs are voxels on borders, where float32 is as unsure."""

PAYS_FROM = 4
"""Slices or windows: the sample is computed twice, so that fewer would be slower in low precision."""


@dataclass
class Runner:
    """A network that is given images and answers logits.

    Attributes:
        network: Ready to infer, on ``device``.
        device: Where it runs; the CPU from where a GPU's memory does not do.
        name: The bundle's.
        need: Memory for an input of [batch, channel, ...].
        window: Rows and columns, or slices, rows and columns, that the network is shown at once; None for all.
        overlap: Share of a window that the next one covers again.
        on_gpu: Whether ``device`` is not the CPU.
        advice: What to do where memory does not do, for messages.
        precision: Of the features, "float32", "bfloat16" or "float16".
        notes: What happened that the user should know.

    """

    network: nn.Module
    device: torch.device
    name: str
    need: Need
    window: tuple[int, ...] | None = None
    overlap: float = 0.5
    on_gpu: bool = False
    advice: str = "close other programs"
    precision: str = "float32"
    notes: list[str] = field(default_factory=list)
    _is_checked: bool = False
    _stitches_on_cpu: bool = False

    def __call__(self, images: Tensor, progress: Progress, message: str) -> Tensor:
        """Run the network.

        Args:
            images: [sample, channel, row, column] or [sample, channel, slice, row, column], float32, on the CPU.
            progress: Told after each part; raises ``Cancelled`` to stop.
            message: For ``progress``.

        Returns:
            Logits, [sample, class, ...], float32, on the CPU.

        Raises:
            MuscleSegError: The memory does not suffice even for small parts, or the answer is no number.

        """
        import torch

        spatial = tuple(images.shape[2:])
        plan = self._plan(images)
        self._choose_precision(len(images) * windows(spatial, plan.tile, self.overlap))
        together = torch.empty(0)
        done = 0
        while done < len(images):
            progress(done / len(images), message)
            batch = images[done : done + plan.batch]
            try:
                logits = self._batch(batch, plan, self._within(progress, done, batch, images, plan, message))
                if done == 0:
                    together = torch.empty(len(images), *logits.shape[1:])
                together[done : done + len(batch)] = logits
                done += len(batch)
            except Exception as error:  # torch tells of memory in several ways
                if not is_out_of_memory(error):
                    raise
                plan = self._give_way(plan, images, error)
        return together

    def _plan(self, images: Tensor) -> Plan:
        """Return parts that fit into the memory; a GPU's is tried out."""
        spatial = tuple(images.shape[2:])
        wanted = self.window or spatial  # a scan that is smaller is padded
        if self.on_gpu:
            return Plan(len(images), wanted)
        plan = within(available_bytes(), self.need, images.shape[:2], wanted)
        if plan is None:
            raise self._refusal()
        if plan.tile != wanted:
            self._note(f"The memory is short: the network was shown pieces of {_size(plan.tile)} voxels.")
        return plan

    def _refusal(self) -> MuscleSegError:
        message = (
            f"The network {self.name} needs {in_words(self.need.least + RESERVE_BYTES)} of memory and "
            f"{in_words(available_bytes())} are available: {self.advice}."
        )
        return MuscleSegError(message)

    def _choose_precision(self, samples: int) -> None:
        import torch

        if self._is_checked:
            return
        if self.device.type == "cuda":
            self.precision = "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
        elif not self.on_gpu:
            self.precision = "bfloat16" if samples >= PAYS_FROM and has_bfloat16() else "float32"

    def _within(
        self, progress: Progress, done: int, batch: Tensor, images: Tensor, plan: Plan, message: str
    ) -> Progress:
        """Return a progress for the windows of one batch."""
        total = len(batch) * windows(tuple(images.shape[2:]), plan.tile, self.overlap)

        def report(finished: float, _: str) -> None:
            progress(min(1.0, (done + len(batch) * finished / total) / len(images)), message)

        return report

    def _batch(self, images: Tensor, plan: Plan, progress: Progress) -> Tensor:
        """Return the logits of one batch, on the CPU, looked at through windows where it is larger than one."""
        import torch

        with torch.inference_mode():
            if plan.tile == tuple(images.shape[2:]):
                return self._logits(images.to(self.device)).cpu()
            finished = 0

            def look(window: Tensor) -> Tensor:
                nonlocal finished
                logits = self._logits(window)
                finished += len(window)
                progress(finished, "")
                return logits

            from monai.inferers.utils import sliding_window_inference

            stitching = torch.device("cpu") if self._stitches_on_cpu else self.device
            together = sliding_window_inference(
                images.to(stitching),
                plan.tile,
                plan.batch,
                look,
                self.overlap,
                "gaussian",
                sw_device=self.device,
                device=stitching,
            )
        return cast("Tensor", together).cpu()

    def _logits(self, images: Tensor) -> Tensor:
        """Return logits in float32, checked the first time that they show muscle."""
        if self.precision == "float32":
            return self._run(images, "float32")
        logits = self._run(images, self.precision)
        if self._is_checked:
            return logits
        middle = len(images) // 2
        found, expected = logits[middle].argmax(0), self._run(images[middle : middle + 1], "float32")[0].argmax(0)
        muscle = (found > 0) | (expected > 0)
        if not muscle.any():
            return logits
        self._is_checked = True
        agreement = float((found == expected)[muscle].float().mean())
        if agreement >= AGREEMENT:
            return logits
        changed = 100 * (1 - agreement)
        self._note(f"{self.precision} would change {changed:.1f} % of the labels: the network ran in float32.")
        self.precision = "float32"
        return self._run(images, "float32")

    def _run(self, images: Tensor, precision: str) -> Tensor:
        import torch

        if images.dim() == 4:
            images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, getattr(torch, precision), enabled=precision != "float32"):
            logits: Tensor = self.network(images).float()
        if bool(logits.isfinite().all()):
            return logits
        if precision == "float32":
            raise not_finite(self.name)
        self._note(f"{precision} is too coarse for the network: it ran in float32.")
        self.precision = "float32"
        return self._run(images, "float32")

    def _give_way(self, plan: Plan, images: Tensor, error: Exception) -> Plan:
        """Return smaller parts after memory ran out, or go to the CPU."""
        import torch

        where = "The GPU's memory" if self.on_gpu else "The computer's memory"
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        is_tiled = plan.tile != tuple(images.shape[2:])
        if self.on_gpu and is_tiled and not self._stitches_on_cpu:
            self._stitches_on_cpu = True
            self._note(f"{where} ran out: the parts were put together in the computer's memory.")
            return plan
        smaller = plan.smaller()
        if smaller is not None:
            self._note(f"{where} ran out: the network was shown smaller parts.")
            return smaller
        if not self.on_gpu:
            raise self._refusal() from error
        self.device, self.on_gpu = torch.device("cpu"), False
        self.network.to(self.device)
        self._note(f"{where} ran out even with small parts: the network ran on the CPU, which is slower.")
        self._is_checked = False
        self._choose_precision(len(images) * windows(tuple(images.shape[2:]), plan.tile, self.overlap))
        return self._plan(images)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def not_finite(name: str) -> MuscleSegError:
    """Return the error of a network that computes what is no number."""
    return MuscleSegError(
        f"The network {name} cannot be used: its weights, or what it makes of this image, are not finite numbers; "
        "install it again or choose another network."
    )


def _size(tile: Sequence[int]) -> str:
    return " x ".join(map(str, tile))
