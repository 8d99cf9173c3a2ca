"""Check of the field of view: the requested region, the other region, both, none, or a leg back to front.

A high soft Dice (``quality``) means that an image is like those of the network's training. The fast networks of
both regions, and the image with front and back exchanged, are compared only where the first soft Dice leaves a doubt,
so that an ordinary scan costs nothing more. The thresholds below were measured on real and on digital scans
(``Testing/benchmarks/field_of_view.md``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import REGIONS, THIGH, region_word
from MuscleSegLib.bundle import LegInput, fast_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.loading import Device
from MuscleSegLib.inference.quality import Quality, Slices, quality_of
from MuscleSegLib.legs import Leg, Legs, find_body, find_legs
from MuscleSegLib.progress import Progress
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume

Mask = NDArray[np.bool_]

CLEAR: Mapping[str, float] = MappingProxyType({"thigh": 0.90, "calf": 0.92})
"""Soft Dice from which a slice counts as the region's without a second check."""

LIKELY: Mapping[str, float] = MappingProxyType({"thigh": 0.82, "calf": 0.80})
"""Soft Dice of all slices together: images of other body parts stay below, as long as their outline is a leg's
(``_may_be_calf``)."""

LIKELY_OF_FEW: Mapping[str, float] = MappingProxyType({"thigh": 0.75, "calf": 0.80})
"""Soft Dice of one or two slices, which may be cropped, blurred, or at the region's end."""

STRICT = 0.88
"""Soft Dice of a calf whose piece is larger than a calf or holds less muscle: heads and bottles reach 0.86, calves
0.96."""

LARGEST_CALF_MM2 = 19000.0  # a calf of 155 mm; heads have 19,500 to 30,000, healthy calves 11,000
LEAST_MUSCLE = 0.18  # of a calf's cross-section; calves with much fat have 0.2 and healthy ones 0.5

SURE: Mapping[str, float] = MappingProxyType({"thigh": 0.84, "calf": 0.90})
"""Soft Dice from which another region, or front and back exchanged, may be taken for the truth, if it is higher by
``MARGIN``."""

MARGIN = 0.05
HINT = 0.02  # difference in soft Dice that is worth a note
LARGE_REST = 0.33  # share of the slices that may show the region though its network is not certain of them
CORE_MM = 60.0  # length along the limb over which another region's soft Dice is surely the higher
FEW = 2  # slices
SHORTEST_MM = 25.0  # a shorter stretch of the other region among slices of this one is a doubt, not a finding
LOOKS = 7  # slices that are segmented with front and back exchanged
NOISE = 0.2  # correlation of neighboring pixels in the body; that of images is above 0.5


@dataclass(frozen=True)
class View:
    """Field of view of a canonical image.

    Attributes:
        elsewhere: Mask of the slices that surely show the other region, [k].
        slices: Range of the slices with the requested region; None where all slices show the other region.
        other: Name of the other region.
        is_likely: Whether the image as a whole rather shows the requested region.
        notes: Sentences on doubts.
    """

    elsewhere: Mask
    slices: slice | None
    other: str
    is_likely: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class QualityProbe:
    """Measurement of quality: device, legs and progress.

    Attributes:
        device: "auto" takes a GPU where there is one.
        count: Number of legs in the field of view, or "auto".
        legs: Legs in the image.
        progress: Raises ``Canceled`` to stop.
    """

    device: Device
    count: Legs
    legs: Sequence[Leg]
    progress: Progress

    def quality(self, image: Volume, region: str, slices: Slices, legs: Sequence[Leg] | None = None) -> Quality:
        """Return the quality of some slices, [slice], of a canonical image, by the region's fast network."""
        return quality_of(image, region, slices, device=self.device, legs=legs or self.legs, progress=self.progress)


def is_clear(quality: Quality, region: str) -> bool:
    """Return whether every slice is the region's without a second check."""
    return bool((quality.by_slice >= CLEAR[region]).all())


