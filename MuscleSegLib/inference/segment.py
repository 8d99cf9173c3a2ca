"""Segmenting: find the legs, show each to the network as a right leg, put the labels back on the image's grid."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cleanup import without_specks
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.window import Window, cut_window, paste
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Volume, canonical, check_image, like

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from torch import nn

Device = Literal["auto", "cpu", "cuda"]

BATCH = 8  # slices; more is no faster on a CPU and takes memory

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """A segmentation.

    Attributes:
        labels: On exactly the image's grid, uint8.
        sides: Of the legs found: right and left, or the side that a single leg looks like. A single leg's labels
            carry no side.
        device: Where the network ran.

    """

    labels: Volume
    sides: tuple[Side, ...]
    device: str


def segment(
    image: Volume, bundle: Bundle, *, device: Device = "auto", legs: Legs = "auto", progress: Progress = silent
) -> Result:
    """Segment the muscles of one or two legs.

    Args:
        image: Any orientation; [k, j, i].
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        legs: How many legs are in the field of view, if known.
        progress: Raises ``Cancelled`` to stop.

    Returns:
        The labels: muscle codes, and for two legs the left one's + 100.

    Raises:
        MuscleSegError: The image holds no leg or is unfit, the network cannot be used, or there is no such device.

    """
    check_image(image)
    progress(0.0, "finding the legs")
    turned = canonical(image)
    found = find_legs(turned, legs)
    progress(0.05, f"loading the network {bundle.metadata.name}")

    chosen = _device(device)
    network = bundle.load().to(chosen)
    labels = np.zeros(turned.array.shape, np.uint8)
    sides = []
    for number, leg in enumerate(found):
        stretch = part(progress, 0.1 + 0.85 * number / len(found), 0.1 + 0.85 * (number + 1) / len(found))
        codes, side = _segment_leg(turned, leg, bundle, network, chosen, stretch)
        sides.append(side)
        offset = LEFT_OFFSET if leg.side is Side.LEFT else 0
        labels[codes > 0] = codes[codes > 0] + offset
    progress(0.97, "putting the labels on the image's grid")
    description = f"MuscleSeg {bundle.metadata.region} {bundle.metadata.name} {bundle.metadata.version}"
    back = like(Volume(labels, turned.geometry), image.geometry)
    progress(1.0, "segmented")
    return Result(Volume(back.array, image.geometry, description=description), tuple(sides), str(chosen))


def _device(wanted: Device) -> torch.device:
    import torch

    available = torch.cuda.is_available()
    if wanted == "cuda" and not available:
        message = "There is no GPU that torch can use on this computer: choose the device cpu or auto."
        raise MuscleSegError(message)
    return torch.device("cuda" if available and wanted != "cpu" else "cpu")


def _segment_leg(
    image: Volume, leg: Leg, bundle: Bundle, network: nn.Module, device: torch.device, progress: Progress
) -> tuple[NDArray[np.uint8], Side]:
    """Return one leg's codes, [k, j, i], and its side.

    The network knows right legs; the left one is mirrored. A single leg of unknown side is tried both ways, and the way
    of which the network is surer is taken.
    """
    if leg.side is not None:
        codes, _ = _codes(image, leg, bundle, network, device, progress, mirrored=leg.side is Side.LEFT)
        return codes, leg.side
    as_right, sure_right = _codes(image, leg, bundle, network, device, part(progress, 0, 0.5), mirrored=False)
    as_left, sure_left = _codes(image, leg, bundle, network, device, part(progress, 0.5, 1), mirrored=True)
    logger.info("one leg: right %.3f, left %.3f", sure_right, sure_left)
    return (as_right, Side.RIGHT) if sure_right >= sure_left else (as_left, Side.LEFT)


def _codes(
    image: Volume,
    leg: Leg,
    bundle: Bundle,
    network: nn.Module,
    device: torch.device,
    progress: Progress,
    *,
    mirrored: bool,
) -> tuple[NDArray[np.uint8], float]:
    """Return the codes, [k, j, i], and how sure the network is: muscle pixels weighted by their probability."""
    import torch

    window = cut_window(image, leg, bundle.metadata.input, mirrored=mirrored)
    slices = len(window.images)
    codes = np.zeros(image.array.shape, np.uint8)
    table = np.array([0, *bundle.metadata.labels], np.uint8)
    sure = 0.0
    name = leg.side or "single"
    for first in range(0, slices, BATCH):
        progress(first / slices, f"segmenting the {name} leg, slice {first + 1} of {slices}")
        chosen = range(first, min(first + BATCH, slices))
        logits = _logits(window, chosen, image.geometry.spacing_mm[2], bundle, network, device)
        for index, slice_logits in zip(chosen, logits, strict=True):
            probability = torch.softmax(slice_logits, dim=0)[1:].amax(dim=0)
            sure += float((probability**2)[slice_logits.argmax(dim=0) > 0].sum())
            rows, columns, there = paste(slice_logits, window, index, image.array.shape[1:])
            codes[index, rows, columns] = table[there.argmax(dim=0).cpu().numpy()]
    codes[~leg.region] = 0
    return without_specks(codes), sure


def _logits(
    window: Window, chosen: range, spacing_mm: float, bundle: Bundle, network: nn.Module, device: torch.device
) -> torch.Tensor:
    """Return the logits of some slices, [slice, class, row, column], float32."""
    import torch

    spec = bundle.metadata.input
    slices = len(window.images)
    channels = np.stack([window.images[spec.context(index, slices, spacing_mm)] for index in chosen])
    with torch.inference_mode():
        images = torch.from_numpy(channels).to(device, memory_format=torch.channels_last)
        logits: torch.Tensor = network(images).float()
    return logits
