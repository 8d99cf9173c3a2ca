"""Which region a scan shows: the one whose muscles are found best. The network of each is shown a few slices."""

from dataclasses import dataclass

import numpy as np

from MuscleSegLib.anatomy import LOWER_LIMB, REGIONS, THIGH
from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.labeling import Labeling, label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.view import SHORTEST_MM, Looking, judge_view
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Geometry, Volume, canonical, check_image

SLICES = 7
APART_MM = 24.0  # the middle slice then has its neighbors at 72 mm, the farthest that the networks look at
PIXEL_MM = 1.5  # what the networks see: finer pixels only take time
LEAST_FOR_BOTH_MM = 2 * SHORTEST_MM
SHARPNESS = 10
"""How clearly a few percent of Dice tell the regions apart: with 10, 0.9 against 0.7 is 12 to 1."""
SURE = 0.67
"""A certainty from which no scan at hand is taken for the other region. Hips and knees reach 0.6; and so does an empty
disk, since a network that is shown what it has never seen is surer than it should be."""


@dataclass(frozen=True)
class FoundRegion:
    """The region that a scan seems to show.

    Attributes:
        name: "thigh" or "calf", or "lower-limb" where some slices show the one and some the other.
        certainty: 0 to 1: how well the region's muscles are found, times how much better than those of the others; 1
            for both.

    """

    name: str
    certainty: float

    @property
    def is_sure(self) -> bool:
        """Whether the user need not be asked."""
        return self.certainty >= SURE


def find_region(image: Volume, progress: Progress = silent) -> FoundRegion:
    """Find out which region a scan shows, from the middle of it, and whether it shows the other one too.

    Args:
        image: Any orientation; [k, j, i].
        progress: Raises ``Cancelled`` to stop.

    Raises:
        MuscleSegError: The image holds no leg or is unfit.

    """
    check_image(image)
    upright = canonical(image)
    is_long = len(upright.array) * upright.geometry.spacing_mm[2] >= LEAST_FOR_BOTH_MM
    if is_long and _shows_both(_some(upright, len(upright.array)), part(progress, 0.0, 0.5)):
        return FoundRegion(LOWER_LIMB, 1.0)
    few = _some(upright, SLICES)
    found = {}
    for number, region in enumerate(REGIONS):
        stretch = part(progress, 0.5 + 0.5 * number / len(REGIONS), 0.5 + 0.5 * (number + 1) / len(REGIONS))
        found[region.name] = _quality(few, find_bundle(region.name), stretch)
    best = max(found, key=lambda name: found[name])
    if found[best] == 0:
        return FoundRegion(best, 0.0)
    share = found[best] ** SHARPNESS / sum(quality**SHARPNESS for quality in found.values())
    return FoundRegion(best, found[best] * share)


def _shows_both(image: Volume, progress: Progress) -> bool:
    """Return whether some slices surely show the thigh and others the calf, as it is judged in ``segment_limb``."""
    labeling = _labeled(image, find_bundle(THIGH.name), part(progress, 0.0, 0.5))
    quality = labeling.answer.quality
    if quality is None:
        return False
    looking = Looking("cpu", "auto", labeling.legs, part(progress, 0.5, 1.0))
    try:
        view = judge_view(image, THIGH.name, quality, looking)
    except MuscleSegError:  # no leg, or one back to front: said by whoever segments it
        return False
    return bool(view.elsewhere.any()) and view.here is not None


def _labeled(image: Volume, bundle: Bundle, progress: Progress) -> Labeling:
    return label_muscles(image, bundle, device="cpu", legs="auto", progress=progress, watch=Stopwatch())


def _quality(image: Volume, bundle: Bundle, progress: Progress) -> float:
    """Return the mean Dice similarity coefficient to be expected of a region's muscles; 0 for those not found."""
    answer = _labeled(image, bundle, progress).answer
    legs = max(1, len(answer.sides))
    return sum(answer.confidence.values()) / (legs * len(bundle.metadata.labels))


def _some(image: Volume, most: int) -> Volume:
    """Return slices around a canonical scan's middle, so many at most, in no finer pixels than are needed."""
    spacing = image.geometry.spacing_mm
    columns, rows = (max(1, int(PIXEL_MM / size)) for size in spacing[:2])
    step = max(1, int(APART_MM / spacing[2]))
    middle = len(image.array) // 2
    below, above = min(most // 2, middle // step), min(most // 2, (len(image.array) - 1 - middle) // step)
    first = middle - below * step
    array = np.ascontiguousarray(image.array[first : middle + above * step + 1 : step, ::rows, ::columns])
    affine = image.geometry.affine @ np.diag([columns, rows, step, 1.0])
    affine[:, 3] = image.geometry.affine @ [0.0, 0.0, first, 1.0]
    return Volume(array, Geometry(array.shape, affine), image.path)
