"""Region that a scan shows, thigh or calf: the better confidence of both networks on a few slices."""

from dataclasses import dataclass

import numpy as np

from MuscleSegLib.anatomy import LOWER_LIMB, REGIONS, THIGH
from MuscleSegLib.bundle import Bundle, fast_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.labeling import Labeling, label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.view import SHORTEST_MM, QualityProbe, judge_view
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Geometry, Volume, canonical, check_image

SLICES = 7
APART_MM = 24.0  # the middle slice then has its neighbors at 72 mm, the farthest of the networks' input
PIXEL_MM = 1.5  # of the networks' input: finer pixels only take time
LEAST_FOR_BOTH_MM = 2 * SHORTEST_MM  # length from which a scan may show both regions
SHARPNESS = 10
"""Exponent of the expected Dice in the odds of the regions: with 10, 0.9 against 0.7 is 12 to 1."""
SURE = 0.67
"""Certainty above which no scan at hand is taken for the other region. Hips and knees reach 0.6, and so does an empty
disk, since networks are overconfident on unfamiliar images."""


@dataclass(frozen=True)
class RegionEstimate:
    """Region that a scan probably shows.

    Attributes:
        name: "thigh" or "calf", or "lower-limb" where some slices show the thigh and others the calf.
        certainty: Expected Dice of the region's muscles times the region's odds against the other regions, 0 to 1; 1
            for both regions.
    """

    name: str
    certainty: float

    @property
    def is_sure(self) -> bool:
        """Whether the user need not be asked."""
        return self.certainty >= SURE


def find_region(image: Volume, progress: Progress = silent) -> RegionEstimate:
    """Estimate the region that a scan shows from its middle slices, and whether it shows both regions.

    Args:
        image: Image in any orientation, [k, j, i].
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: The image holds no leg or is unfit.
    """
    check_image(image)
    upright = canonical(image)
    is_long = len(upright.array) * upright.geometry.spacing_mm[2] >= LEAST_FOR_BOTH_MM
    if is_long and _shows_both(_middle(upright, len(upright.array)), part(progress, 0.0, 0.5)):
        return RegionEstimate(LOWER_LIMB, 1.0)
    few = _middle(upright, SLICES)
    dice = {}
    for number, region in enumerate(REGIONS):
        stretch = part(progress, 0.5 + 0.5 * number / len(REGIONS), 0.5 + 0.5 * (number + 1) / len(REGIONS))
        dice[region.name] = _expected_dice(few, fast_bundle(region.name), stretch)
    best = max(dice, key=lambda name: dice[name])
    if dice[best] == 0:
        return RegionEstimate(best, 0.0)
    share = dice[best] ** SHARPNESS / sum(value**SHARPNESS for value in dice.values())
    return RegionEstimate(best, dice[best] * share)


def _shows_both(image: Volume, progress: Progress) -> bool:
    """Return whether some slices surely show the thigh and others the calf, by the criteria of ``segment_limb``."""
    labeling = _labeled(image, fast_bundle(THIGH.name), part(progress, 0.0, 0.5))
    quality = labeling.prediction.quality
    if quality is None:
        return False
    probe = QualityProbe("cpu", "auto", labeling.legs, part(progress, 0.5, 1.0))
    try:
        view = judge_view(image, THIGH.name, quality, probe)
    except MuscleSegError:  # no leg, or a leg back to front: the segmentation reports it
        return False
    return bool(view.elsewhere.any()) and view.slices is not None


def _labeled(image: Volume, bundle: Bundle, progress: Progress) -> Labeling:
    return label_muscles([image], bundle, device="cpu", legs="auto", progress=progress, watch=Stopwatch())


def _expected_dice(image: Volume, bundle: Bundle, progress: Progress) -> float:
    """Return the mean expected Dice similarity coefficient of a region's muscles; absent muscles count as 0."""
    prediction = _labeled(image, bundle, progress).prediction
    legs = max(1, len(prediction.sides))
    return sum(prediction.confidence.values()) / (legs * len(bundle.metadata.labels))


def _middle(image: Volume, most: int) -> Volume:
    """Return slices around a canonical scan's middle, [k, j, i], ``most`` at most, in pixels no finer than needed."""
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
