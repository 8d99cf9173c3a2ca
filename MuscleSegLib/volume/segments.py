"""Segments of a label map, and their coded terms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import Terminology
from MuscleSegLib.translatable import _

LARGEST_LABEL = 255
SLICERS_GREEN = (128, 174, 128)
"""Slicer's color of segments without one."""


@dataclass(frozen=True)
class Segment:
    """Structure of a label map.

    Attributes:
        value: Label value in the array, at least 1.
        name: Name for people.
        color: Red, green and blue, 0 to 255.
        terminology: Coded terms, where it has some.
        tags: Texts by a name of letters, which a .seg.nrrd and Slicer keep.
        is_tagged: Whether it was read with its value as a tag of this library, so that the value means what its writer
            meant, and not the order in which Slicer numbers segments.

    Raises:
        MuscleSegError: The value, name, color or a tag is not usable.
    """

    value: int
    name: str
    color: tuple[int, int, int]
    terminology: Terminology | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_tagged: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.value < 1 or not self.name.strip() or set(self.name) & set("\r\n"):
            message = _(
                "A segment cannot be called {name} with label value {value}: give a value of at least 1 and a name of "
                "one line."
            )
            raise MuscleSegError(message, name=repr(self.name), value=self.value)
        if len(self.color) != 3 or not all(0 <= part <= 255 for part in self.color):
            message = _("The segment {name} has the color {color}: give red, green and blue from 0 to 255.")
            raise MuscleSegError(message, name=self.name, color=self.color)
        for name, text in self.tags.items():
            if not name.isalpha() or set(text) & set("|\r\n"):
                message = _(
                    "The segment {name} has the tag {name_2} with {text}: give a name of letters and a text of one "
                    "line without |."
                )
                raise MuscleSegError(message, name=self.name, name_2=repr(name), text=repr(text))


REMARK = "Remark"
"""Tag of a segment with the remarks on its image."""

Recognize = Callable[[Sequence[Segment], str], Sequence[int]]
"""Function from the segments of a file, and its description, to label values, 0 for segments passed over."""


def flattened(
    path: Path, shape: tuple[int, ...], names: Sequence[str], values: Sequence[int], masks: Iterable[NDArray[np.bool_]]
) -> NDArray[np.unsignedinteger[Any]]:
    """Return the segments of a file as one label map.

    Args:
        path: The file, for the message.
        shape: Shape of the masks.
        names: Names of the segments.
        values: Their label values, 0 for segments passed over.
        masks: Voxels of each segment with a value.

    Raises:
        MuscleSegError: Two segments overlap. Parts of one muscle, which share a value, may.
    """
    flat = np.zeros(shape, dtype=np.min_scalar_type(max(values, default=0)))
    valued = [(name, value) for name, value in zip(names, values, strict=True) if value]
    for (name, value), inside in zip(valued, masks, strict=True):
        taken = flat[inside]
        others = taken[(taken > 0) & (taken != value)]
        if others.size:
            message = _(
                "In {path} the segments "
                '"{other}" and "{segment}" overlap: load it into Slicer, remove one of the two '
                "where both are (the Logical operators effect does), and save it as .seg.nrrd."
            )
            raise MuscleSegError(message, path=path, other=names[values.index(int(others[0]))], segment=name)
        flat[inside] = value
    return flat
