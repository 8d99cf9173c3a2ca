"""Leg volumes of digital people's scans, with true labels.

Synthesized images have random contrasts and artifacts. These scans have the contrast, the blur, the thick slices and
the noise of a protocol, by the equations of its sequence.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from MuscleSegLib.anatomy import value_without_side
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import hostin2023, quick
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.training.legs.adductors import ADDUCTOR
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import UNCERTAIN
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.scans import LabeledScan, cut_legs, on_one_scale
from MuscleSegLib.volume import canonical

SEVERE = 3  # every third person has a fat fraction in this range, above most of the population's
SEVERE_PERCENT = (15.0, 60.0)


def scanned_phantom_leg_volumes(region: str, seed: int, *, whole_adductor: bool) -> Iterator[LegVolume]:
    """Scan both legs of a digital person, T1-weighted, as in Hostin et al. (10.1002/jmri.28708).

    Args:
        region: "thigh" or "calf".
        seed: Seed of the person; ``phantom_leg_volume`` of the same seed has the same shape but for severe disease.
        whole_adductor: Whether a thigh's adductor, which is whole here, is labeled. Otherwise it is ignored.

    Yields:
        The right leg and the mirrored left leg.
    """
    fat = float(np.random.default_rng(seed).uniform(*SEVERE_PERCENT)) if seed % SEVERE == 0 else None
    legs = digital_legs(region, seed=seed, fat_fraction=fat)
    anatomy = hostin2023(legs.length_mm, legs=2).anatomy
    acquired = acquire(legs, replace(quick(legs.length_mm, legs=2), anatomy=anatomy))  # maps are not used
    labels, image = canonical(acquired.labels), canonical(acquired.images["anatomy"])
    codes = value_without_side(labels.array).astype(np.uint8)
    images = on_one_scale(image.array.astype(np.float32)[None])
    scan = LabeledScan(f"phantom-{seed}", codes, images, labels.geometry.spacing_mm)
    for leg in cut_legs(scan, LabelSet(region), whole_adductor=False):
        if region == "thigh" and not whole_adductor:
            leg.tissues[leg.tissues == ADDUCTOR] = UNCERTAIN
        yield replace(leg, name=f"{leg.name}-scan")
