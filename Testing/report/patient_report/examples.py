"""People, rows and labels of the reports in these tests."""

from datetime import date

import numpy as np

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report import (
    Examination,
)
from MuscleSegLib.report.patient_report.muscle_table import muscle_section
from MuscleSegLib.volume import Geometry, Volume

CALF = scheme("calf")
THIGH = scheme("thigh")
HEADER = "muscle,side,sex,age from,age to,quantity,mean,SD\n"
ERIKA = Examination(
    patient_name="Mustermann, Erika",
    patient_id="PID-4711",
    birth_date=date(1957, 6, 23),
    sex="F",
    age_years=66,
    scan_date=date(2024, 3, 12),
    description="MRT der Beine",
    series="t1_tse",
    settings="TR 650 ms, TE 11 ms",
    scanner="SIEMENS Prisma 3 T",
)


def row_of(label, **numbers):
    fields = {"volume_cm3": 100.0 + label.code, "warnings": ""} | numbers
    return Row(label.region, str(label.side), label.muscle, label.abbreviation, label.value, **fields)


def calf_rows(**numbers):
    return tuple(row_of(label, **numbers) for label in CALF.labels)


def calf_labels():
    """Both calves as blocks, one a muscle, on three slices."""
    array = np.zeros((3, 40, 80), np.uint8)
    for label in CALF.labels:
        start = 4 + (40 if str(label.side) == "right" else 0)
        array[:, 5 * label.code : 5 * label.code + 4, start : start + 20] = label.value
    return Volume(array, Geometry(array.shape, np.diag([-2.0, -2.0, 10.0, 1.0])))


def cells_of(content, name, table=0):
    rows = muscle_section(content).blocks[table].rows
    return next(row.cells for row in rows if row.cells[0].startswith(name))
