"""The labels of a network from elsewhere, matched with ours by their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS, muscle_named
from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.errors import MuscleSegError


@dataclass(frozen=True)
class Matched:
    """What a stranger's labels are here.

    Attributes:
        region: "thigh" or "calf".
        labels: Of each label our value, 0 where we have no such muscle in the region.
        notes: What was matched with what, and what is ignored.

    """

    region: str
    labels: tuple[int, ...]
    notes: tuple[str, ...]


def match_labels(names: Sequence[str], region: str | None, folder: Path) -> Matched:
    """Match labels by their names.

    Args:
        names: Of the labels, in the order of the network's channels, without the background.
        region: Which muscles are wanted; where None, those of the only region that the names have muscles of.
        folder: Of the network, for the message.

    Raises:
        MuscleSegError: No name is a muscle of the region, or the region is not given and cannot be told.

    """
    found = [muscle_named(name) for name in names]
    regions = [known.name for known in REGIONS if any(muscle and muscle.region == known.name for muscle in found)]
    if region is None and len(regions) > 1:
        message = (
            f"The network {folder} names muscles of {' and '.join(regions)}: give its folder with --network and choose "
            "with --region."
        )
        raise MuscleSegError(message)
    wanted = region or next(iter(regions), None)
    if wanted not in regions:
        what = f"the {region}" if region else "a region that MuscleSeg knows"
        message = (
            f"The network {folder} cannot be used: none of its labels names a muscle of {what} "
            f"({', '.join(names[:8])}{', ...' if len(names) > 8 else ''})."
        )
        raise MuscleSegError(message)
    own = [muscle if muscle and muscle.region == wanted else None for muscle in found]
    values = tuple(muscle.value if muscle else 0 for muscle in own)
    codes = tuple(muscle.code if muscle else 0 for muscle in own)
    notes = [_matches(wanted, names, codes)]
    ignored = [name for name, value in zip(names, values, strict=True) if not value]
    if ignored:
        notes.append(f"labels that are ignored: {', '.join(ignored)}")
    if any(muscle and muscle.side is None for muscle in own):
        notes.append("the network does not tell left from right")
    return Matched(wanted, values, tuple(notes))


def _matches(region: str, names: Sequence[str], codes: Sequence[int]) -> str:
    parts = []
    for muscle in region_of_name(region).muscles:
        held = [name for name, code in zip(names, codes, strict=True) if code == muscle.code]
        if held:
            parts.append(f"{muscle.name} = {', '.join(held)}")
    return f"labels matched by their names: {'; '.join(parts)}"
