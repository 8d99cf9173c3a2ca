"""Gates of an adaptation: better on corrected scans that it did not see, and no worse on what it knew before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.anatomy import Side, is_left, value_without_side
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.training.adaptation.case_legs import CaseLeg, answer_of, number_of_legs
from MuscleSegLib.training.adaptation.cases import Labels
from MuscleSegLib.training.adaptation.folds import Fold
from MuscleSegLib.training.adaptation.overlap import MuscleScore, Overlap, mean_of, overlap_of, scores_of
from MuscleSegLib.training.adaptation.rehearsal import FrozenPerson
from MuscleSegLib.translatable import Translatable, _


@dataclass(frozen=True)
class Gate:
    """Comparison of a network before and after.

    Attributes:
        rows: Score of each muscle.
        before: Mean DSC over muscles before.
        after: Mean DSC over muscles after.
    """

    rows: tuple[MuscleScore, ...]
    before: float
    after: float

    @classmethod
    def of(cls, rows: Sequence[MuscleScore]) -> "Gate":
        """Return the comparison of the muscles' scores."""
        return cls(tuple(rows), *mean_of(rows))


def held_out_gate(legs: Sequence[CaseLeg], folds: Sequence[Fold], networks: Sequence[Bundle], codes: list[int]) -> Gate:
    """Compare, on each slice of the corrected scans, the network before with the one whose training left it out.

    Args:
        legs: Legs of the corrected scans, with the answers of the network before.
        folds: What each training left out.
        networks: The networks of these trainings.
        codes: Muscles that mean the same in labels and answers.
    """
    before: dict[str, Overlap] = {}
    after: dict[str, Overlap] = {}
    for fold, network in zip(folds, networks, strict=True):
        answers: dict[str, Labels] = {}
        for leg, held_out in zip(legs, fold, strict=True):
            if not held_out.any():
                continue
            if leg.case.digest not in answers:
                answers[leg.case.digest] = answer_of(network, leg.case.images, number_of_legs(leg.case), silent)
            after_leg = leg.answered(answers[leg.case.digest])
            for counts, shown in ((before, leg), (after, after_leg)):
                overlap = overlap_of(shown.labels[held_out], shown.answer[held_out], codes)
                counts[leg.name] = counts[leg.name] + overlap if leg.name in counts else overlap
    return Gate.of(scores_of(before, after, codes))


def rehearsed_gate(
    people: Sequence[FrozenPerson], before: Bundle, after: Bundle, codes: list[int], progress: Progress
) -> Gate:
    """Compare two networks on digital people whom neither training saw."""
    counts: tuple[dict[str, Overlap], dict[str, Overlap]] = ({}, {})
    jobs = [(number, person, side) for number, person in enumerate(people) for side in (0, 1)]
    for place, (number, person, which) in enumerate(jobs):
        stretch = part(progress, place / len(jobs), (place + 1) / len(jobs))
        answer = answer_of((before, after)[which], [person.image], 2, stretch)
        for side in Side:
            labels, answered = (_of_side(values, side) for values in (person.labels, answer))
            counts[which][f"{number}-{side}"] = overlap_of(labels, answered, codes)
    return Gate.of(scores_of(*counts, codes))


def reason_to_refuse(held_out: Gate, rehearsed: Gate, largest_fall: float) -> Translatable | None:
    """Return why a network is not better, or None where it is.

    Args:
        held_out: Comparison on corrected scans that training left out.
        rehearsed: Comparison on digital people.
        largest_fall: Fall of the mean DSC of ``rehearsed`` from which a network is not taken.
    """
    values: Mapping[str, str] = {
        "before": f"{held_out.before:.3f}",
        "after": f"{held_out.after:.3f}",
        "digital_before": f"{rehearsed.before:.3f}",
        "digital_after": f"{rehearsed.after:.3f}",
    }
    if not held_out.after > held_out.before:  # NaN is no rise either
        return _(
            "It is not better on corrected slices that it did not see: mean DSC {before} before and {after} after."
        ).format(before=values["before"], after=values["after"])
    if not rehearsed.before - rehearsed.after < largest_fall:
        return _(
            "It forgot: the mean DSC on digital people fell from {digital_before} to {digital_after}, while that on "
            "corrected slices that it did not see rose from {before} to {after}."
        ).format(**values)
    return None


def _of_side(values: Labels, side: Side) -> Labels:
    kept = np.where(is_left(values) == (side is Side.LEFT), values, 0)
    return np.asarray(value_without_side(kept), np.uint8)
