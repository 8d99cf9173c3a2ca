"""Files of a cohort's output: a BIDS derivative, with the files of each scan in the folder of its subject."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from MuscleSegLib import __version__
from MuscleSegLib.cohort.scans import Scan
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable, written_whole
from MuscleSegLib.temporary import remove_abandoned

BIDS_VERSION = "1.10.0"
CODE_URL = "https://github.com/MuscleSeg/SlicerMuscleSeg"
SEGMENTATION = "seg-muscleseg"
DESCRIPTION = "dataset_description.json"
_RECORD = "_record.json"
_IGNORED = (f"**/*{_RECORD}", "**/*_muscles.tsv", "**/*_overview.png", "**/*_overview.jpg", "group_*", ".muscleseg/")
_ENTITIES = ("task", "acq", "ce", "rec", "run", "chunk")
"""Entities that BIDS allows in names of label maps, in its order: scans with others are told to its validator."""
_README = """Muscles of thigh and calf, segmented by the networks of MuscleSeg and measured.

Nobody has corrected them: look at the pictures, best in group_quality.html, which `muscleseg cohort ... group` makes.
MuscleSeg is research software and no medical device.
"""
GENERATED_BY = {"Name": "MuscleSeg", "Version": __version__, "CodeURL": CODE_URL}


@dataclass(frozen=True)
class ScanFiles:
    """Files of a scan in an output.

    Attributes:
        output: Folder of the output.
        scan_folder: Folder of the scan in it.
        name: Name of the scan.
    """

    output: Path
    scan_folder: Path
    name: str

    @classmethod
    def of(cls, output: Path, scan: Scan) -> "ScanFiles":
        """Return the files of a scan."""
        return cls(output, output / scan.folder, scan.name)

    @property
    def labels(self) -> Path:
        """Label map."""
        return self._file("_dseg.nii.gz")

    @property
    def label_table(self) -> Path:
        """Names and colors of its values."""
        return self._file("_dseg.tsv")

    @property
    def sidecar(self) -> Path:
        """Origin of the label map: software, network, confidence."""
        return self._file("_dseg.json")

    @property
    def rows(self) -> Path:
        """Measures, a row a muscle."""
        return self._file("_muscles.tsv")

    @property
    def overview(self) -> Path:
        """Picture."""
        return self._file("_overview.png")

    @property
    def thumbnail(self) -> Path:
        """Small picture."""
        return self._file("_overview.jpg")

    @property
    def record(self) -> Path:
        """Outcome. It is written last: without it, the scan is not done."""
        return self._file(_RECORD)

    @property
    def results(self) -> tuple[Path, ...]:
        """All files but the record."""
        return (self.labels, self.label_table, self.sidecar, self.rows, self.overview, self.thumbnail)

    def _file(self, ending: str) -> Path:
        return self.scan_folder / f"{self.name}_{SEGMENTATION}{ending}"


def prepare_output(output: Path, source: Path, scans: Sequence[Scan] = ()) -> None:
    """Make the folder of the output and the description of the data set.

    Args:
        output: Folder, made if needed.
        source: Input.
        scans: Scans that are worked on, whose names may have entities that BIDS does not have.

    Raises:
        MuscleSegError: It cannot be made or written to, or lies in the input where it would be taken for one.
    """
    check_output(output, source)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MuscleSegError(f"The folder {output} cannot be made ({error.strerror}): choose another one.") from error
    require_writable(output / DESCRIPTION)
    remove_abandoned(output)
    _write_if_changed(output / DESCRIPTION, json.dumps(_description(source), indent=2) + "\n")
    _write_if_changed(output / "README", _README)
    _write_if_changed(output / ".bidsignore", "\n".join(_ignored(output / ".bidsignore", scans)) + "\n")


def _ignored(path: Path, scans: Sequence[Scan]) -> list[str]:
    """Return what the validator of BIDS shall leave out: names that we or a dialect have, and what a file lists."""
    before = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    of_dialects = {_pattern(scan) for scan in scans if not _is_of_bids([key for key, _ in scan.entities])}
    return list(dict.fromkeys([*_IGNORED, *before, *sorted(of_dialects)]))


def _is_of_bids(keys: Sequence[str]) -> bool:
    return list(keys) == [key for key in _ENTITIES if key in keys]


def _pattern(scan: Scan) -> str:
    keys = ["sub", *(["ses"] if scan.session else []), *(key for key, _ in scan.entities)]
    return f"**/{'_'.join(f'{key}-*' for key in keys)}_{SEGMENTATION}_*"


def check_output(output: Path, source: Path) -> None:
    """Check the place of an output, and write nothing.

    Raises:
        MuscleSegError: It lies in the input, where it would be taken for one, or the reverse; it is a file, or holds
            another data set.
    """
    resolved, folder = (Path(os.path.realpath(path)) for path in (source, output))
    inside = folder.is_relative_to(resolved) and "derivatives" not in folder.relative_to(resolved).parts[:1]
    if resolved.is_dir() and (inside or resolved.is_relative_to(folder)):
        message = (
            f"The output {output} and the input {source} lie in one another: give a folder beside the input, or one in "
            "its folder derivatives."
        )
        raise MuscleSegError(message)
    if os.path.lexists(output) and not output.is_dir():
        raise MuscleSegError(f"The output {output} is a file, or a link that leads nowhere: choose another folder.")
    _require_ours(output)


def _require_ours(output: Path) -> None:
    """Check that no other data set lies in the output: its description would be replaced."""
    try:
        about = json.loads((output / DESCRIPTION).read_bytes())
        names = [program.get("Name") for program in about.get("GeneratedBy", [])]
    except (FileNotFoundError, NotADirectoryError):  # the folder is still to be made
        return
    except OSError as error:
        message = f"The output {output} cannot be read ({error.strerror}): check its permissions."
        raise MuscleSegError(message) from error
    except (ValueError, AttributeError, TypeError):
        names = []
    if GENERATED_BY["Name"] not in names:
        message = f"The output {output} holds another data set: give a folder of its own, as in derivatives/muscleseg."
        raise MuscleSegError(message)


def record_files(output: Path) -> Iterator[Path]:
    """Yield the records of an output, by subject.

    Raises:
        MuscleSegError: A folder cannot be read: its scans would be forgotten.
    """
    for subject in _inside(output, "sub-"):
        for folder in (*_inside(subject, "anat"), *(session / "anat" for session in _inside(subject, "ses-"))):
            yield from (path for path in _inside(folder, "") if path.name.endswith(_RECORD))


def _inside(folder: Path, beginning: str) -> list[Path]:
    """Return what lies in a folder and begins with some letters, in order; nothing in what is no folder."""
    try:
        return sorted(path for path in folder.iterdir() if path.name.startswith(beginning))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"The folder {folder} cannot be read ({error.strerror}): check its permissions."
        raise MuscleSegError(message) from error


def write_json(content: object, path: Path) -> None:
    """Write JSON, whole or not at all.

    Raises:
        MuscleSegError: It cannot be written.
    """
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8", newline="\n")


def _write_if_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        with written_whole(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def _description(source: Path) -> dict[str, Any]:
    return {
        "Name": "MuscleSeg: muscles of thigh and calf, segmented and measured",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [GENERATED_BY],
        "SourceDatasets": [{"URL": source.resolve().as_uri()}],
    }
