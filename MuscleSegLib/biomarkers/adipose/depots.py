"""Adipose tissue: under the skin (SAT), between the muscles (InterMAT) and in them (IntraMAT).

Each is given by two rules, which do not agree and are both in use:

- "tenth of maximum": voxels whose fat image is at least a tenth of the largest value in the whole of it (Attention-Res-
  V-Net cascade, December 2025). It hangs on the brightest voxel, and counts muscle with little fat in it as fat.
- "above FF limit": voxels whose fat fraction is at least a limit, 50 % where the user does not say otherwise.

Volumes are numbers of voxels of the fat fraction's own grid, in its slices from the lowest to the highest with a muscle
of the leg. IntraMAT is the part of a muscle's voxels that a rule takes for fat, times the muscle's volume: on the
labels' own grid that is the number of these voxels times their size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET
from MuscleSegLib.biomarkers.adipose.leg_parts import Floats, Mask, bones, inside_fascia, leg_mask, nearest
from MuscleSegLib.biomarkers.coverage.arrange import alongside
from MuscleSegLib.biomarkers.coverage.shape import far_apart, shape_of
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, require_overlap

TENTH = 0.1

FF_LIMIT_PERCENT = 50.0

WHOLE_MUSCLE, SUBCUTANEOUS = 1, 2
"""Values of a map of compartments: all inside the fascia, and the fat under the skin. The left leg has 100 more."""

MOST = 0.5

_MM3_PER_CM3 = 1000.0


@dataclass(frozen=True)
class AdiposeRow:
    """Adipose tissue of one leg as a whole, or of one muscle. None is a missing value.

    Attributes:
        region: As in ``Row``.
        side: As in ``Row``.
        part: "whole thigh" or "whole calf", or the muscle's name.
        label: The muscle's value in the label map, None for the whole.
        envelope: What says where the fascia is: "images" or "network"; None in a muscle's row, or without images.
        length_mm: Of the limb in which the whole was measured.
        ff_limit_percent: From which fat fraction on a voxel counts by the second rule.
        sat_tenth_of_maximum_cm3: Subcutaneous, where the fat image is at least a tenth of its maximum.
        sat_above_ff_limit_cm3: Subcutaneous, where the fat fraction is at least the limit.
        intermat_tenth_of_maximum_cm3: Between muscles, inside the fascia, without bones.
        intermat_above_ff_limit_cm3: See above.
        intramat_tenth_of_maximum_cm3: In the muscle, or in all of the leg.
        intramat_above_ff_limit_cm3: See above.
        intramat_tenth_of_maximum_percent: Of the muscle's volume.
        intramat_above_ff_limit_percent: See above.
        warnings: What is missing or not to be trusted, in sentences.

    """

    region: str
    side: str | None
    part: str
    label: int | None
    envelope: str | None
    length_mm: float | None
    ff_limit_percent: float
    sat_tenth_of_maximum_cm3: float | None
    sat_above_ff_limit_cm3: float | None
    intermat_tenth_of_maximum_cm3: float | None
    intermat_above_ff_limit_cm3: float | None
    intramat_tenth_of_maximum_cm3: float | None
    intramat_above_ff_limit_cm3: float | None
    intramat_tenth_of_maximum_percent: float | None
    intramat_above_ff_limit_percent: float | None
    warnings: str


@dataclass(frozen=True)
class FatImages:
    """The fat fraction and what it was made of, on one grid.

    Attributes:
        geometry: The grid, slices first.
        percent: [k, j, i] fat fraction; NaN where there is none.
        fat: [k, j, i] fat image, None where only the fraction is known.
        water: [k, j, i] water image, likewise.

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
        """Return [k, j, i] where there is fat, by the rules that can be told."""
        found = {"above_ff_limit": self.percent >= limit_percent}
        if self.fat is not None:
            found["tenth_of_maximum"] = self.fat >= TENTH * float(np.nanmax(self.fat))
        return found


@dataclass(frozen=True)
class Depots:
    """Where to look for fat in all legs of an image.

    Attributes:
        leg: [k, j, i] which leg a voxel belongs to: 1, 2, ...; 0 where there is none.
        subcutaneous: [k, j, i] between fascia and skin.
        between: [k, j, i] inside the fascia, neither muscle nor bone.

    """

    leg: NDArray[np.integer[Any]]
    subcutaneous: Mask
    between: Mask


