"""A digital leg, scanned as in Hostin et al. (10.1002/jmri.28708), with its true labels: three grids, one truth.

``Testing/benchmarks/measurement.md`` has the errors of ten sessions.
"""

import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import MAP_NAMES, Measurement
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import hostin2023
from MuscleSegLib.phantom.scanning import acquire

SMALLEST_CM3 = 5.0
LIMITS = {"ff_corrected_percent": 0.5, "mtr_corrected_percent": 0.5, "t2_corrected_ms": 1.0}
TRUE = {"ff_corrected_percent": "ff_mean_percent", "mtr_corrected_percent": "mtr_mean_percent",
        "t2_corrected_ms": "t2_mean_ms"}  # fmt: skip


@pytest.mark.parametrize(("seed", "fat_percent"), [pytest.param(1, 2.0, marks=pytest.mark.long), (7, 40.0)])
@pytest.mark.slow
def test_every_muscle_of_a_leg_is_measured_within_its_limits(seed, fat_percent):
    legs = digital_legs("thigh", seed=seed, legs=1, fat_fraction=fat_percent)
    protocol = hostin2023(legs.length_mm, legs=1)
    session = acquire(legs, protocol)
    maps = {name: session.images[name] for name in MAP_NAMES}
    thickness = {name: getattr(protocol, name).thickness_mm for name in MAP_NAMES}

    measured = Measurement(session.labels, scheme("thigh"), maps=maps, thickness_mm=thickness)
    rows = {row.label: row for row in measured.rows()}

    judged = [true for true in session.truth if (true["volume_cm3"] or 0) > SMALLEST_CM3]
    assert len(judged) == 10
    errors = {
        (true["muscle"], column): getattr(rows[true["label"]], column) - true[TRUE[column]]
        for true in judged
        for column in LIMITS
    }
    beyond = {key: error for key, error in errors.items() if abs(error) > LIMITS[key[1]]}
    assert not beyond
    for true in judged:
        assert rows[true["label"]].volume_cm3 == pytest.approx(true["volume_cm3"], rel=0.01)
