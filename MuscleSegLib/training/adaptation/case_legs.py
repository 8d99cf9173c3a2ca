"""Legs of a corrected scan: the labels that count, beside the answer of the network that is to learn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from MuscleSegLib.anatomy import Side, is_left, value_without_side
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.digests import digest_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.legs import Leg, Legs
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.adaptation.cases import Case, Labels, Mask
from MuscleSegLib.training.legs import LegVolume
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.canvases import SMALLEST_MUSCLE_MM2, on_canvas
from MuscleSegLib.training.legs.leg_tissues import AIR, MUSCLES, UNCERTAIN, UNLABELED
from MuscleSegLib.training.legs.scans import on_one_scale
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

ADDUCTOR = 1
"""Code of the thigh's muscle of which other tools label a part."""


@dataclass(frozen=True)
class CaseLeg:
    """Leg of a corrected scan.

    Attributes:
        case: The scan.
        leg: Place of the leg in it.
        side: Its side; for a single leg that the labels do not name, the side that it looks like.
        looks_like: Side that the network takes it for; that of its place where two legs are in view.
        labels: Muscle codes, [k, j, i], of this leg alone.
        answer: The network's muscle codes there, [k, j, i].
        counted: Slices whose labels count, [k].
    """

    case: Case
    leg: Leg
    side: Side
    looks_like: Side
    labels: Labels
    answer: Labels
    counted: Mask

    @property
    def name(self) -> str:
        """Name without the patient's."""
        return f"case-{self.case.digest}-{self.side}"

    def answered(self, labels: Labels) -> "CaseLeg":
        """Return the leg with the answer of another network, given its label values, [k, j, i]."""
        return replace(self, answer=_codes_in(labels, self.leg))

    def limited(self, slices: Mask) -> "CaseLeg":
        """Return the leg with some of its counted slices alone, [k]."""
        return replace(self, counted=self.counted & slices)


def answer_of(bundle: Bundle, images: Sequence[Volume], legs: Legs, progress: Progress) -> Labels:
    """Return a network's label values, [k, j, i], for canonical images of one scan."""
    labeling = label_muscles(images, bundle, device="auto", legs=legs, progress=progress, watch=Stopwatch())
    return labeling.prediction.labels


def legs_of(case: Case, bundle: Bundle, progress: Progress) -> tuple[CaseLeg, ...]:
    """Return the legs of a corrected scan that have labels.

    Args:
        case: The scan.
        bundle: The network that is to learn.
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: There is no leg in it, or the sides of the labels are not those of the image.
    """
    labeling = label_muscles(
        case.images, bundle, device="auto", legs=number_of_legs(case), progress=progress, watch=Stopwatch()
    )
    prediction = labeling.prediction
    case_legs = []
    for number, leg in enumerate(labeling.legs):
        looks_like = leg.side or (prediction.sides[number] if prediction.sides else Side.RIGHT)
        side = looks_like if leg.side else _named_side(case) or looks_like
        in_place = np.where(leg.region, case.labels, 0)
        _require_side(case, side, in_place)
        labels = _codes_in(in_place, leg)
        counted = _counted(case, leg, side, labels)
        if (labels[counted] > 0).any():
            answer = _codes_in(prediction.labels, leg)
            case_legs.append(CaseLeg(case, leg, side, looks_like, labels, answer, counted))
    if not case_legs:
        message = _("No corrected slice of {labels} holds a muscle within a leg: check that it belongs to its image.")
        raise MuscleSegError(message, labels=case.name)
    return tuple(case_legs)


def number_of_legs(case: Case) -> Legs:
    """Return the number of legs to look for."""
    values = np.unique(case.labels[case.labels > 0])
    return 2 if case.has_sides and is_left(values).any() and not is_left(values).all() else "auto"


