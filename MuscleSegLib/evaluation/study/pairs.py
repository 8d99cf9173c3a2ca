"""Pairs of label maps of one image, read and compared."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from MuscleSegLib.biomarkers import NamedLabels
from MuscleSegLib.digests import digest_of, digest_of_code, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import on_common_grid
from MuscleSegLib.evaluation.study.case import Case, CaseIdentity, compare_case
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.volume import read_volume

CASE_CODE = (
    *("anatomy", "biomarkers", "volume", "evaluation/metrics"),
    *(f"evaluation/study/{name}.py" for name in ("agreement", "case", "label_files", "pairs")),
)
"""The code that a case's result depends on."""


@dataclass(frozen=True)
class Pair:
    """Two label maps of one image that are compared.

    Attributes:
        case: Name of the case.
        method: Source of the prediction: a network, or the person who drew it.
        prediction: File of the label map to be judged.
        reference: File of the label map to compare with.
        maps: Names and files of maps.
        meaning: Meaning of the labels and maps.
    """

    case: str
    method: str
    prediction: Path
    reference: Path
    maps: tuple[tuple[str, Path], ...]
    meaning: LabelMeaning

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
    labels, reference_labels, grid_notes = on_common_grid(prediction.labels, reference.labels)
    maps = {name: read_volume(path) for name, path in pair.maps}
    identity = CaseIdentity(pair.case, pair.method, str(scheme.region))
    units = dict(pair.meaning.units)
    case = compare_case(labels, reference_labels, scheme, identity=identity, maps=maps, units=units)
    label_notes = [note for named in (reference, prediction) for note in _muscle_notes(named)]
    return replace(case, notes=(*case.notes, *label_notes, *grid_notes))


def _muscle_notes(named: NamedLabels) -> list[str]:
    """Return the notes on muscles that a label map has."""
    present = set(np.unique(named.labels.array).tolist())
    return [
        f"{named.labels.name}, {named.scheme.label_of(value).name}: {note}"
        for value, note in named.notes.items()
        if value in present
    ]
