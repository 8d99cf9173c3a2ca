"""Files of studies: label maps matched by their names, and maps that belong to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from MuscleSegLib.anatomy import scheme as scheme_of_name
from MuscleSegLib.biomarkers import MAP_NAMES, Measurement, NamedLabels, ProfileRow, merge_labels, read_named_labels
from MuscleSegLib.digests import digest_of, digest_of_code, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.case import Case, OfCase, compare_case
from MuscleSegLib.evaluation.grids import on_common_grid
from MuscleSegLib.evaluation.profile_rows import UNREADABLE, profile_row, rows_in, what_is_odd
from MuscleSegLib.volume import read_volume
from MuscleSegLib.volume.dicom_kinds import is_segmentation
from MuscleSegLib.volume.formats import IMAGE_ENDINGS, SEGMENTATION_ENDING

ENDINGS = (SEGMENTATION_ENDING, *IMAGE_ENDINGS)
"""Of label maps; a longer one before a shorter one that it ends with."""

DICOM_ENDING = ".dcm"
"""Of DICOM segmentations: files that hold something else are no label maps."""

LABELS = "labels"

_HIDDEN = "."
"""So begin the names of what nobody made by hand: macOS leaves ``._NAME.nii.gz`` beside each file on a shared drive."""

CASE_CODE = (
    *("anatomy", "biomarkers", "volume"),
    *(f"evaluation/{name}.py" for name in ("agreement", "case", "distances", "files", "grids", "overlap", "swaps")),
)
"""The code that a case's result depends on."""


@dataclass(frozen=True)
class Meaning:
    """What the values of label maps, and of the maps with them, mean.

    Attributes:
        scheme: The label scheme's name; where None, a region's own, or what each file says.
        region: Which muscles are compared, where the scheme is not a region's own.
        units: Of maps, by their names, as somebody states them.

    """

    scheme: str | None = None
    region: str | None = None
    units: tuple[tuple[str, str], ...] = ()

    def read(self, path: Path) -> NamedLabels:
        """Read a label map, as labels of a region of ours where a region is named.

        Raises:
            MuscleSegError: It cannot be read, or does not say what it means.

        """
        wanted = self.scheme or self.region
        named = read_named_labels(path, scheme_of_name(wanted) if wanted else None)
        known = named.scheme
        if self.region and known.name != self.region:
            merged = merge_labels(named.labels, known, self.region)
            return replace(named, labels=merged, scheme=scheme_of_name(self.region), notes={})
        if known.region is None:
            message = f"The label scheme {known.name} has muscles of several regions: choose with --region."
            raise MuscleSegError(message)
        return named


@dataclass(frozen=True)
class Pair:
    """Two label maps of one image that are compared.

    Attributes:
        case: Whom they are of.
        method: Who drew the first.
        prediction: The first.
        reference: The other.
        maps: Names and files of maps.
        meaning: Of the labels.

    """

    case: str
    method: str
    prediction: Path
    reference: Path
    maps: tuple[tuple[str, Path], ...]
    meaning: Meaning

    def digest(self) -> str:
        """Return a digest of all that the result depends on.

        Raises:
            MuscleSegError: A file cannot be read.

        """
        files = [self.prediction, self.reference, *(path for _, path in self.maps)]
        names = [name for name, _ in self.maps]
        meaning = [self.meaning.scheme, self.meaning.region, self.meaning.units]
        try:
            contents = [digest_of_file(path) for path in files]
        except OSError as error:
            message = f"{error.filename} cannot be read ({error.strerror}): check its permissions and the disk."
            raise MuscleSegError(message) from error
        return digest_of([contents, names, meaning, digest_of_code(*CASE_CODE)])


def compare_files(pair: Pair) -> Case:
    """Read and compare two label maps.

    Raises:
        MuscleSegError: A file cannot be read, or they do not belong together.

    """
    reference, prediction = pair.meaning.read(pair.reference), pair.meaning.read(pair.prediction)
    scheme, other = reference.scheme, prediction.scheme
    if other.name != scheme.name:
        message = f"{prediction.labels.name} is of the {other.name} and {reference.labels.name} of the {scheme.name}: "
        message += "compare one region."
        raise MuscleSegError(message)
    labels, true, about_grids = on_common_grid(prediction.labels, reference.labels)
    maps = {name: read_volume(path) for name, path in pair.maps}
    of = OfCase(pair.case, pair.method, str(scheme.region))
    case = compare_case(labels, true, scheme, of=of, maps=maps, units=dict(pair.meaning.units))
    about = [note for one in (reference, prediction) for note in _about_muscles(one)]
    return replace(case, notes=(*case.notes, *about, *about_grids))


def _about_muscles(named: NamedLabels) -> list[str]:
    """Return what is to be said of single muscles of a label map."""
    present = set(np.unique(named.labels.array).tolist())
    return [
        f"{named.labels.name}, {named.scheme.label_of(value).name}: {note}"
        for value, note in named.notes.items()
        if value in present
    ]