def judge_view(image: Volume, region: str, quality: Quality, probe: QualityProbe) -> View:
    """Return the field of view of an image.

    Args:
        image: Canonical image, [k, j, i].
        region: Requested region: "thigh" or "calf".
        quality: Quality of its fast network, for every slice.
        probe: Measurement of the quality of other networks and orientations.

    Raises:
        MuscleSegError: The image surely shows no leg, or front and back are exchanged.
    """
    other = next(entry.name for entry in REGIONS if entry.name != region)
    doubtful, everything = np.flatnonzero(quality.by_slice < CLEAR[region]), slice(0, len(image.array))
    if not len(doubtful):
        return View(np.zeros(len(image.array), bool), everything, other)
    others = probe.quality(image, other, doubtful)
    slice_mm = image.geometry.spacing_mm[2]
    elsewhere, may_be = _elsewhere(quality, others, doubtful, other, slice_mm)
    if elsewhere.any():
        _require_upright(image, (quality, others), probe)
        slices, is_sure = _rest(quality, others, elsewhere, region, slice_mm)
        return View(elsewhere, slices, other, notes=() if is_sure else (_not_sure(region),))
    notes = [_note_of_slices(may_be, region)] if may_be.any() else []
    is_likely = quality.of() >= others.of()
    if quality.of() < SURE[region] + 0.04:
        notes += _doubts(image, {region: quality, other: others}, region, probe)
    return View(elsewhere, everything, other, is_likely, tuple(notes))


def _elsewhere(quality: Quality, others: Quality, doubtful: Slices, other: str, slice_mm: float) -> tuple[Mask, Mask]:
    """Return masks, [k], of the runs of slices that surely show the other region, and that may not show this region."""
    from scipy import ndimage

    better = np.zeros(len(quality.above), bool)
    better[doubtful] = others.by_slice[doubtful] > quality.by_slice[doubtful]
    near = max(1, round(CORE_MM / slice_mm))
    smooth, smooth_others = (_smoothed(each, near) for each in (quality, others))
    core = better & (smooth_others >= np.maximum(SURE[other], smooth + MARGIN))
    stretches, number = ndimage.label(better)
    may_be = np.zeros_like(better)
    for stretch in range(1, number + 1):
        slices = stretches == stretch
        is_long = bool(slices.all()) or slices.sum() * slice_mm >= SHORTEST_MM
        may_be |= slices & is_long & (others.of(slices) >= quality.of(slices) + MARGIN)
        better[slices] = is_long and core[slices].any()
    return better, may_be & ~better


def _smoothed(quality: Quality, slices: int) -> NDArray[np.float64]:
    """Return the soft Dice of the slices around each slice together, [k]."""
    from scipy import ndimage

    above, below = (ndimage.uniform_filter1d(sums, slices, mode="nearest") for sums in (quality.above, quality.below))
    return np.asarray(above / np.maximum(below, 1.0))


def _rest(
    quality: Quality, others: Quality, elsewhere: Mask, region: str, slice_mm: float
) -> tuple[slice | None, bool]:
    """Return the run of the remaining slices that shows the requested region, and whether it surely does.

    Beyond a thigh lies a pelvis, which the calf's network takes for a calf, but no calf lies there.
    """
    from scipy import ndimage

    stretches = [stretch[0] for stretch in ndimage.find_objects(ndimage.label(~elsewhere)[0])]
    middle = np.flatnonzero(elsewhere).mean()
    sure, large = [], []
    for stretch in stretches:
        length = stretch.stop - stretch.start
        is_in_order = ((stretch.start + stretch.stop - 1) / 2 > middle) == (region == THIGH.name)
        least, margin = (LIKELY[region], 0.0) if is_in_order else (SURE[region], MARGIN)
        if length * slice_mm >= SHORTEST_MM and quality.of(stretch) >= max(least, others.of(stretch) + margin):
            sure.append(stretch)
        if is_in_order and length > LARGE_REST * len(elsewhere):
            large.append(stretch)
    best = max(sure or large, key=lambda stretch: float(quality.above[stretch].sum()), default=None)
    return best, bool(sure) or best is None


def _not_sure(region: str) -> str:
    return _("It is not sure that this is a {region}: check the region and every label.").format(
        region=region_word(region)
    )


def _note_of_slices(may_be: Mask, region: str) -> str:
    """Return a note on the slices that may not show the region."""
    from scipy import ndimage

    stretches = [stretch[0] for stretch in ndimage.find_objects(ndimage.label(may_be)[0])]
    span = _("{first} to {last}")
    spans = [span.format(first=stretch.start + 1, last=stretch.stop) for stretch in stretches]
    note = _("Slices {slices} of {count}, counted from the feet, may not show the {region}: check the labels there.")
    return note.format(slices=joined(_(" and "), spans), count=len(may_be), region=region_word(region))


