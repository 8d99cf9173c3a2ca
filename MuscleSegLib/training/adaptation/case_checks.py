"""Checks of corrected scans against the network's answer: what a network must not learn is refused beforehand.

A gate that compares held-out labels with an answer learned from the other labels cannot see an error that all labels
share: a shift, an exchange of sides or of names is learned, and then confirmed. The network's answer before it learned
shows it, since each of these errors is far larger than what a network does not know.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.anatomy import region_word
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.region import find_region
from MuscleSegLib.training.adaptation.case_legs import CaseLeg
from MuscleSegLib.training.adaptation.cases import Case
from MuscleSegLib.training.adaptation.overlap import overlap_of
from MuscleSegLib.training.adaptation.shifts import best_shift
from MuscleSegLib.translatable import _, joined

DOUBTFUL = 0.6
"""Mean DSC of labels and answer below which the region of the image is looked at."""

SURE_SIDE = 0.5
"""Mean DSC of labels and answer from which the side that a single leg looks like is believed."""

RENAMED_DSC, RENAMED_GAIN = 0.4, 0.3
"""Least DSC of a muscle with the answer's muscle of another name, and least gain over that of its own name."""

LEAST_SHIFT_MM, SHIFT_GAIN = 5.0, 0.03
"""Least distance from which labels count as shifted, and least gain of the mean DSC where they would belong."""


def check_case(case: Case, legs: Sequence[CaseLeg], bundle: Bundle) -> None:
    """Check a corrected scan.

    Args:
        case: The scan.
        legs: Its legs.
        bundle: The network that is to learn.

    Raises:
        MuscleSegError: It shows the other region, its sides or muscles' names are exchanged, or its labels are shifted.
    """
    codes = [muscle.code for muscle in region_of_name(bundle.metadata.region).muscles]
    agreement = _agreement(legs, codes)
    if agreement < DOUBTFUL:
        _require_region(case, bundle.metadata.region)
    _require_side(case, legs, agreement)
    for leg in legs:  # either may be wrong by itself
        _require_names(leg, bundle.metadata.region)
        _require_place(leg, codes)


def _agreement(legs: Sequence[CaseLeg], codes: Sequence[int]) -> float:
    """Return the mean DSC of labels and answer over muscles, of all legs together."""
    total = sum(
        (overlap_of(leg.labels[leg.counted], leg.answer[leg.counted], codes) for leg in legs[1:]),
        start=overlap_of(legs[0].labels[legs[0].counted], legs[0].answer[legs[0].counted], codes),
    )
    return float(np.mean([dsc for code in codes if (dsc := total.dsc(code)) is not None]))


def _require_region(case: Case, region: str) -> None:
    estimate = find_region(case.images[0])
    if estimate.is_sure and estimate.name in (entry for entry in ("thigh", "calf") if entry != region):
        message = _("{image} shows the {other}, not the {region}: leave it out, or adapt a network of the {other}.")
        raise MuscleSegError(
            message, image=case.images[0].name, other=region_word(estimate.name), region=region_word(region)
        )


def _require_side(case: Case, legs: Sequence[CaseLeg], agreement: float) -> None:
    """Check that a single leg is not called after the other side, as which the network recognizes its muscles."""
    for leg in legs:
        if leg.side is not leg.looks_like and agreement >= SURE_SIDE:
            message = _(
                "The sides are exchanged in {labels}: muscles are called {called} and the leg of {image} is a {side} "
                "one; exchange their names, or correct the orientation in the header."
            )
            raise MuscleSegError(
                message,
                labels=case.name,
                called=leg.side.word,
                image=case.images[0].name,
                side=leg.looks_like.word,
            )


def _require_names(leg: CaseLeg, region: str) -> None:
    """Check that no muscles are called by one another's names."""
    from scipy.optimize import linear_sum_assignment

    codes = [muscle.code for muscle in region_of_name(region).muscles]
    table = _table(leg, codes)
    rows, columns = linear_sum_assignment(-table)
    renamed = [
        (codes[row], codes[column])
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] >= RENAMED_DSC and table[row, column] >= table[row, row] + RENAMED_GAIN
    ]
    if len(renamed) < 2:  # a single muscle may be what the network does not know yet
        return
    names = {muscle.code: muscle.name for muscle in region_of_name(region).muscles}
    pairs = (
        _("{called} seems to be the {muscle}").format(called=names[called], muscle=names[looks_like])
        for called, looks_like in renamed[:3]
    )
    message = _("Muscles are called by one another's names in {labels}: {pairs}; correct the names, or the --scheme.")
    raise MuscleSegError(message, labels=leg.case.name, pairs=joined(_(", and "), pairs))


def _table(leg: CaseLeg, codes: Sequence[int]) -> NDArray[np.float64]:
    """Return the DSC of each muscle of the labels with each of the answer, [label, answer]."""
    size = max(codes) + 1
    pairs = leg.labels[leg.counted].astype(np.intp) * size + leg.answer[leg.counted]
    both = np.bincount(pairs.ravel(), minlength=size * size).reshape(size, size)
    total = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :]
    dsc = 2 * both / np.maximum(total, 1)
    return np.asarray(dsc[np.ix_(codes, codes)])


def _require_place(leg: CaseLeg, codes: Sequence[int]) -> None:
    """Check that the labels lie where the network sees the muscles, or have no better place."""
    image = leg.case.images[0]
    judged = (leg.labels, leg.answer, leg.counted)
    shift = best_shift([judged], codes, image.geometry.spacing_mm, largest_mm=3 * LEAST_SHIFT_MM)
    if shift.distance_mm >= LEAST_SHIFT_MM and shift.gain >= SHIFT_GAIN:
        message = _(
            "The labels {labels} are shifted by about {distance} mm from the muscles of {image}: save them on the grid "
            "of the image that they were drawn on, or leave them out."
        )
        raise MuscleSegError(message, labels=leg.case.name, distance=f"{shift.distance_mm:.0f}", image=image.name)
