"""Match of a foreign network's labels with MuscleSeg's by their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS, muscle_named
from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.errors import MuscleSegError


@dataclass(frozen=True)
class LabelMatch:
    """Label values of a foreign network's labels.

    Attributes:
        region: "thigh" or "calf".
        labels: MuscleSeg's value of each label, 0 where the region has no such muscle.
        notes: Sentences on matched and ignored names.

    """

    region: str
    labels: tuple[int, ...]
    notes: tuple[str, ...]


def match_labels(names: Sequence[str], region: str | None, folder: Path) -> LabelMatch:
    """Match labels by their names.

    Args:
        names: Names of the labels, in the order of the network's channels, without the background.
        region: Requested region; where None, the only region whose muscles the names are.
        folder: Folder of the network, for messages.

    Raises:
        MuscleSegError: No name is a muscle of the region, or names are of both regions and none is requested.

    """
    named = [muscle_named(name) for name in names]
    regions = [entry.name for entry in REGIONS if any(muscle and muscle.region == entry.name for muscle in named)]
    if region is None and len(regions) > 1:
        message = (
            f"The network {folder} names muscles of {' and '.join(regions)}: give its folder with --network and choose "
            "with --region."
        )
        raise MuscleSegError(message)
    wanted = region or next(iter(regions), None)
    if wanted not in regions:
        place = f"the {region}" if region else "a region that MuscleSeg knows"
        message = (
            f"The network {folder} cannot be used: none of its labels names a muscle of {place} "
            f"({', '.join(names[:8])}{', ...' if len(names) > 8 else ''})."
        )
        raise MuscleSegError(message)
    muscles = [muscle if muscle and muscle.region == wanted else None for muscle in named]
    values = tuple(muscle.value if muscle else 0 for muscle in muscles)
    codes = tuple(muscle.code if muscle else 0 for muscle in muscles)
    notes = [_matches(wanted, names, codes)]
    ignored = [name for name, value in zip(names, values, strict=True) if not value]
    if ignored:
        notes.append(f"labels that are ignored: {', '.join(ignored)}")
    if any(muscle and muscle.side is None for muscle in muscles):
        notes.append("the network does not tell left from right")
    return LabelMatch(wanted, values, tuple(notes))


def _matches(region: str, names: Sequence[str], codes: Sequence[int]) -> str:
    parts = []
    for muscle in region_of_name(region).muscles:
        held = [name for name, code in zip(names, codes, strict=True) if code == muscle.code]
        if held:
            parts.append(f"{muscle.name} = {', '.join(held)}")
    return f"labels matched by their names: {'; '.join(parts)}"
