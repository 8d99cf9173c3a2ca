"""The network at work on one leg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from MuscleSegLib.bundle import Bundle, LegInput
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cleanup import without_specks
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.inference.window import Window, cut_window, paste
from MuscleSegLib.progress import Progress
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from torch import nn

Device = Literal["auto", "cpu", "cuda"]

BATCH = 8  # slices; more is no faster on a CPU and takes memory


@dataclass(frozen=True)
class Predictor:
    """A loaded network, and what it is shown and answers.

    Attributes:
        network: Ready to infer, on ``device``.
        device: Where it runs.
        input: What it is shown.
        codes: The muscle code of each of its channels, 0 for the background.

    """

    network: nn.Module
    device: torch.device
    input: LegInput
    codes: NDArray[np.uint8]

    @classmethod
    def load(cls, bundle: Bundle, device: Device) -> Predictor:
        """Load a bundle's network.

        Raises:
            MuscleSegError: The bundle cannot be used, or there is no such device.

        """
        import torch

        available = torch.cuda.is_available()
        if device == "cuda" and not available:
            message = "There is no GPU that torch can use on this computer: choose the device cpu or auto."
            raise MuscleSegError(message)
        chosen = torch.device("cuda" if available and device != "cpu" else "cpu")
        codes = np.array([0, *bundle.metadata.labels], np.uint8)
        return cls(bundle.load().to(chosen), chosen, bundle.metadata.input, codes)

    def segment(
        self, image: Volume, leg: Leg, progress: Progress, *, mirrored: bool
    ) -> tuple[NDArray[np.uint8], float]:
        """Segment one leg.

        Args:
            image: Canonical, [k, j, i].
            leg: Where to look.
            progress: Raises ``Cancelled`` to stop.
            mirrored: Whether to look at its mirror image: the network knows right legs.

        Returns:
            Muscle codes, [k, j, i], and how sure the network is of them: the more muscle it finds and the higher its
            probability, the more.

        """
        import torch

        window = cut_window(image, leg, self.input, mirrored=mirrored)
        slices = len(window.images)
        codes = np.zeros(image.array.shape, np.uint8)
        certainty = 0.0
        for first in range(0, slices, BATCH):
            progress(first / slices, f"segmenting the {leg.side or 'single'} leg, slice {first + 1} of {slices}")
            batch = range(first, min(first + BATCH, slices))
            for index, logits in zip(batch, self._logits(window, batch, image.geometry.spacing_mm[2]), strict=True):
                muscle = torch.softmax(logits, dim=0)[1:].amax(dim=0)
                certainty += float((muscle**2)[logits.argmax(dim=0) > 0].sum())
                rows, columns, there = paste(logits, window, index, image.array.shape[1:])
                codes[index, rows, columns] = self.codes[there.argmax(dim=0).cpu().numpy()]
        codes[~leg.region] = 0
        return without_specks(codes), certainty

    def _logits(self, window: Window, batch: range, spacing_mm: float) -> torch.Tensor:
        """Return the logits of some slices, [slice, class, row, column], float32."""
        import torch

        slices = len(window.images)
        channels = np.stack([window.images[self.input.context(index, slices, spacing_mm)] for index in batch])
        with torch.inference_mode():
            images = torch.from_numpy(channels).to(self.device, memory_format=torch.channels_last)
            logits: torch.Tensor = self.network(images).float()
        return logits