def label_files(folder: Path) -> dict[str, Path]:
    """Return the label maps in a folder by the name of the case.

    They are ``NAME.nii.gz`` or ``NAME_labels.nii.gz`` (or another ending of a label map, .dcm for a DICOM
    segmentation), or ``NAME/labels.nii.gz``.

    Raises:
        MuscleSegError: There is no such folder, there is none in it, or two have one name.

    """
    if not folder.is_dir():
        message = f"There is no folder {folder}: give one with label maps."
        raise MuscleSegError(message)
    found: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(_HIDDEN)):
        inside = labels_in(path) if path.is_dir() else None
        name = path.name if inside else _case_of(path)
        if name is None:
            continue
        if name in found:
            message = (
                f"{found[name]} and {inside or path} are both the labels of {name}: leave one of them in {folder}."
            )
            raise MuscleSegError(message)
        found[name] = inside or path
    if not found:
        message = (
            f"{folder} holds no label map: files are called NAME{IMAGE_ENDINGS[0]} or NAME/labels{IMAGE_ENDINGS[0]}."
        )
        raise MuscleSegError(message)
    return found


def file_of(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, whichever ending of an image it has."""
    return next((path for ending in ENDINGS if (path := folder / f"{name}{ending}").is_file()), None)


def labels_in(folder: Path) -> Path | None:
    """Return a folder's label map, ``labels.nii.gz`` or with another ending."""
    seg = folder / f"{LABELS}{DICOM_ENDING}"
    return file_of(folder, LABELS) or (seg if seg.is_file() and is_segmentation(seg) else None)


def map_files(folder: Path, case: str) -> tuple[tuple[str, Path], ...]:
    """Return a case's maps: ``NAME_ff.nii.gz`` or ``NAME/ff.nii.gz``, and so on for mtr and t2."""
    found = []
    for name in MAP_NAMES:
        path = file_of(folder, f"{case}_{name}") or file_of(folder / case, name)
        if path:
            found.append((name, path))
    return tuple(found)


def require_maps(folder: Path, cases: Iterable[str]) -> None:
    """Check that a folder that somebody named for maps has some: without, a report lacks the biomarkers.

    Raises:
        MuscleSegError: There is no such folder, or no map of any case is in it.

    """
    if not folder.is_dir():
        message = f"There is no folder {folder}: give one with maps."
        raise MuscleSegError(message)
    known = list(cases)
    if known and not any(map_files(folder, case) for case in known):
        name = f"{MAP_NAMES[0]}{IMAGE_ENDINGS[0]}"
        message = f"{folder} holds no map of any case: files are called {known[0]}_{name} or {known[0]}/{name}."
        raise MuscleSegError(message)


def _case_of(path: Path) -> str | None:
    """Return the case that a file is the labels of, or None where it is something else."""
    ending = next((ending for ending in (*ENDINGS, DICOM_ENDING) if path.name.lower().endswith(ending)), None)
    if ending is None or not path.is_file() or (ending == DICOM_ENDING and not is_segmentation(path)):
        return None
    name = path.name[: -len(ending)]
    if any(name.endswith(f"_{one}") for one in MAP_NAMES):
        return None
    return name.removesuffix(f"_{LABELS}")


def read_profiles(path: Path, meaning: Meaning) -> tuple[ProfileRow, ...]:
    """Return the numbers along the limb of one measurement.

    Args:
        path: A ``.json`` file of ``muscleseg measure``, its ``.csv`` file (the profiles lie beside it), or a folder
            with ``labels.nii.gz`` and ``ff.nii.gz``, ``mtr.nii.gz``, ``t2.nii.gz``, as far as there are maps.
        meaning: Of the labels in a folder.

    Raises:
        MuscleSegError: It is none of these.

    """
    if path.is_dir():
        return _measured(path, meaning)
    beside = path.with_stem(f"{path.stem}_profiles")
    is_table = path.suffix.lower() != ".json" and beside.is_file()
    try:
        rows = tuple(profile_row(row) for row in rows_in(beside if is_table else path))
    except UNREADABLE as error:
        message = f"{path} is no measurement with profiles along the limb: give a .json or .csv file that muscleseg "
        message += "measure wrote, or a folder with labels and maps."
        raise MuscleSegError(message) from error
    odd = what_is_odd(rows)
    if odd:
        message = f"{path} has {odd}: give the file as muscleseg measure wrote it."
        raise MuscleSegError(message)
    return rows


def _measured(folder: Path, meaning: Meaning) -> tuple[ProfileRow, ...]:
    path = labels_in(folder)
    if path is None:
        message = f"{folder} holds no label map called labels{IMAGE_ENDINGS[0]}: give a folder with labels and maps."
        raise MuscleSegError(message)
    named = meaning.read(path)
    maps = {name: read_volume(file) for name in MAP_NAMES if (file := file_of(folder, name))}
    return Measurement(named.labels, named.scheme, maps=maps, units=dict(meaning.units)).profiles()


def unmatched(first: Mapping[str, Path], second: Mapping[str, Path], folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Return each case that only one of two folders has, and a sentence that says so."""
    missing = [(name, folders[1]) for name in first if name not in second]
    missing += [(name, folders[0]) for name in second if name not in first]
    return [(name, f"There are no labels called {name} in {folder}.") for name, folder in sorted(missing)]
