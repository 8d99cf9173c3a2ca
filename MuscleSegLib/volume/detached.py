"""Voxels in files beside their header, as of NRRD (.nhdr) and MetaImage (.mhd)."""

import re
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import contradictory, damaged

_MOST_FILES = 100_000
_NUMBERED = re.compile(r"[^%]*%0?\d{0,2}d[^%]*")


def voxel_files(path: Path, field: str, text: str, *, listed: Sequence[str]) -> list[Path]:
    """Return the files that a header names for its voxels.

    Args:
        path: The header.
        field: Name of its field, for messages.
        text: Value of the field: a name; ``LIST``, with names in lines behind the header; or, as for C's ``printf``,
            a name with ``%d`` and the first and last number and the step.
        listed: Lines behind the header.

    Raises:
        MuscleSegError: A file is missing, is no file, or lies outside the header's folder, where a foreign header must
            not reach.
    """
    folder = path.absolute().parent.resolve()
    files = []
    for name in _names(path, field, text, listed):
        file = (folder / name).resolve()
        if not file.is_relative_to(folder):
            message = _(
                "{path} has its voxels in another folder ({field} is {name}): put that file beside it and write its "
                "new name there."
            )
            raise MuscleSegError(message, path=path, field=field, name=name)
        if not file.is_file():
            raise damaged(path, _("the file {name} with its voxels is missing"), name=name)
        files.append(file)
    return files


def _names(path: Path, field: str, text: str, listed: Sequence[str]) -> list[str]:
    words = text.split()
    if words and words[0] == "LIST":
        names = [line.strip() for line in listed if line.strip()]
    elif len(words) >= 4 and _NUMBERED.fullmatch(words[0]) and all(word.isdecimal() for word in words[1:4]):
        first, last, step = (int(word) for word in words[1:4])
        numbers = range(first, last + 1, max(1, step))
        names = [words[0] % number for number in numbers[: _MOST_FILES + 1]]
    else:
        names = [text]
    if not 0 < len(names) <= _MOST_FILES or not all(names) or any("\0" in name for name in names):
        raise contradictory(path, _("its {field} names no files"), field=field)
    return names
