"""One case of a study: a segmentation compared with the reference, muscle by muscle."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from MuscleSegLib.anatomy import REGIONS, Scheme
from MuscleSegLib.biomarkers import Measurement, unit_warnings
from MuscleSegLib.evaluation.agreement import Agreement, agreement
from MuscleSegLib.evaluation.distances import distances
from MuscleSegLib.evaluation.overlap import dice
from MuscleSegLib.evaluation.swaps import swap_of
from MuscleSegLib.volume import Volume

NO_REFERENCE = "The reference holds no muscle: the case is excluded."


@dataclass(frozen=True)
class OfCase:
    """What a row belongs to.

    Attributes:
        case: Whom it is of.
        method: What made the segmentation: a network, or whoever drew it.
        region: "thigh" or "calf".

    """

    case: str
    method: str
    region: str


@dataclass(frozen=True)
class CaseRow(Agreement, OfCase):
    """One muscle of one case, with the columns of both."""


@dataclass(frozen=True)
class Case:
    """What was found in one case.

    Attributes:
        rows: A row a muscle.
        notes: What a reader must know: sides exchanged, an empty reference, how files were read, which units were
            assumed.
        seconds: Of processor time that the segmentation took; None where it was there already.

    """

    rows: tuple[CaseRow, ...]
    notes: tuple[str, ...] = ()
    seconds: float | None = None

    @property
    def is_excluded(self) -> bool:
        """Whether the reference is empty, so that nothing can be said."""
        return NO_REFERENCE in self.notes


def compare_case(
    labels: Volume,
    reference: Volume,
    scheme: Scheme,
    *,
    of: OfCase,
    maps: Mapping[str, Volume] | None = None,
    units: Mapping[str, str] | None = None,
) -> Case:
    """Compare a segmentation with a reference: overlap, distances, and biomarkers of the same maps in both.

    Args:
        labels: [k, j, i].
        reference: On the same grid.
        scheme: Of both.
        of: What the rows belong to.
        maps: By name, as for ``biomarkers.measure``.
        units: Of the maps where somebody states them; assumed ones are noted.

    Raises:
        MuscleSegError: The grids differ, a label is not in the scheme, or a map does not fit.

    """
    overlap = dice(labels, reference)
    true = Measurement(reference, scheme, maps=maps, units=units)
    same = {name: unit.name for name, unit in true.map_units.items()}
    rows = Measurement(labels, scheme, maps=maps, units={**(units or {}), **same}).rows()
    compared = agreement(rows, [asdict(row) for row in true.rows()], overlap, distances(labels, reference))
    swap = swap_of(labels, reference) if scheme.name in {region.name for region in REGIONS} else None
    remarks = [remark for volume in (reference, labels, *(maps or {}).values()) for remark in volume.remarks]
    notes = [*([str(swap)] if swap else []), *dict.fromkeys(remarks), *unit_warnings(true.map_units)]
    if not overlap:
        notes.append(NO_REFERENCE)
    return Case(tuple(CaseRow(**asdict(of), **asdict(row)) for row in compared), tuple(notes))
