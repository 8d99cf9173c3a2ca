"""Stacks of digital people's scans: what a network is shown of them later, with true labels.

Images that are synthesized for training have any contrast and any fault. These have the contrast, the blur, the thick
slices and the noise of one protocol, by the equations of its sequence.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from MuscleSegLib.anatomy import LEFT_OFFSET
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.acquisition import acquire
from MuscleSegLib.phantom.protocols import hostin2023, quick
from MuscleSegLib.training.legs.adductors import ADDUCTOR
from MuscleSegLib.training.legs.label_maps import Stack
from MuscleSegLib.training.legs.scans import LabeledScan, cut_legs, on_one_scale
from MuscleSegLib.training.legs.tissues import UNCERTAIN
from MuscleSegLib.volume import canonical

SEVERE = 3  # every third person has more fat than the population mostly has:
SEVERE_PERCENT = (15.0, 60.0)


def scanned_phantom_stacks(region: str, seed: int, *, whole_adductor: bool) -> Iterator[Stack]:
    """Scan both legs of a digital person, T1-weighted, as in Hostin et al. (10.1002/jmri.28708).

    Args:
        region: "thigh" or "calf".
        seed: Of the person; of the same seed, ``phantom_stack`` has the same shape but for severe disease.
        whole_adductor: Whether a thigh's adductor, which is whole here, is to be learned. Otherwise it teaches nothing.

    Yields:
        The right leg and the left one, mirrored.

    """
    fat = float(np.random.default_rng(seed).uniform(*SEVERE_PERCENT)) if seed % SEVERE == 0 else None
    legs = digital_legs(region, seed=seed, fat_fraction=fat)
    anatomy = hostin2023(legs.length_mm, legs=2).anatomy
    acquired = acquire(legs, replace(quick(legs.length_mm, legs=2), anatomy=anatomy))  # maps are not looked at
    labels, image = canonical(acquired.labels), canonical(acquired.images["anatomy"])
    codes = (labels.array % LEFT_OFFSET).astype(np.uint8)
    images = on_one_scale(image.array.astype(np.float32)[None])
    scan = LabeledScan(f"phantom-{seed}", codes, images, labels.geometry.spacing_mm)
    for stack in cut_legs(scan, region, whole_adductor=False):
        if region == "thigh" and not whole_adductor:
            stack.tissues[stack.tissues == ADDUCTOR] = UNCERTAIN
        yield replace(stack, name=f"{stack.name}-scan")
