"""Label maps read by meaning: segments by their names, label values by the scheme, with notes on both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from MuscleSegLib.anatomy import Recognized, Scheme, recognize, value_without_side
from MuscleSegLib.biomarkers.labels import described_scheme, label_values, scheme_of
from MuscleSegLib.biomarkers.rows import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Segment, Volume, read_labels

_LIKE_A_MASK = _(
    "No other value occurs, in a file that names no muscle: the number is right if the label map holds this muscle "
    "alone, and not if it is a mask of several."
)


@dataclass(frozen=True)
class NamedLabels:
    """A label map and the meaning of its values.

    Attributes:
        labels: [k, j, i] values of the scheme.
        scheme: Its labels keep their side where the file says one.
        segments: Segments of the file that are structures of the scheme, with their values in it; none where a format
            has no segments.
        notes: Sentences for a muscle's row, by label value.
        passed_over: Names of segments that are no structure of the scheme.
    """

    labels: Volume
    scheme: Scheme
    segments: tuple[Segment, ...] = ()
    notes: Mapping[int, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Remarks on the label map as a whole."""
        if not self.passed_over:
            return ()
        names = ", ".join(f'"{name}"' for name in self.passed_over)
        sentence = _("{labels}: {names} are no muscles of the label scheme {scheme} and not measured.")
        if len(self.passed_over) == 1:
            sentence = _("{labels}: {names} is no muscle of the label scheme {scheme} and not measured.")
        return (sentence.format(labels=self.labels.name, names=names, scheme=repr(self.scheme.name)),)

    def require_muscles(self) -> None:
        """Check that there is anything to be measured.

        Raises:
            MuscleSegError: Every voxel is background.
        """
        if self.labels.array.any():
            return
        message = _(
            "{labels} holds no muscle (every voxel of it is background): give a label map in which muscles are drawn."
        )
        raise MuscleSegError(joined(" ", (message.format(labels=self.labels.name), *self.sentences)))

    def noted(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return rows with the notes on their segments first among their warnings."""
        return tuple(
            replace(row, warnings=joined(" ", filter(None, (self.notes[row.label], row.warnings))))
            if row.label in self.notes and row.volume_cm3 is not None
            else row
            for row in rows
        )


def read_named_labels(path: Path, scheme: Scheme | None = None) -> NamedLabels:
    """Read a label map, the segments of a segmentation by their names (``anatomy.recognize``).

    Args:
        path: As for ``read_labels``.
        scheme: Wanted label scheme; that of the file where None.

    Raises:
        MuscleSegError: It cannot be read, a name contradicts a tag or code, two segments are one muscle, or the file
            does not tell its scheme.
    """
    recognitions: list[tuple[Scheme, Recognized]] = []

    def values_of(segments: Sequence[Segment], description: str) -> Sequence[int]:
        file_scheme = scheme or described_scheme(description, segments, str(path))
        recognitions.append((file_scheme, recognize(segments, file_scheme, str(path))))
        return recognitions[-1][1].values

    labels, segments = read_labels(path, recognize=values_of)
    return _with_remarks(_named(labels, segments, scheme, recognitions))


def _with_remarks(named: NamedLabels) -> NamedLabels:
    """Return named labels whose remarks on the label map as a whole are among those of its volume, for every row."""
    return replace(named, labels=replace(named.labels, remarks=(*named.labels.remarks, *named.sentences)))


def _named(
    labels: Volume, segments: tuple[Segment, ...], scheme: Scheme | None, recognitions: list[tuple[Scheme, Recognized]]
) -> NamedLabels:
    if not recognitions:
        label_scheme = scheme or scheme_of(labels, segments)
        return NamedLabels(labels, label_scheme, segments, _mask_notes(labels, label_scheme))
    label_scheme, recognized = recognitions[-1]
    if recognized.has_sides:
        label_scheme = replace(label_scheme, labels_of_one_leg=())  # of one leg alone too, whose side is said
    return NamedLabels(labels, label_scheme, segments, recognized.notes, recognized.passed_over)


def _mask_notes(labels: Volume, scheme: Scheme) -> dict[int, str]:
    """Return a note where values look like a mask: 1, or 1 and the left leg's, and nothing else."""
    values = label_values(labels, scheme)
    codes = set(map(value_without_side, values)) if scheme.labels_of_one_leg else set(values)
    return dict.fromkeys(values, _LIKE_A_MASK) if codes == {1} else {}
