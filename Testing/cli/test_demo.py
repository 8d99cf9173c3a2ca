import csv

import pytest

from MuscleSegLib.anatomy import region


@pytest.mark.parametrize("name", ["thigh", pytest.param("calf", marks=pytest.mark.long)])
@pytest.mark.slow
def test_the_demo_runs_the_whole_chain_and_shows_the_truth_beside_the_table(muscleseg, tmp_path, name):
    ended = muscleseg("demo", "--region", name, "--output", tmp_path / "demo")

    assert ended.code == 0, ended.err
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    assert {"anatomy.nii.gz", "labels.nii.gz", "labels.seg.nrrd", "table.csv", "agreement.csv", "overview.png"} <= made
    assert "DSC  Confidence  Volume (cm3)" in ended.out.splitlines()[0]
    assert "FF true (%)" in ended.out.splitlines()[0]
    assert ended.out.splitlines()[0].endswith("T2 error (ms)")
    assert str(tmp_path / "demo") in ended.out
    with (tmp_path / "demo" / "agreement.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(region(name).muscles)
    assert all(float(row["dsc"]) > 0.5 for row in rows)
    for row in rows:
        assert 0 < float(row["confidence"]) < 1
        error = float(row["ff_percent"]) - float(row["ff_true_percent"])
        assert float(row["ff_error_percent"]) == pytest.approx(error, abs=1e-3)