def depots_of_images(images: FatImages, legs: NDArray[np.uint8], known_bone: Mask) -> Depots | None:
    """Tell the depots from the images; None where there is a fat fraction alone.

    Args:
        images: On one grid.
        legs: [k, j, i] 1, 2, ... in the muscles of each leg, 0 elsewhere.
        known_bone: [k, j, i] where labels say that there is bone; where it is empty, bones are looked for.

    """
    signal = images.signal()
    if signal is None:
        return None
    muscle = legs > 0
    of_leg = nearest(legs, leg_mask(signal, muscle))
    inside = np.zeros_like(muscle)
    for leg in np.unique(legs[muscle]):
        inside |= inside_fascia(legs == leg, images.pixel_mm) & (of_leg == leg)
    bone = _bone(images, muscle, of_leg > 0, known_bone)
    return Depots(of_leg, (of_leg > 0) & ~inside & ~bone, inside & ~muscle & ~bone)


def depots_of_network(
    compartments: NDArray[np.integer[Any]], images: FatImages, legs: NDArray[np.uint8], known_bone: Mask
) -> Depots:
    """Tell the depots from a network's compartments.

    Args:
        compartments: [k, j, i] ``WHOLE_MUSCLE`` and ``SUBCUTANEOUS``, on the images' grid.
        images: On one grid.
        legs: As above.
        known_bone: As above.

    """
    muscle, inside = legs > 0, compartments == WHOLE_MUSCLE
    of_leg = nearest(legs, (compartments > 0) | muscle)
    bone = _bone(images, muscle, of_leg > 0, known_bone)
    return Depots(of_leg, (compartments == SUBCUTANEOUS) & ~muscle, inside & ~muscle & ~bone)


def _bone(images: FatImages, muscle: Mask, leg: Mask, known: Mask) -> Mask:
    signal = images.signal()
    if known.any() or signal is None:
        return known
    return bones(signal, muscle, leg, images.pixel_mm)


def volumes_cm3(
    depots: Depots, rules: Mapping[str, Mask], leg: int, slices: Sequence[int], voxel_mm3: float
) -> dict[str, float]:
    """Return volumes by column name: SAT and InterMAT of one leg by each rule."""
    found = {}
    here = np.zeros(depots.leg.shape[0], np.bool_)
    here[list(slices)] = True
    own = (depots.leg == leg) & here[:, None, None]
    for depot, where in (("sat", depots.subcutaneous), ("intermat", depots.between)):
        for rule, is_fat in rules.items():
            count = int(np.count_nonzero(own & where & is_fat))
            found[f"{depot}_{rule}_cm3"] = count * voxel_mm3 / _MM3_PER_CM3
    return found


def on_grid(compartments: Volume, geometry: Geometry) -> NDArray[np.integer[Any]]:
    """Return [k, j, i] on a grid the compartment that fills most of each voxel; sides are left out.

    Raises:
        MuscleSegError: The compartments lie elsewhere, or have other values.

    """
    require_overlap(compartments, Volume(np.broadcast_to(np.uint8(0), geometry.shape), geometry))
    values = set(np.unique(compartments.array).tolist())
    known = {0, *(value + left for value in (WHOLE_MUSCLE, SUBCUTANEOUS) for left in (0, LEFT_OFFSET))}
    if not values <= known:
        message = f"{compartments.name} holds values that are no compartments ({sorted(values - known)[:5]}): give "
        message += f"labels in which {WHOLE_MUSCLE} is all inside the fascia and {SUBCUTANEOUS} the fat under the skin."
        raise MuscleSegError(message)
    arranged = alongside(compartments, geometry)
    codes = arranged.array % LEFT_OFFSET
    found = np.zeros(geometry.shape, np.uint8)
    grid = Grid(arranged.geometry, geometry)
    for value in (WHOLE_MUSCLE, SUBCUTANEOUS):
        between = far_apart(arranged.geometry) and not grid.is_same
        shares = grid.shares(shape_of(codes == value, (0, 0, 0), arranged.geometry, between=between))[0]
        found.reshape(-1)[shares.index[shares.share > MOST]] = value
    return found
