"""Case of a study: a segmentation compared with the reference, muscle by muscle."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from MuscleSegLib.anatomy import REGIONS, Scheme
from MuscleSegLib.biomarkers import Measurement, unit_warnings
from MuscleSegLib.evaluation.metrics import dice, distances, swap_of
from MuscleSegLib.evaluation.study.agreement import Agreement, agreement
from MuscleSegLib.volume import Volume

NO_REFERENCE = "The reference holds no muscle: the case is excluded."


@dataclass(frozen=True)
class CaseIdentity:
    """Case and method that a row belongs to.

    Attributes:
        case: Name of the case.
        method: Source of the segmentation: a network, or the person who drew it.
        region: "thigh" or "calf".
    """

    case: str
    method: str
    region: str


@dataclass(frozen=True)
class CaseRow(Agreement, CaseIdentity):
    """Agreement of a muscle, with its case and method."""


@dataclass(frozen=True)
class Case:
    """Result of one case.

    Attributes:
        rows: A row a muscle.
        notes: Notes for the reader: sides exchanged, an empty reference, how files were read, assumed units.
        seconds: Processor time of the segmentation; None where it existed before.
    """

    rows: tuple[CaseRow, ...]
    notes: tuple[str, ...] = ()
    seconds: float | None = None

    @property
    def is_excluded(self) -> bool:
        """Whether the reference is empty, so that there is nothing to compare with."""
        return NO_REFERENCE in self.notes


def compare_case(
    labels: Volume,
    reference: Volume,
    scheme: Scheme,
    *,
    identity: CaseIdentity,
    maps: Mapping[str, Volume] | None = None,
    units: Mapping[str, str] | None = None,
) -> Case:
    """Compare a segmentation with a reference: overlap, distances, and biomarkers of the same maps in both.

    Args:
        labels: [k, j, i] label map.
        reference: [k, j, i] label map on the same grid.
        scheme: Meaning of the labels in both.
        identity: Case and method that the rows belong to.
        maps: Maps, [k, j, i], by name, as for ``biomarkers.Measurement``.
        units: Stated units of the maps; assumed ones are noted.

    Raises:
        MuscleSegError: The grids differ, a label is not in the scheme, or a map does not fit.
    """
    overlap = dice(labels, reference)
    truth = Measurement(reference, scheme, maps=maps, units=units)
    same_units = {name: unit.name for name, unit in truth.map_units.items()}
    rows = Measurement(labels, scheme, maps=maps, units={**(units or {}), **same_units}).rows()
    compared = agreement(rows, [asdict(row) for row in truth.rows()], overlap, distances(labels, reference))
    swap = swap_of(labels, reference) if scheme.name in {region.name for region in REGIONS} else None
    remarks = [remark for volume in (reference, labels, *(maps or {}).values()) for remark in volume.remarks]
    notes = [*([str(swap)] if swap else []), *dict.fromkeys(remarks), *unit_warnings(truth.map_units)]
    if not overlap:
        notes.append(NO_REFERENCE)
    return Case(tuple(CaseRow(**asdict(identity), **asdict(row)) for row in compared), tuple(notes))
