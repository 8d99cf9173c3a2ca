"""Depots of adipose tissue: under the skin (SAT), between the muscles (InterMAT) and in them (IntraMAT).

Each is given by two rules, which do not agree and are both in use:

- "tenth of maximum": voxels whose fat image is at least a tenth of the largest value in the whole of it (Attention-Res-
  V-Net cascade, December 2025). It hangs on the brightest voxel, and counts muscle with little fat in it as fat.
- "above FF limit": voxels whose fat fraction is at least a limit, 50 % unless the user states another.

Volumes are numbers of voxels of the fat fraction's own grid, in its slices from the lowest to the highest with a muscle
of the leg. IntraMAT is the part of a muscle's voxels that a rule takes for fat, times the muscle's volume: on the
labels' own grid that is the number of these voxels times their size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.adipose.compartments import SUBCUTANEOUS, WHOLE_MUSCLE
from MuscleSegLib.biomarkers.adipose.leg_parts import Floats, Mask, bones, inside_fascia, leg_mask, nearest_marker
from MuscleSegLib.volume import Geometry

TENTH = 0.1
"""Of the largest value of the fat image, by the first rule."""

FF_LIMIT_PERCENT = 50.0
"""Fat fraction by the second rule, unless the user states another."""

_MM3_PER_CM3 = 1000.0


@dataclass(frozen=True)
class FatImages:
    """The fat fraction and the images that it was made of, on one grid.

    Attributes:
        geometry: The grid, slices first.
        percent: [k, j, i] fat fraction; NaN where there is none.
        fat: [k, j, i] fat image, None where only the fraction is known.
        water: [k, j, i] water image, None where only the fraction is known.
    """

    geometry: Geometry
    percent: Floats
    fat: Floats | None = None
    water: Floats | None = None

    @property
    def pixel_mm(self) -> tuple[float, float]:
        """Distance of rows and of columns."""
        i_mm, j_mm, _ = self.geometry.spacing_mm
        return j_mm, i_mm

    def signal(self) -> Floats | None:
        """Return [k, j, i] fat and water together, 0 where there is none; None where only the fraction is known."""
        if self.fat is None or self.water is None:
            return None
        return np.nan_to_num(self.fat.astype(np.float64) + self.water)

    def rules(self, limit_percent: float) -> dict[str, Mask]:
        """Return masks of fat, [k, j, i], by each rule that the images allow."""
        masks = {"above_ff_limit": self.percent >= limit_percent}
        if self.fat is not None:
            masks["tenth_of_maximum"] = self.fat >= TENTH * float(np.nanmax(self.fat))
        return masks


@dataclass(frozen=True)
class Depots:
    """Depots of fat in all legs of an image.

    Attributes:
        leg: [k, j, i] number of the leg that a voxel belongs to: 1, 2, ...; 0 where there is none.
        subcutaneous: [k, j, i] mask between fascia and skin.
        between: [k, j, i] mask inside the fascia, neither muscle nor bone.
    """

    leg: NDArray[np.integer[Any]]
    subcutaneous: Mask
    between: Mask


def depots_of_images(images: FatImages, legs: NDArray[np.uint8], labeled_bone: Mask) -> Depots | None:
    """Return the depots estimated from the images; None where there is a fat fraction alone.

    Args:
        images: On one grid.
        legs: [k, j, i] 1, 2, ... in the muscles of each leg, 0 elsewhere.
        labeled_bone: [k, j, i] mask of labeled bone; where it is empty, bones are looked for in the images.
    """
    signal = images.signal()
    if signal is None:
        return None
    muscle = legs > 0
    of_leg = nearest_marker(legs, leg_mask(signal, muscle))
    inside = np.zeros_like(muscle)
    for leg in np.unique(legs[muscle]):
        inside |= inside_fascia(legs == leg, images.pixel_mm) & (of_leg == leg)
    bone = _bone(images, muscle, of_leg > 0, labeled_bone)
    return Depots(of_leg, (of_leg > 0) & ~inside & ~bone, inside & ~muscle & ~bone)


def depots_of_network(
    compartments: NDArray[np.integer[Any]], images: FatImages, legs: NDArray[np.uint8], labeled_bone: Mask
) -> Depots:
    """Return the depots of a network's compartments.

    Args:
        compartments: [k, j, i] ``WHOLE_MUSCLE`` and ``SUBCUTANEOUS``, on the images' grid.
        images: On one grid.
        legs: [k, j, i] 1, 2, ... in the muscles of each leg, 0 elsewhere.
        labeled_bone: [k, j, i] mask of labeled bone; where it is empty, bones are looked for in the images.
    """
    muscle, inside = legs > 0, compartments == WHOLE_MUSCLE
    of_leg = nearest_marker(legs, (compartments > 0) | muscle)
    bone = _bone(images, muscle, of_leg > 0, labeled_bone)
    return Depots(of_leg, (compartments == SUBCUTANEOUS) & ~muscle, inside & ~muscle & ~bone)


def _bone(images: FatImages, muscle: Mask, leg: Mask, labeled_bone: Mask) -> Mask:
    """Return [k, j, i] the labeled bone, or else the bones seen in the images."""
    signal = images.signal()
    if labeled_bone.any() or signal is None:
        return labeled_bone
    return bones(signal, muscle, leg, images.pixel_mm)


def volumes_cm3(
    depots: Depots, rules: Mapping[str, Mask], leg: int, slices: Sequence[int], voxel_mm3: float
) -> dict[str, float]:
    """Return volumes by column name: SAT and InterMAT of one leg by each rule.

    Args:
        depots: Of all legs.
        rules: Masks of fat, [k, j, i], by the name of the rule.
        leg: Number of the leg.
        slices: Numbers of the slices that count.
        voxel_mm3: Volume of a voxel.
    """
    volumes = {}
    counts = np.zeros(depots.leg.shape[0], np.bool_)
    counts[list(slices)] = True
    in_leg = (depots.leg == leg) & counts[:, None, None]
    for depot, mask in (("sat", depots.subcutaneous), ("intermat", depots.between)):
        for rule, is_fat in rules.items():
            count = int(np.count_nonzero(in_leg & mask & is_fat))
            volumes[f"{depot}_{rule}_cm3"] = count * voxel_mm3 / _MM3_PER_CM3
    return volumes
