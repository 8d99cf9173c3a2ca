"""Side differences as measurement groups of a report (TID 1501), a group for each muscle with both sides.

The standard has no codes for a difference between the sides. Each has a private one as its name, and not as a modifier
of the quantity's: a reader that passes over modifiers must not take a difference of fat fractions for a fat fraction.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from MuscleSegLib.anatomy import Label
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.dicom import codes
from MuscleSegLib.dicom.codes import concept
from MuscleSegLib.dicom.device import ascii_string
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.report.patient_report import side_difference

Pair = tuple[Row, Row]
"""Rows of the right and the left side of a muscle."""


def pairs_in(rows: Sequence[Row]) -> tuple[Pair, ...]:
    """Return the muscles of which both sides are among the rows, in their order."""
    sided: dict[tuple[str, str, str], dict[str | None, Row]] = {}
    for row in rows:
        sided.setdefault((row.region, row.muscle, row.abbreviation), {})[row.side] = row
    return tuple((pair["right"], pair["left"]) for pair in sided.values() if {"right", "left"} <= pair.keys())


def side_difference_groups(rows: Sequence[Row], labels: Mapping[int, Label], source: SourceSeries) -> list[Any]:
    """Return highdicom's measurement groups of right less left, of each muscle with both sides.

    Args:
        rows: Measured muscles.
        labels: Labels of the rows by their values.
        source: Images that they were measured on.
    """
    return [group for pair in pairs_in(rows) if (group := _group(pair, labels[pair[0].label], source)) is not None]


def _group(pair: Pair, label: Label, source: SourceSeries) -> Any:
    from highdicom.sr import FindingSite, MeasurementsAndQualitativeEvaluations, TrackingIdentifier

    measurements = list(_measurements(*pair))
    if not measurements:
        return None
    site = codes.REGION_CODES.get(label.region or "") or codes.type_of(label)
    uid = derived_uid("side difference", str(source.headers[0].SeriesInstanceUID), label.region or "", pair[0].muscle)
    return MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=uid, identifier=ascii_string(f"right less left {pair[0].muscle}")),
        finding_category=concept(codes.category_of(label)),
        finding_type=concept(codes.type_of(label)),
        finding_sites=[FindingSite(concept(site), laterality=concept(codes.RIGHT_AND_LEFT))],
        measurements=measurements,
    )


def _measurements(right: Row, left: Row) -> Any:
    from highdicom.sr import Measurement

    for column, (name, unit) in codes.SIDE_DIFFERENCES.items():
        value = side_difference(column, getattr(right, column), getattr(left, column))
        if value is not None:
            yield Measurement(name=concept(name), value=value, unit=concept(unit))
