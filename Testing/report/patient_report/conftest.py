"""A report that these tests change."""

import pytest

from MuscleSegLib.biomarkers import ProfileRow, group_rows
from MuscleSegLib.report.patient_report import (
    ReportContent,
)
from Testing.report.patient_report.examples import CALF, ERIKA, calf_labels, calf_rows


@pytest.fixture
def a_report():
    """The contents of a report of both calves, whose person is named, with every number of every muscle."""
    numbers = {"contractile_cm3": 80.0, "largest_area_cm2": 9.0, "confidence": 0.91, "volume_is_partial": True}
    rows = calf_rows(ff_mean_percent=21.04, mtr_mean_percent=33.3, t2_mean_ms=44.4, **numbers)
    profiles = [
        ProfileRow(
            row.region, row.side, row.muscle, row.abbreviation, row.label, "ff_mean_percent", k, 10.0 * k, p, 20.0
        )
        for row in rows
        for k, p in enumerate((16.7, 50.0, 83.3))
    ]
    return ReportContent(
        rows=rows,
        label_table=CALF.labels,
        labels=calf_labels(),
        groups=group_rows(rows, CALF),
        profiles=profiles,
        examination=ERIKA,
        corrected=True,
        corrector="Dr. Anna Beispiel",
    )
