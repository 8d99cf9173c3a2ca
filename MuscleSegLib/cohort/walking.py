"""Files below a folder, through links to folders too; what cannot be read is passed over with its reason."""

import os
from collections.abc import Iterator
from pathlib import Path

from MuscleSegLib.cohort.scans import PassedOver


def files_below(folder: Path, passed_over: list[PassedOver]) -> Iterator[Path]:
    """Yield the files below a folder in order, hidden ones left out. Links are followed, each folder once.

    Args:
        folder: The folder.
        passed_over: Folders that cannot be read, and links that lead nowhere or in a circle, are added to it.
    """

    def refuse(error: OSError) -> None:
        passed_over.append(PassedOver(Path(error.filename), f"it cannot be read ({error.strerror})"))

    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        visible = [name for name in sorted(folders) if not name.startswith(".")]
        folders[:] = [name for name in visible if _is_new(Path(place, name), seen)]
        twice = [Path(place, name) for name in visible if name not in folders]
        passed_over += [PassedOver(path, "it is a link to a folder that is searched already") for path in twice]
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith("."):
                continue
            if not path.exists():
                passed_over.append(PassedOver(path, _dangling(path)))
                continue
            yield path


def _is_new(folder: Path, seen: set[str]) -> bool:
    real = os.path.realpath(folder)
    is_new = real not in seen
    seen.add(real)
    return is_new


def _dangling(path: Path) -> str:
    target = str(path.readlink()) if path.is_symlink() else str(path)
    fetch = ": fetch it first (datalad get, or git annex get)" if ".git/annex" in target else ""
    return f"it is a link to {target}, which is not there{fetch}"
