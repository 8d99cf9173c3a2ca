"""Segmenting: find the legs, show each to the network as a right leg, put the labels back on the image's grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.inference.legs import Leg, Legs, find_legs
from MuscleSegLib.inference.predict import Device, Predictor
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Volume, canonical, check_image, like


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
    predictor = Predictor.load(bundle, device)
    labels = np.zeros(turned.array.shape, np.uint8)
    sides = []
    for number, leg in enumerate(found):
        stretch = part(progress, 0.1 + 0.85 * number / len(found), 0.1 + 0.85 * (number + 1) / len(found))
        codes, side = _segment_leg(predictor, turned, leg, stretch)
        sides.append(side)
        offset = LEFT_OFFSET if leg.side is Side.LEFT else 0
        labels[codes > 0] = codes[codes > 0] + offset
    progress(0.97, "putting the labels on the image's grid")
    description = f"MuscleSeg {bundle.metadata.region} {bundle.metadata.name} {bundle.metadata.version}"
    back = like(Volume(labels, turned.geometry), image.geometry)
    progress(1.0, "segmented")
    return Result(Volume(back.array, image.geometry, description=description), tuple(sides), str(predictor.device))


def _segment_leg(predictor: Predictor, image: Volume, leg: Leg, progress: Progress) -> tuple[NDArray[np.uint8], Side]:
    """Return one leg's codes, [k, j, i], and its side.

    The network knows right legs; the left one is mirrored. A single leg of unknown side is tried both ways, and the way
    of which the network is surer is taken.
    """
    if leg.side is not None:
        codes, _ = predictor.segment(image, leg, progress, mirrored=leg.side is Side.LEFT)
        return codes, leg.side
    as_right, right_certainty = predictor.segment(image, leg, part(progress, 0, 0.5), mirrored=False)
    as_left, left_certainty = predictor.segment(image, leg, part(progress, 0.5, 1), mirrored=True)
    return (as_right, Side.RIGHT) if right_certainty >= left_certainty else (as_left, Side.LEFT)
