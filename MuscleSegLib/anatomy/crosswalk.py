"""Labels of another tool, from the single muscles that each of them holds."""

from collections.abc import Sequence

from MuscleSegLib.anatomy.fine_muscles import FINE_MUSCLES, FineMuscle
from MuscleSegLib.anatomy.muscles import Color
from MuscleSegLib.anatomy.regions import LABEL_SETS, REGIONS, Label, Region
from MuscleSegLib.anatomy.sides import Side, side_name

GRAY: Color = (144, 144, 144)
"""Color of structures that are none of our muscles."""

_FINE_OF_SINGLE = {single: muscle for muscle in FINE_MUSCLES for single in muscle.singles}
SINGLE_MUSCLES = tuple(_FINE_OF_SINGLE)
"""Anatomical names of all muscles that a label can hold."""


def label_of_singles(
    value: int, name: str, singles: Sequence[str], *, abbreviation: str = "", side: Side | None = None, note: str = ""
) -> Label:
    """Return another tool's label.

    Its region, our muscle that holds it, its color and its coded term follow from its muscles: a label that holds
    muscles of several of ours has none of them, and a part of one has its color.

    Args:
        value: Value of the voxels.
        name: Its name in that tool, in lower case.
        singles: Muscles in it, of ``SINGLE_MUSCLES``; none for another structure.
        abbreviation: Abbreviation of the name.
        side: Side of the subject, None in a map without sides.
        note: Caveat; without, whose part it is.
    """
    fines = tuple(dict.fromkeys(_FINE_OF_SINGLE[single] for single in singles))
    parents = {(muscle.region, muscle.parent) for muscle in fines if muscle.parent is not None}
    region = next((each for each in REGIONS if any(muscle.region == each.name for muscle in fines)), None)
    code = next(iter(parents))[1] if len(parents) == 1 else None
    whole = _same_in_ours(singles, side)
    return Label(
        value=value,
        name=side_name(name, side),
        muscle=name,
        abbreviation=abbreviation,
        side=side,
        color=_color(fines, whole),
        terminology=whole.terminology if whole else None,
        region=region.name if region else None,
        code=code,
        note=note or _note(singles, region, code),
        singles=tuple(singles),
        parent=region.muscle(code).name if region and code else "",
    )


def _same_in_ours(singles: Sequence[str], side: Side | None) -> Label | None:
    """Return our label of the same muscles, of the ten and six first."""
    ours = (label for each in LABEL_SETS for label in each.labels(two_legs=side is not None))
    return next((label for label in ours if label.side is side and set(label.singles) == set(singles)), None)


def _color(fines: Sequence[FineMuscle], whole: Label | None) -> Color:
    if whole is not None:
        return whole.color
    return fines[0].color if fines else GRAY


def _note(singles: Sequence[str], region: Region | None, code: int | None) -> str:
    if region is None or code is None:
        return ""
    name = region.muscle(code).name
    ours = next(label.singles for label in region.labels(two_legs=False) if label.code == code)
    extra = [single for single in singles if single not in ours]
    if extra:
        return f"with {' and '.join(extra)}, no part of the {name}"
    return "" if set(singles) == set(ours) else f"a part of the {name}"
