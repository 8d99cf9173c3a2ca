"""Files of label maps and of maps that belong to them, matched by their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from MuscleSegLib.anatomy import scheme as scheme_of_name
from MuscleSegLib.biomarkers import MAP_NAMES, NamedLabels, merge_labels, read_named_labels
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.dicom_kinds import is_segmentation
from MuscleSegLib.volume.formats import IMAGE_ENDINGS, SEGMENTATION_ENDING

ENDINGS = (SEGMENTATION_ENDING, *IMAGE_ENDINGS)
"""Endings of label maps; a longer ending before a shorter ending in it."""

DICOM_ENDING = ".dcm"
"""Ending of DICOM segmentations; other DICOM files are no label maps."""

LABELS = "labels"

_HIDDEN = "."
"""Beginning of names of hidden files: macOS leaves ``._NAME.nii.gz`` beside each file on a shared drive."""


@dataclass(frozen=True)
class LabelMeaning:
    """Meaning of the values of label maps, and of the maps with them.

    Attributes:
        scheme: Name of the label scheme; where None, that of the region, or of each file.
        region: Region whose muscles are compared, where the scheme has several.
        units: Stated units of maps, by their names.
    """

    scheme: str | None = None
    region: str | None = None
    units: tuple[tuple[str, str], ...] = ()

    def read(self, path: Path) -> NamedLabels:
        """Read a label map, as labels of a region of ours where a region is named.

        Raises:
            MuscleSegError: It cannot be read, or does not tell its scheme.
        """
        scheme_name = self.scheme or self.region
        named = read_named_labels(path, scheme_of_name(scheme_name) if scheme_name else None)
        if self.region and named.scheme.name != self.region:
            merged = merge_labels(named.labels, named.scheme, self.region)
            return replace(named, labels=merged, scheme=scheme_of_name(self.region), notes={})
        if named.scheme.region is None:
            message = f"The label scheme {named.scheme.name} has muscles of several regions: choose with --region."
            raise MuscleSegError(message)
        return named


def label_files(folder: Path) -> dict[str, Path]:
    """Return the label maps in a folder by the name of the case.

    They are ``NAME.nii.gz`` or ``NAME_labels.nii.gz`` (or another ending of a label map, .dcm for a DICOM
    segmentation), or ``NAME/labels.nii.gz``.

    Raises:
        MuscleSegError: There is no such folder, there is none in it, or two have one name.
    """
    if not folder.is_dir():
        raise MuscleSegError(f"There is no folder {folder}: give one with label maps.")
    files: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(_HIDDEN)):
        inside = labels_in(path) if path.is_dir() else None
        name = path.name if inside else _case_of(path)
        if name is None:
            continue
        if name in files:
            message = (
                f"{files[name]} and {inside or path} are both the labels of {name}: leave one of them in {folder}."
            )
            raise MuscleSegError(message)
        files[name] = inside or path
    if not files:
        message = (
            f"{folder} holds no label map: files are called NAME{IMAGE_ENDINGS[0]} or NAME/labels{IMAGE_ENDINGS[0]}."
        )
        raise MuscleSegError(message)
    return files


def file_of(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, whichever ending of an image it has."""
    return next((path for ending in ENDINGS if (path := folder / f"{name}{ending}").is_file()), None)


def labels_in(folder: Path) -> Path | None:
    """Return a folder's label map, ``labels.nii.gz`` or with another ending."""
    seg = folder / f"{LABELS}{DICOM_ENDING}"
    return file_of(folder, LABELS) or (seg if seg.is_file() and is_segmentation(seg) else None)


def map_files(folder: Path, case: str) -> tuple[tuple[str, Path], ...]:
    """Return a case's maps: ``NAME_ff.nii.gz`` or ``NAME/ff.nii.gz``, and so on for mtr and t2."""
    maps = []
    for name in MAP_NAMES:
        path = file_of(folder, f"{case}_{name}") or file_of(folder / case, name)
        if path:
            maps.append((name, path))
    return tuple(maps)


def require_maps(folder: Path, cases: Iterable[str]) -> None:
    """Check that a folder of maps has some: without, a report lacks the biomarkers.

    Raises:
        MuscleSegError: There is no such folder, or no map of any case is in it.
    """
    if not folder.is_dir():
        raise MuscleSegError(f"There is no folder {folder}: give one with maps.")
    names = list(cases)
    if names and not any(map_files(folder, case) for case in names):
        first, name = names[0], f"{MAP_NAMES[0]}{IMAGE_ENDINGS[0]}"
        raise MuscleSegError(f"{folder} holds no map of any case: files are called {first}_{name} or {first}/{name}.")


def _case_of(path: Path) -> str | None:
    """Return the case of a file of labels, or None where it is another file."""
    ending = next((ending for ending in (*ENDINGS, DICOM_ENDING) if path.name.lower().endswith(ending)), None)
    if ending is None or not path.is_file() or (ending == DICOM_ENDING and not is_segmentation(path)):
        return None
    name = path.name[: -len(ending)]
    if any(name.endswith(f"_{map_name}") for map_name in MAP_NAMES):
        return None
    return name.removesuffix(f"_{LABELS}")


def unmatched(first: Mapping[str, Path], second: Mapping[str, Path], folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Return each case that only one of two folders has, and a sentence about it."""
    missing = [(name, folders[1]) for name in first if name not in second]
    missing += [(name, folders[0]) for name in second if name not in first]
    return [(name, f"There are no labels called {name} in {folder}.") for name, folder in sorted(missing)]
