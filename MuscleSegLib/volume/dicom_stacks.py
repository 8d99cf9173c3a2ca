"""Series of a folder as stacks of slices, for objects that refer to their images."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.dicom_completeness import require_one_patient
from MuscleSegLib.volume.dicom_contrast import CONTRASTS, contrast_of
from MuscleSegLib.volume.dicom_series import Series, contents_of
from MuscleSegLib.volume.dicom_slices import Slice, slices_of
from MuscleSegLib.volume.dicom_stack import SAME_POSITION_MM, stacked
from MuscleSegLib.volume.remarks import gathered_remarks

_NO_ECHO_TIME = "inf"
_PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"


def stacks_in(files: Sequence[Path]) -> list[tuple[Series, list[Slice]]]:
    """Return the series among files that are stacks of slices, with their sorted slices.

    Of several images at a position, such as echoes, the one is kept that shows muscles best: by its contrast, then its
    echo time. Parametric maps are passed over: they are results.

    Raises:
        MuscleSegError: There are series, and none is a stack.
        OSError: A file cannot be opened.
    """
    contents = contents_of(files)
    stacks, failures = [], []
    for series in contents.series:
        if series.files[0][1].get("SOPClassUID") == _PARAMETRIC_MAP:
            continue
        try:
            contents.require_whole(series)
            require_one_patient(series.files, series.title)
            with gathered_remarks():
                stacks.append((series, _stack(series)))
        except MuscleSegError as error:
            failures.append(error)
    if failures and not stacks:
        raise failures[0]
    return stacks


def contrast_rank(slices: Sequence[Slice]) -> int:
    """Return how well a stack shows muscles, 0 for the best."""
    return min(map(_rank, slices))


def _stack(series: Series) -> list[Slice]:
    slices = [image for file, header in series.files for image in slices_of(file, header)]
    by_place: dict[tuple[int, ...], Slice] = {}
    for image in sorted(slices, key=lambda image: (_rank(image), _echo_time(image), str(image.path), image.frame)):
        by_place.setdefault(tuple(round(part / SAME_POSITION_MM) for part in image.position), image)
    return stacked(list(by_place.values()), name=series.title)


def _rank(image: Slice) -> int:
    contrast = contrast_of(image)
    return CONTRASTS.index(contrast) if contrast in CONTRASTS else len(CONTRASTS)


def _echo_time(image: Slice) -> float:
    with contextlib.suppress(ValueError):
        return float(image.traits.get("EchoTime") or image.traits.get("EffectiveEchoTime") or _NO_ECHO_TIME)
    return float(_NO_ECHO_TIME)
