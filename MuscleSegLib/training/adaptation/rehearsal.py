"""Rehearsal: digital people whom a network goes on learning from, and others to tell what it forgot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.digests import digest_of
from MuscleSegLib.evaluation.study.digital_test_subjects import cached_subject
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import hostin2023, quick
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.training.adaptation.case_legs import ADDUCTOR, answer_of
from MuscleSegLib.training.adaptation.parent import Parent
from MuscleSegLib.training.adaptation.plan import Settings, configuration_of
from MuscleSegLib.training.legs import SCANNED_PHANTOM, LegVolume, make_leg_volumes
from MuscleSegLib.training.legs.leg_tissues import PIXEL_MM, UNCERTAIN, UNLABELED
from MuscleSegLib.volume import Geometry, Volume, canonical

FIRST_FROZEN = 900
"""Seed of the first digital person to tell what was forgotten: people to learn from have seeds below 500, those to size
muscles with from 500 on, and those to test networks with from 1000 on."""


@dataclass(frozen=True)
class FrozenPerson:
    """Scan of a digital person whom no training sees.

    Attributes:
        image: Canonical image, [k, j, i].
        labels: True label values, [k, j, i].
    """

    image: Volume
    labels: NDArray[np.uint8]


def rehearsal_of(
    parent: Parent, settings: Settings, cache: Path, progress: Progress
) -> Mapping[str, Sequence[LegVolume]]:
    """Return the digital people to rehearse, by source; those in ``cache`` are read from there."""
    configuration = configuration_of(parent, settings, name="rehearsal", steps=1)
    leg_volumes = make_leg_volumes(configuration, Path(), cache, progress)
    if parent.bundle.metadata.region == "thigh" and parent.adductor == "magnus":
        scanned = leg_volumes[SCANNED_PHANTOM]
        leg_volumes[SCANNED_PHANTOM] = [_with_answer(leg, parent) for leg in scanned]
    return leg_volumes


def _with_answer(leg: LegVolume, parent: Parent) -> LegVolume:
    """Return a leg whose adductor, which digital people have whole, is the part that the network takes it for.

    Ignored, what the network learned of it from label maps would be forgotten.
    """
    assert leg.images is not None
    array = leg.images[0].astype(np.float32)
    geometry = Geometry(array.shape, np.diag([PIXEL_MM, PIXEL_MM, leg.spacing_mm, 1.0]))
    answer = answer_of(parent.bundle, [Volume(array, geometry)], 1, silent)
    tissues = leg.tissues.copy()
    is_uncertain = tissues[0] == UNCERTAIN
    tissues[0][is_uncertain & (answer == ADDUCTOR)] = ADDUCTOR
    tissues[0][is_uncertain & (answer == 0)] = UNLABELED
    return replace(leg, tissues=tissues, digest=digest_of([leg.digest, parent.bundle.metadata.sha256]))


def frozen_people(region: str, settings: Settings, cache: Path, progress: Progress) -> list[FrozenPerson]:
    """Return scans of digital people whom no training sees, T1-weighted as in Hostin et al. (10.1002/jmri.28708)."""
    people = []
    for number in range(settings.frozen_people):
        progress(number / settings.frozen_people, f"scanning digital person {number + 1}")
        people.append(_frozen_person(region, FIRST_FROZEN + number, cache))
    return people


def _frozen_person(region: str, seed: int, cache: Path) -> FrozenPerson:
    def scan() -> Acquisition:
        legs = digital_legs(region, seed=seed)
        anatomy = hostin2023(legs.length_mm, legs=2).anatomy
        return acquire(legs, replace(quick(legs.length_mm, legs=2), anatomy=anatomy))  # maps are not used

    subject = cached_subject(f"frozen-{region}-{seed}", scan, region, ["anatomy"], cache)
    return FrozenPerson(canonical(subject.images["anatomy"]), canonical(subject.labels).array.astype(np.uint8))