def _doubts(image: Volume, qualities: Mapping[str, Quality], region: str, probe: QualityProbe) -> list[str]:
    """Return notes on doubts, after a comparison with front and back exchanged.

    Raises:
        MuscleSegError: The image surely shows no leg, or front and back are exchanged.
    """
    some, turned = _some_slices(image), _turned(image)
    upright = {name: quality.of() for name, quality in qualities.items()}
    legs = find_legs(turned, probe.count)
    back = {name: probe.quality(turned, name, some, legs).of() for name in qualities}
    best = max(back, key=lambda name: back[name] - SURE[name])
    if back[best] >= max(SURE[best], upright[region] + MARGIN, upright[best] + MARGIN):
        raise _exchanged(image)
    likely = LIKELY if len(image.array) > FEW else LIKELY_OF_FEW
    is_fit = {name: upright[name] >= likely[name] for name in qualities}
    is_fit["calf"] &= _may_be_calf(image, qualities["calf"], probe.legs)
    if not any(is_fit.values()) or _is_noise(image):
        raise MuscleSegError(_("No leg was found in {image}: is it a scan of the thigh or the calf?"), image=image.name)
    doubts = []
    if upright[region] < max(SURE[region], *upright.values()):
        doubts.append(_not_sure(region))
    if back[region] >= upright[region] + HINT:
        doubt = _("Front and back may be exchanged in {image}: check its orientation.")
        doubts.append(doubt.format(image=image.name))
    return doubts


def _require_upright(image: Volume, upright: Sequence[Quality], probe: QualityProbe) -> None:
    """Check that an image which seems to show the other region is not far better with front and back exchanged.

    Nine upright images had a soft Dice of 0.91 and more with the better network of each slice, and less than 0.90 back
    to front (``Testing/benchmarks/field_of_view.md``).

    Raises:
        MuscleSegError: Front and back are exchanged.
    """
    some, turned = _some_slices(image), _turned(image)
    legs = find_legs(turned, probe.count)
    back = _best(some, [probe.quality(turned, region.name, some, legs) for region in REGIONS])
    if back >= max(CLEAR[THIGH.name], _best(some, upright) + MARGIN):
        raise _exchanged(image)


def _best(slices: Slices, qualities: Sequence[Quality]) -> float:
    """Return the soft Dice of some slices, [slice], together, each by the network with the higher soft Dice."""
    better = np.argmax([quality.by_slice[slices] for quality in qualities], axis=0)
    above, below = (
        np.choose(better, [sums[slices] for sums in part]).sum()
        for part in ([quality.above for quality in qualities], [quality.below for quality in qualities])
    )
    return float(above / max(below, 1.0))


def _some_slices(image: Volume) -> Slices:
    return np.unique(np.linspace(0, len(image.array) - 1, LOOKS).round().astype(np.intp))


def _turned(image: Volume) -> Volume:
    """Return a canonical image, [k, j, i], with front and back exchanged."""
    return replace(image, array=np.ascontiguousarray(image.array[:, ::-1]))


def _exchanged(image: Volume) -> MuscleSegError:
    message = _(
        "Front and back seem to be exchanged in {image}: correct the orientation in its header, or export it from the "
        "scanner again."
    )
    return MuscleSegError(message, image=image.name)


def _may_be_calf(image: Volume, quality: Quality, legs: Sequence[Leg]) -> bool:
    """Return whether a leg is as small as a calf and holds as much muscle, or has a very high soft Dice."""
    spacing_mm = image.geometry.spacing_mm
    areas = [leg.mask.sum(axis=(1, 2)) * spacing_mm[0] * spacing_mm[1] for leg in legs]
    spec = fast_bundle("calf").metadata.input
    assert isinstance(spec, LegInput)  # noqa: S101 - the shipped networks segment single legs
    measured = quality.below > 0
    muscle_mm2 = quality.below.sum() / 2 * spec.pixel_mm**2  # labels and probabilities are two measures of one area
    share = muscle_mm2 / max(sum(area[measured].sum() for area in areas), 1.0)
    largest = max(float(np.median(area[area > 0])) for area in areas)
    return quality.of() >= STRICT or (largest <= LARGEST_CALF_MM2 and share >= LEAST_MUSCLE)


def _is_noise(image: Volume) -> bool:
    """Return whether neighboring pixels of the body are nearly uncorrelated."""
    body = find_body(image)
    k = int(body.sum(axis=(1, 2)).argmax())
    both = body[k, :, 1:] & body[k, :, :-1]
    pair = image.array[k, :, 1:][both], image.array[k, :, :-1][both]
    return both.sum() > 2 and float(np.corrcoef(*np.asarray(pair, np.float64))[0, 1]) < NOISE
