"""Warnings about doubtful numbers of a muscle, in sentences."""

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import REGIONS, Scheme, region_word, value_without_side
from MuscleSegLib.biomarkers.rows import Row
from MuscleSegLib.biomarkers.units import MapUnit
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume

LEAST_COVERAGE_PERCENT = 90.0
"""Coverage of a muscle by a map below which a warning is given."""

FATTY_PERCENT = 20.0
"""Fat fraction above which errors of segmentation and of every biomarker grow (Hostin et al., 2023, Table 2)."""

CONTOUR_POINTS = 2.0
"""Change of the fat fraction for one voxel of contour above which it says as much of the contour as of the muscle."""

SWAPPED_PERCENT, SWAPPED_SHARE = 80.0, 0.1
"""A tenth of a muscle's voxels above 80 % ..."""

LEAN_PERCENT, BETWEEN_SHARE = 20.0, 0.25
"""... and more than half of it below 20 %, with less than a quarter as many from 40 to 60 %: fat infiltration passes
through the values in between, and a swap of fat and water does not."""

WHOLLY_SWAPPED_PERCENT = 85.0
"""Half of a muscle's voxels above: fatter than any but the last stage of a dystrophy, and what a lean muscle would show
with fat and water taken for each other."""


def muscle_warnings(row: Row, fat_percent: NDArray[np.float64]) -> list[str]:
    """Return the warnings of a muscle's row.

    The field of view comes last: it cuts all muscles of most scans, and a table's cell shows how its text begins.

    Args:
        row: All its numbers.
        fat_percent: (n,) fat fractions of the voxels that count, none without such a map.
    """
    swapped = _("Fat and water are likely swapped in it: look at the FF map.")
    sentences = [swapped] if _is_swapped(fat_percent) else []
    return [*sentences, *_coverage_warnings(row), *_fat_warnings(row), *_extent_warnings(row)]


def map_warnings(
    labels: Volume,
    maps: Mapping[str, Volume],
    scheme: Scheme,
    values: Collection[int],
    *,
    fat_water: tuple[Volume, Volume] | None = None,
) -> list[str]:
    """Return the warnings of every row: how files were read, maps of another patient, labels of another region.

    Args:
        labels: [k, j, i] label map.
        maps: Maps, [k, j, i], by name.
        scheme: Assumed meaning of the labels.
        values: Labels that occur.
        fat_water: The images that the fat fraction was made of.
    """
    titles = {name: _("{map} map").format(map=name.upper()) for name in maps}
    volumes: dict[str, Volume] = {_("labels"): labels, **{titles[name]: volume for name, volume in maps.items()}}
    volumes |= dict(zip((_("fat image"), _("water image")), fat_water or (), strict=False))
    patients = {title: volume.patient for title, volume in volumes.items() if volume.patient}
    frames = {title: volume.frame_of_reference for title, volume in volumes.items() if volume.frame_of_reference}
    sentences = list(dict.fromkeys(remark for volume in volumes.values() for remark in volume.remarks))
    if len(set(patients.values())) > 1:
        sentence = _("Of different patients, as their DICOM headers say: {images}.")
        sentences.append(sentence.format(images=joined(", ", patients)))
    elif len(set(frames.values())) > 1:
        sentence = _("Of different DICOM frames of reference, so that they may not match: {images}.")
        sentences.append(sentence.format(images=joined(", ", frames)))
    likely = _likely_region(scheme, values)
    if likely:
        sentence = _("These are likely labels of the {likely}, not of the {region}: no other value occurs.")
        sentences.append(sentence.format(likely=region_word(likely), region=region_word(scheme.region or "")))
    return sentences


def unit_warnings(units: Mapping[str, MapUnit]) -> Iterator[str]:
    """Yield the warnings of every row about units of maps: assumed ones, and ones stated against the map's values."""
    for name, unit in units.items():
        if unit.is_assumed:
            yield _("{map} taken as {unit} (assumed).").format(map=name.upper(), unit=unit.name)
        elif unit.likely:
            sentence = _("{map} taken as {unit}, as stated, though its values look like {likely}.")
            yield sentence.format(map=name.upper(), unit=unit.name, likely=unit.likely)


def without_assumed_units(warnings: str) -> str:
    """Return a row's warnings but for those of assumed units, which say nothing against a muscle."""
    return re.sub(r" ?\b\w+ taken as \w+ \(assumed\)\.", "", warnings).strip()


def _extent_warnings(row: Row) -> Iterator[str]:
    if row.volume_is_partial:
        yield _("Cut by the field of view: the volume is that of a part.")


def _coverage_warnings(row: Row) -> Iterator[str]:
    for name in ("ff", "mtr", "t2"):
        coverage, excluded = getattr(row, f"{name}_coverage_percent"), getattr(row, f"{name}_excluded_voxels")
        if coverage is not None and coverage < LEAST_COVERAGE_PERCENT:
            yield _("The {map} map covers {percent} % of it.").format(map=name.upper(), percent=f"{coverage:.0f}")
        if excluded:
            sentence = _("{count} voxels of the {map} map excluded: no value, or an impossible one.")
            if excluded == 1:
                sentence = _("{count} voxel of the {map} map excluded: no value, or an impossible one.")
            yield sentence.format(count=excluded, map=name.upper())


def _fat_warnings(row: Row) -> Iterator[str]:
    fat = row.ff_mean_percent
    if fat is None:
        return
    if fat > FATTY_PERCENT:
        sentence = _("FF above {percent} %: errors of segmentation and of all biomarkers grow.")
        yield sentence.format(percent=f"{FATTY_PERCENT:.0f}")
        if row.mtr_mean_percent is not None:
            yield _("Its MTR is lowered by fat: compare the fat-corrected one.")
        if row.t2_mean_ms is not None:
            yield _("Its T2 is prolonged by fat: it is not one of muscle.")
    shifted = [percent for percent in (row.ff_eroded_percent, row.ff_dilated_percent) if percent is not None]
    points = max((abs(percent - fat) for percent in shifted), default=0.0)
    if points > CONTOUR_POINTS:
        yield _("One voxel of contour moves FF by {points} points.").format(points=f"{points:.1f}")


def _is_swapped(fat_percent: NDArray[np.float64]) -> bool:
    """Return whether fat and water are likely swapped in a part of the voxels, (n,), or in all of them."""
    if not fat_percent.size:
        return False
    if np.median(fat_percent) > WHOLLY_SWAPPED_PERCENT:
        return True
    high = np.mean(fat_percent > SWAPPED_PERCENT)
    between = np.mean((fat_percent > 40) & (fat_percent < 60))
    is_lean = np.mean(fat_percent < LEAN_PERCENT) > 0.5
    return bool(is_lean and high > SWAPPED_SHARE and between < BETWEEN_SHARE * high)


def _likely_region(scheme: Scheme, values: Collection[int]) -> str | None:
    """Return another region with fewer muscles, most of which occur and nothing else; None where there is none."""
    codes = set(map(value_without_side, values))
    codes_of_regions = {region.name: {muscle.code for muscle in region.muscles} for region in REGIONS}
    stated = codes_of_regions.get(scheme.name, set())
    for name, region_codes in codes_of_regions.items():
        # All codes of the calf are codes of the thigh too, so that nothing makes the labels of a calf suspicious.
        if region_codes < stated and codes <= region_codes and len(codes) > len(region_codes) / 2:
            return name
    return None
