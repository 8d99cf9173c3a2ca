"""Execution of a network on one device: in low precision where labels stay the same, in tiles where memory is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost import MemoryEstimate, TilePlan, count_windows, is_out_of_memory, largest_tile_plan
from MuscleSegLib.inference.cost.processor import cpu_precision, slices_in
from MuscleSegLib.inference.cost.tile_plan import RESERVE_BYTES
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.progress import Progress
from MuscleSegLib.translatable import _, filled

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

AGREEMENT = 0.995
"""Share of the muscle voxels of a sample that have the same label in low precision and in float32, at least.

The shipped thigh network reaches 0.998 to 0.999: only voxels on borders differ, where float32 is as uncertain."""

SAMPLED_SLICES = 3
"""Slices of a volume that are computed in float32 too."""


@dataclass
class Runner:
    """Callable network: images in, logits out.

    Attributes:
        network: Network in evaluation mode, on ``device``.
        device: Device that it runs on; the CPU after a GPU's memory did not suffice.
        name: Name of the bundle.
        memory: Estimate of its memory.
        window: Rows and columns, or slices, rows and columns, of the network's input; None for the whole image.
        overlap: Share of a window that the next window covers again.
        on_gpu: Whether ``device`` is not the CPU.
        advice: Advice where memory does not suffice, for messages.
        precision: Number format of the features, "float32", "bfloat16" or "float16".
        notes: Sentences on exceptions that the user should know.
    """

    network: nn.Module
    device: torch.device
    name: str
    memory: MemoryEstimate
    window: tuple[int, ...] | None = None
    overlap: float = 0.5
    on_gpu: bool = False
    advice: str = _("close other programs")
    precision: str = "float32"
    notes: list[str] = field(default_factory=list)
    _is_checked: bool = False
    _stitches_on_cpu: bool = False

    def __call__(self, images: Tensor, progress: Progress, message: str) -> Tensor:
        """Run the network.

        Args:
            images: [sample, channel, row, column] or [sample, channel, slice, row, column], float32, on the CPU.
            progress: Called after each batch; raises ``Canceled`` to stop.
            message: Message for ``progress``.

        Returns:
            Logits, [sample, class, ...], float32, on the CPU.

        Raises:
            MuscleSegError: The memory does not suffice even for small tiles, or the logits are not finite.
        """
        import torch

        plan = self.plan(images)
        self._choose_precision(images, plan)
        all_logits = torch.empty(0)
        done = 0
        while done < len(images):
            progress(done / len(images), message)
            batch = images[done : done + plan.batch]
            try:
                logits = self._batch(batch, plan, self._batch_progress(progress, done, batch, images, plan, message))
                if done == 0:
                    all_logits = torch.empty(len(images), *logits.shape[1:])
                all_logits[done : done + len(batch)] = logits
                done += len(batch)
            except Exception as error:  # torch reports a full memory in several ways
                if not is_out_of_memory(error):
                    raise
                plan = self._give_way(plan, images, error)
        return all_logits

    def plan(self, images: Tensor) -> TilePlan:
        """Return a plan that fits into the memory; on a GPU the first plan is all images at once.

        Args:
            images: [sample, channel, ...].

        Raises:
            MuscleSegError: The memory does not suffice even for small tiles.
        """
        spatial = tuple(images.shape[2:])
        wanted = self.window or spatial  # smaller scans are padded
        if self.on_gpu:
            return TilePlan(len(images), wanted)
        plan = largest_tile_plan(available_bytes(), self.memory, images.shape[:2], wanted)
        if plan is None:
            raise self._refusal()
        if plan.tile != wanted:
            self._note(_("The memory is short: the network was shown pieces of {tile} voxels."), tile=_size(plan.tile))
        return plan

    def _refusal(self) -> MuscleSegError:
        message = _("The network {name} needs {needed} of memory and {available} are available: {advice}.")
        return MuscleSegError(
            message,
            name=self.name,
            needed=in_words(self.memory.least + RESERVE_BYTES),
            available=in_words(available_bytes()),
            advice=self.advice,
        )

    def _choose_precision(self, images: Tensor, plan: TilePlan) -> None:
        if self._is_checked:
            return
        samples = len(images) * count_windows(tuple(images.shape[2:]), plan.tile, self.overlap)
        if self.window is None:
            samples *= slices_in((1, 1, *plan.tile))
        if self.device.type == "cuda":
            self.precision = "bfloat16" if has_bfloat16(self.device) else "float16"
        elif not self.on_gpu:
            self.precision = cpu_precision(samples)

    def _batch_progress(
        self, progress: Progress, done: int, batch: Tensor, images: Tensor, plan: TilePlan, message: str
    ) -> Progress:
        """Return a progress for the windows of a batch."""
        total = len(batch) * count_windows(tuple(images.shape[2:]), plan.tile, self.overlap)

        def report(finished: float, _: str) -> None:
            progress(min(1.0, (done + len(batch) * finished / total) / len(images)), message)

        return report

    def _batch(self, images: Tensor, plan: TilePlan, progress: Progress) -> Tensor:
        """Return the logits of a batch on the CPU; a batch larger than the tile is predicted window by window."""
        import torch

        with torch.inference_mode():
            if plan.tile == tuple(images.shape[2:]):
                return self._logits(images.to(self.device)).cpu()
            finished = 0

            def predict_window(window: Tensor) -> Tensor:
                nonlocal finished
                logits = self._logits(window)
                finished += len(window)
                progress(finished, "")
                return logits

            from monai.inferers.utils import sliding_window_inference

            stitching = torch.device("cpu") if self._stitches_on_cpu else self.device
            logits = sliding_window_inference(
                images.to(stitching),
                plan.tile,
                plan.batch,
                predict_window,
                self.overlap,
                "gaussian",
                sw_device=self.device,
                device=stitching,
            )
        return cast("Tensor", logits).cpu()

    def _logits(self, images: Tensor) -> Tensor:
        """Return logits in float32; the first batch that shows muscle is compared with float32 throughout."""
        if self.precision == "float32":
            return self.run(images, "float32")
        logits = self.run(images, self.precision)
        if self._is_checked:
            return logits
        sample, labels = self._sample(images, logits)
        expected = self.run(sample, "float32")[0].argmax(0)
        muscle = (labels > 0) | (expected > 0)
        if not muscle.any():
            return logits
        self._is_checked = True
        agreement = float((labels == expected)[muscle].float().mean())
        if agreement >= AGREEMENT:
            return logits
        changed = 100 * (1 - agreement)
        self._note(
            _("{precision} would change {changed} % of the labels: the network ran in float32."),
            precision=self.precision,
            changed=f"{changed:.1f}",
        )
        self.precision = "float32"
        return self.run(images, "float32")

    def _sample(self, images: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Return one image and its labels in low precision: of volumes a few slices, since all would take too long.

        A window is compared whole: its network, from elsewhere, may take no fewer slices.
        """
        middle = len(images) // 2
        if images.dim() == 4 or self.window is not None:
            return images[middle : middle + 1], logits[middle].argmax(0)
        first = max(0, images.shape[2] // 2 - 1)
        few = images[middle : middle + 1, :, first : first + SAMPLED_SLICES]
        return few, self.run(few, self.precision)[0].argmax(0)

    def run(self, images: Tensor, precision: str) -> Tensor:
        """Return the logits of a batch, [sample, class, ...], float32, on the device.

        Args:
            images: [sample, channel, row, column] or [sample, channel, slice, row, column], on the device.
            precision: Number format of the features; float32 replaces one that is too coarse.

        Raises:
            MuscleSegError: The logits are not finite.
        """
        import torch

        if images.dim() == 4:
            images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, getattr(torch, precision), enabled=precision != "float32"):
            logits: Tensor = self.network(images).float()
        if bool(logits.isfinite().all()):
            return logits
        if precision == "float32":
            raise not_finite(self.name)
        self._note(_("{precision} is too coarse for the network: it ran in float32."), precision=precision)
        self.precision = "float32"
        return self.run(images, "float32")

    def _give_way(self, plan: TilePlan, images: Tensor, error: Exception) -> TilePlan:
        """Return a smaller plan after memory ran out, or move to the CPU."""
        import torch

        memory = _("The GPU's memory") if self.on_gpu else _("The computer's memory")
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        is_tiled = plan.tile != tuple(images.shape[2:])
        if self.on_gpu and is_tiled and not self._stitches_on_cpu:
            self._stitches_on_cpu = True
            self._note(_("{memory} ran out: the parts were put together in the computer's memory."), memory=memory)
            return plan
        smaller = plan.smaller()
        if smaller is not None:
            self._note(_("{memory} ran out: the network was shown smaller parts."), memory=memory)
            return smaller
        if not self.on_gpu:
            raise self._refusal() from error
        self.device, self.on_gpu = torch.device("cpu"), False
        self.network.to(self.device)
        self._note(
            _("{memory} ran out even with small parts: the network ran on the CPU, which is slower."), memory=memory
        )
        self._is_checked = False
        self._choose_precision(images, plan)
        return self.plan(images)

    def _note(self, template: str, /, **values: object) -> None:
        note = filled(template, values)
        if note not in self.notes:
            self.notes.append(note)


def not_finite(name: str) -> MuscleSegError:
    """Return the error of a network whose weights or logits are not finite."""
    message = _(
        "The network {name} cannot be used: its weights, or its output for this image, are not finite numbers; "
        "install it again or choose another network."
    )
    return MuscleSegError(message, name=name)


def _size(tile: Sequence[int]) -> str:
    return " x ".join(map(str, tile))
