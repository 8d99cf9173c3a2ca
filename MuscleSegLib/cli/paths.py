"""Checks of a command's paths, before it does anything."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_name


def require_names(values: Iterable[object]) -> None:
    """Check that texts and paths, alone or in lists, can be names of files, as any of them may be one.

    Raises:
        MuscleSegError: The system takes no such name.
    """
    for value in values:
        if isinstance(value, str | Path):
            require_name(Path(value))
        elif isinstance(value, list | tuple):
            require_names(value)


def require_apart(outputs: Sequence[Path], inputs: Iterable[Path | None]) -> None:
    """Check that no output is an input, or another output.

    Raises:
        MuscleSegError: An output is.
    """
    input_files = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path.resolve() in input_files:
            message = f"{path} is given twice, and writing it would destroy what it holds: choose another output."
            raise MuscleSegError(message)
        input_files.add(path.resolve())


def require_different(inputs: Mapping[str, Path]) -> None:
    """Check that no two inputs are one file, under any names.

    A folder of DICOM images may hold a fat and a water image, and labels of them: folders are compared once they are
    read.

    Args:
        inputs: Paths by their options.

    Raises:
        MuscleSegError: Two inputs are one file.
    """
    for (name, path), (other_name, other) in itertools.combinations(inputs.items(), 2):
        if path.is_file() and other.exists() and path.samefile(other):
            raise MuscleSegError(f"{path} is given as {name} and as {other_name}: give each its own file.")


def made_folder(folder: Path) -> Path:
    """Return a folder, after making it and its parents where needed.

    Raises:
        MuscleSegError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MuscleSegError(f"The folder {folder} cannot be made ({error.strerror}): choose another one.") from error
    return folder


def readable(name: str) -> str:
    """Return the name of a file as text that can be drawn and saved, with codes for bytes that are not UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode()