def leg_volume_of(leg: CaseLeg, *, is_whole: bool) -> LegVolume:
    """Return a leg to learn from, in training's frame; pixels that nobody labeled are uncertain.

    Uncertain are all pixels of the leg in slices that do not count, and those of muscles that are drawn nowhere in
    this leg, or in part, as far as the network sees them there.

    Args:
        leg: The leg.
        is_whole: Whether the network's adductor is the whole one.
    """
    images = np.stack([image.array.astype(np.float32) for image in leg.case.images])
    spacing = leg.case.images[0].geometry.spacing_mm
    tissues = np.where(leg.labels > 0, leg.labels, np.where(leg.leg.mask, UNLABELED, AIR)).astype(np.uint8)
    in_part = incomplete_codes([leg], is_whole=is_whole)
    drawn = set(np.unique(leg.labels[leg.counted]).tolist()) - in_part
    is_elsewhere = (leg.answer > 0) & ~np.isin(leg.answer, list(drawn))
    tissues[is_elsewhere & (tissues == UNLABELED)] = UNCERTAIN
    tissues[~leg.counted] = np.where(leg.leg.mask[~leg.counted], UNCERTAIN, AIR)
    signal, centers = np.where(leg.leg.region, on_one_scale(images), 0).astype(np.float32), leg.leg.centers
    if leg.side is Side.LEFT:
        tissues, signal = tissues[..., ::-1], signal[..., ::-1]
        centers = np.stack([centers[:, 0], tissues.shape[-1] - 1 - centers[:, 1]], axis=1)
    canvas = on_canvas(tissues, centers, spacing)
    if is_whole and ADDUCTOR in in_part:
        muscles = np.where(np.isin(canvas, MUSCLES), canvas, 0).astype(np.uint8)
        canvas[may_be_adductor(muscles, spacing[2]) & (canvas == UNLABELED)] = UNCERTAIN
    canvases = np.stack([on_canvas(image, centers, spacing) for image in signal]).astype(np.float16)
    digest = digest_of([leg.case.digest, np.flatnonzero(leg.counted).tolist(), sorted(in_part)])
    return LegVolume(leg.name, leg.name, canvas[None], spacing[2], canvases, digest)


def incomplete_codes(legs: Sequence[CaseLeg], *, is_whole: bool) -> set[int]:
    """Return the codes whose meaning in the labels is not the network's, whose adductor may be whole."""
    return {code for leg in legs for code in leg.case.incomplete if code != ADDUCTOR or is_whole}


def _codes_in(labels: Labels, leg: Leg) -> Labels:
    return np.where(leg.region, value_without_side(labels), 0).astype(np.uint8)


def _named_side(case: Case) -> Side | None:
    """Return the only side of the labels, None where they name none or both."""
    if not case.has_sides:
        return None
    sides = set(is_left(case.labels[case.labels > 0]).tolist())
    return None if len(sides) > 1 else (Side.LEFT if True in sides else Side.RIGHT)


def _require_side(case: Case, side: Side, in_place: Labels) -> None:
    """Check that the labels in a leg's part of the image are called after its side.

    Raises:
        MuscleSegError: Most are called after the other.
    """
    labeled = in_place[in_place > 0]
    if not case.has_sides or not len(labeled):
        return
    is_other = is_left(labeled) != (side is Side.LEFT)
    if is_other.mean() > 0.5:
        message = _(
            "The sides are exchanged in {labels}: muscles called {called} lie in the {side} leg of the image; exchange "
            "their names, or correct the orientation in the header."
        )
        other = Side.RIGHT if side is Side.LEFT else Side.LEFT
        raise MuscleSegError(message, labels=case.name, called=other.word, side=side.word)


def _counted(case: Case, leg: Leg, side: Side, labels: Labels) -> Mask:
    spacing = case.images[0].geometry.spacing_mm
    area = (labels > 0).sum(axis=(1, 2)) * spacing[0] * spacing[1]
    has_muscle = np.asarray(area >= SMALLEST_MUSCLE_MM2 / 8)
    if case.corrected is None:
        return has_muscle
    return case.corrected[side] if case.has_sides else case.corrected[side] & has_muscle
