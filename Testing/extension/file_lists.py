"""The files that Slicer's build packages, as the CMakeLists.txt of their folders list them.

    python Testing/extension/file_lists.py           says which lists and folders do not agree
    python Testing/extension/file_lists.py --write   puts the lists right

A file that is not listed is not packaged, and the extension then lacks it on everybody's computer but the developer's.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class FileList:
    """A list in the CMakeLists.txt of a folder, and which of the folder's files belong into it."""

    folder: str
    variable: str
    patterns: tuple[str, ...]

    def on_disk(self, root: Path) -> list[str]:
        """Return the files that belong into the list, as paths from the folder."""
        folder = root / self.folder
        files = {file for pattern in self.patterns for file in folder.glob(pattern) if file.is_file()}
        names = [file.relative_to(folder) for file in files]
        return sorted(name.as_posix() for name in names if not any(map(_is_left_over, name.parts)))

    def in_cmake(self, root: Path) -> list[str]:
        """Return the files that are in the list.

        Raises:
            ValueError: The CMakeLists.txt has no such list, or has it twice.
        """
        (listed,) = self._pattern().findall(self._file(root).read_text(encoding="utf-8"))
        names: list[str] = listed.split()
        return names

    def write(self, root: Path) -> None:
        """Put the list right."""
        lines = "".join(f"\n  {name}" for name in self.on_disk(root))
        text = self._file(root).read_text(encoding="utf-8")
        new = self._pattern().sub(lambda _: f"set({self.variable}{lines}\n  )", text)
        self._file(root).write_text(new, encoding="utf-8", newline="\n")

    def _file(self, root: Path) -> Path:
        return root / self.folder / "CMakeLists.txt"

    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"^set\({self.variable}\b([^)]*)\)", re.MULTILINE)


LISTS = (
    FileList("MuscleSeg", "MODULE_PYTHON_SCRIPTS", ("**/*.py",)),
    FileList("MuscleSeg", "MODULE_PYTHON_RESOURCES", ("Resources/**/*",)),
    FileList("MuscleSegLib", "LIBRARY_PYTHON_SCRIPTS", ("**/*.py",)),
    FileList("MuscleSegLib", "LIBRARY_PYTHON_RESOURCES", ("**/*.json",)),
    FileList("Resources", "LIBRARY_RESOURCES", ("Labels/**/*", "Networks/**/*")),
)


def disagreements(root: Path, lists: Sequence[FileList] = LISTS) -> Iterator[str]:
    """Say of each file that is in a list or a folder alone, where it is missing."""
    for file_list in lists:
        listed, present = file_list.in_cmake(root), file_list.on_disk(root)
        for name in sorted(set(present) - set(listed)):
            yield f"{file_list.folder}/{name} is not in {file_list.variable}"
        for name in sorted(set(listed) - set(present)):
            yield f"{file_list.folder}/{name} is in {file_list.variable}, and there is no such file"
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield f"{file_list.folder}/{name} is in {file_list.variable} twice"


def _is_left_over(part: str) -> bool:
    return part == "__pycache__" or part.startswith(".")


def main() -> int:
    """Compare the lists with the folders, or write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the lists right")
    if parser.parse_args().write:
        for file_list in LISTS:
            file_list.write(ROOT)
    sentences = list(disagreements(ROOT))
    print("\n".join(sentences) or "Every file is listed.")
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
