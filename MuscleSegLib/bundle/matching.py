"""Match of a foreign network's labels with MuscleSeg's by their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS, muscle_named, region_word
from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined


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
        message = _(
            "The network {folder} names muscles of {regions}: give its folder with --network and choose with --region."
        )
        raise MuscleSegError(message, folder=folder, regions=joined(_(" and "), map(region_word, regions)))
    region_name = region or next(iter(regions), None)
    if region_name not in regions:
        shown = ", ".join([*names[:8], *(["..."] if len(names) > 8 else [])])
        if region is None:
            message = _(
                "The network {folder} cannot be used: none of its labels names a muscle of a region that MuscleSeg "
                "knows ({names})."
            )
            raise MuscleSegError(message, folder=folder, names=shown)
        message = _("The network {folder} cannot be used: none of its labels names a muscle of the {region} ({names}).")
        raise MuscleSegError(message, folder=folder, region=region_word(region), names=shown)
    muscles = [muscle if muscle and muscle.region == region_name else None for muscle in named]
    values = tuple(muscle.value if muscle else 0 for muscle in muscles)
    codes = tuple(muscle.code if muscle else 0 for muscle in muscles)
    notes = [_matches(region_name, names, codes)]
    ignored = [name for name, value in zip(names, values, strict=True) if not value]
    if ignored:
        notes.append(_("labels that are ignored: {ignored}").format(ignored=", ".join(ignored)))
    if any(muscle and muscle.side is None for muscle in muscles):
        notes.append(_("the network does not tell left from right"))
    return LabelMatch(region_name, values, tuple(notes))


def _matches(region: str, names: Sequence[str], codes: Sequence[int]) -> str:
    parts = []
    for muscle in region_of_name(region).muscles:
        held = [name for name, code in zip(names, codes, strict=True) if code == muscle.code]
        if held:
            parts.append(joined(" = ", (muscle.name, ", ".join(held))))
    return _("labels matched by their names: {parts}").format(parts=joined("; ", parts))
