"""Names of files in BIDS and its dialects: entities, type and suffix."""

import re
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.volume.formats import ending_of

_ENTITY = re.compile(r"([A-Za-z0-9]+)-([A-Za-z0-9+]+)")
_NO_LABEL = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_LABEL = 40


@dataclass(frozen=True)
class BidsName:
    """Parts of a file's name.

    Attributes:
        entities: Entities and their labels in order, such as ("sub", "01").
        suffix: Last part, such as "T1w", or with a hyphen "t1w-fs" (ORMIR-MIDS).
        kind: Part before the suffix that is no entity, as QMRITools has: "megre".
    """

    entities: tuple[tuple[str, str], ...]
    suffix: str
    kind: str = ""

    def label(self, entity: str) -> str:
        """Return the label of an entity, "" without it."""
        return dict(self.entities).get(entity, "")


def parse_name(path: Path) -> BidsName | None:
    """Return the parts of a file's name; None if it is no name of BIDS."""
    name = path.name[: len(path.name) - len(ending_of(path))]
    *parts, suffix = name.split("_")
    matches = [(part, _ENTITY.fullmatch(part)) for part in parts]
    entities = tuple((match[1], match[2]) for _, match in matches if match)
    if not entities or entities[0][0] != "sub" or not suffix:
        return None
    return BidsName(entities, suffix, "_".join(part for part, match in matches if not match))


def as_label(text: str) -> str:
    """Return text as a label of BIDS: its letters and digits."""
    return _NO_LABEL.sub("", text)[:_LONGEST_LABEL]
