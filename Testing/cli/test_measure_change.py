"""``muscleseg measure --report --earlier``: what changed, beside the smallest detectable change."""

import csv

import numpy as np
import pytest

from MuscleSegLib.volume import Volume, read_volume, write_volume
from Testing.cli.invented_person import measure
from Testing.cli.outputs import html_numbers, text_of

COLUMNS = "muscle,quantity,subjects,freedom,sem,sem_low,sem_high,smallest_detectable_change"
FF, VOLUME = "FF (%), R", "Volume (cm³), R"


@pytest.fixture
def earlier(muscleseg, tmp_path, a_case):
    """The table of a visit at which the right adductor had 3 points less fat, and the right rectus femoris as much."""
    labels = read_volume(a_case / "PID-0090817_labels.nii.gz")
    ff = read_volume(a_case / "ff.nii.gz")
    write_volume(Volume(ff.array - np.float32(3.0) * (labels.array == 1), ff.geometry), tmp_path / "before.nii.gz")
    images = ("--region", "thigh", "--ff", tmp_path / "before.nii.gz", "--ff-unit", "percent")
    images += ("--t2", a_case / "t2.nii.gz", "--t2-unit", "ms")
    ended = muscleseg("measure", a_case / "PID-0090817_labels.nii.gz", *images, "--output", tmp_path / "earlier.csv")
    assert ended.code == 0, ended.err
    return tmp_path / "earlier.csv"


def repeatability(folder, *rows):
    """A table of standard errors of measurement by muscle and quantity, with SDC = 1.96 * sqrt(2) * SEM."""
    path = folder / "repeatability.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.split(","))
        writer.writerows([muscle, quantity, 8, 8, sem, "", "", 2.7718585 * sem] for muscle, quantity, sem in rows)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sem", "shown", "mark", "sentence"),
    [
        (0.25, "0.7", " **", "Changes beyond the SDC: FF of Ad R."),  # 3 / (sqrt(2) * 0.25) = 8.5 of t with 8 degrees
        (0.9, "2.5", " *", "Changes beyond the SDC: FF of Ad R."),  # 2.4, P = 0.05: not beyond noise
        (1.5, "4.2", "", "No change is beyond the SDC."),
    ],
)
def test_a_change_is_judged_by_the_repeatability_that_is_given(
    muscleseg, tmp_path, a_case, earlier, sem, shown, mark, sentence
):
    errors = [(muscle, "ff_mean_percent", sem) for muscle in ("adductor", "rectus femoris")]
    path = repeatability(tmp_path, *errors, ("adductor", "volume_cm3", 1.0))

    ended = measure(
        muscleseg, a_case, "--report", tmp_path / "r.html", "--earlier", earlier, "--repeatability", path
    )  # fmt: skip

    assert ended.code == 0, ended.err
    cells = html_numbers(tmp_path / "r.html")
    name = "Adductor (Ad)"
    assert (cells[name, FF, "change"], cells[name, FF, "SDC"]) == (f"+3.0{mark}", shown)
    assert (cells[name, VOLUME, "change"], cells[name, VOLUME, "SDC"]) == ("0.0", "2.8")
    other = next(key[0] for key in cells if key[0].startswith("Biceps femoris"))
    assert cells[other, FF, "SDC"] == "–"
    text = text_of(tmp_path / "r.html")
    assert sentence in text
    assert "The SDC here is of the repeated measurements that were given." in text
    assert "An SDC of – is not known" in text
    assert "published" not in text.partition("How the numbers were made")[0]


@pytest.mark.slow
def test_without_a_repeatability_the_report_says_that_it_is_not_known(muscleseg, tmp_path, a_case, earlier):
    maps = ("--t2", a_case / "t2.nii.gz", "--t2-unit", "ms")
    ended = measure(muscleseg, a_case, *maps, "--report", tmp_path / "r.html", "--earlier", earlier)

    assert ended.code == 0, ended.err
    text = text_of(tmp_path / "r.html")
    assert "The SDC of this scanner and these readers is not known, since no repeated measurements were given" in text
    assert "No smallest detectable change is known for T2" in text


@pytest.mark.slow
def test_a_repeatability_of_levels_is_not_used_where_levels_are_not_matched(muscleseg, tmp_path, a_case, earlier):
    (tmp_path / "earlier_profiles.csv").unlink()
    path = repeatability(tmp_path, ("adductor", "ff_mean_percent", 0.25))

    ended = measure(muscleseg, a_case, "--report", tmp_path / "r.html", "--earlier", earlier, "--repeatability", path)

    assert ended.code == 0, ended.err
    text = text_of(tmp_path / "r.html")
    assert "The repeatability that was given is of the same levels of the limb" in text
    assert "No smallest detectable change is known for FF, Volume" in text
    assert "beyond the SDC" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (COLUMNS, "is no table of repeatability"),
        (f"{COLUMNS}\nadductor,ff_mean_percent,8,8,1,,,4", "is no table of repeatability"),
        ("a,b\n1,2", "is no table of repeatability"),
    ],
)
def test_what_is_no_repeatability_is_refused(muscleseg, tmp_path, a_case, earlier, content, sentence):
    (tmp_path / "no.csv").write_text(content)

    ended = measure(
        muscleseg, a_case, "--report", tmp_path / "r.html", "--earlier", earlier, "--repeatability", tmp_path / "no.csv"
    )

    assert ended.code == 1
    assert sentence in ended.err
    assert not (tmp_path / "r.html").exists()
