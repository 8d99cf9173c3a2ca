"""Every kind of input, from its files to its tables, with a digital thigh and maps whose values are known."""

import contextvars
import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from MuscleSegLib.cohort import Settings, find_scans, prepare_output, run_participants, write_group
from MuscleSegLib.cohort.working import Job, Outcome, work_on
from MuscleSegLib.inference import keep_networks
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.volume import Volume, write_dicom, write_volume

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def thigh() -> Volume:
    legs = digital_legs("thigh", seed=7, legs=1)
    return acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=1)).images["anatomy"]


def around(image: Volume, value: float, description: str = "") -> Volume:
    """Return a map around a value, with noise of a twentieth of it."""
    noise = np.random.default_rng(1).normal(1, 0.05, image.array.shape)
    return replace(image, array=(value * noise).astype(np.float32), description=description)


def fat_fraction(image: Volume, scale: float = 1) -> Volume:
    """Return a map of 90 % where a T1-weighted image is bright, and of 20 % elsewhere."""
    bright = image.array > np.percentile(image.array, 99) / 2
    return replace(image, array=np.where(bright, 90 * scale, 20 * scale).astype(np.float32), description="")


def save(image: Volume, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_volume(image, path)


def bids(image: Volume, folder: Path) -> None:
    stem = "sub-1/anat/sub-1_acq-thigh"
    for suffix, volume in (("T1w", image), ("fatfrac", fat_fraction(image)), ("T2map", around(image, 0.04))):
        save(volume, folder / f"{stem}_{suffix}.nii.gz")


def ormir_mids(image: Volume, folder: Path) -> None:
    for place, suffix, volume in (
        ("mr-anat", "t1w", image),
        ("mr-quant", "ff", fat_fraction(image)),
        ("mr-quant", "t2", around(image, 40)),
    ):
        save(volume, folder / f"sub-1/ses-1/{place}/sub-1_ses-1_{suffix}.nii.gz")


def qmri_tools(image: Volume, folder: Path) -> None:
    stem = "sub-1/ses-1/{}/sub-1_ses-1_stk-1"
    for place, suffix, volume in (
        ("dix", "megre_wat", image),
        ("dix", "megre_fatfr", fat_fraction(image, 0.01)),
        ("quant", "mese_T2", around(image, 40)),
    ):
        save(volume, folder / f"{stem.format(place)}_{suffix}.nii.gz")


def a_table(image: Volume, folder: Path) -> None:
    for name, volume in (("image", image), ("ff map", fat_fraction(image)), ("t2", around(image, 40))):
        save(volume, folder / f"{name}.nii.gz")
    (folder / "scans.csv").write_text("subject;image;ff;t2\n1;image.nii.gz;ff map.nii.gz;t2.nii.gz\n")


def with_kept_networks(jobs: Iterable[Job]) -> list[Outcome]:
    """Do jobs in this process, which keeps the networks for them and not for other tests."""
    context = contextvars.copy_context()
    context.run(keep_networks)
    return [context.run(work_on, job) for job in jobs]


def results(source: Path, output: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Work on an input, and return the rows of muscles and those of failures."""
    scans = find_scans(source).scans
    prepare_output(output, source, scans)
    run_participants(scans, output, Settings(device="cpu"), engine=with_kept_networks)
    write_group(output)
    tables = []
    for name in ("group_muscles.tsv", "group_failures.tsv"):
        with (output / name).open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file, delimiter="\t")))
    return tables[0], tables[1]


def means(rows: list[dict[str, str]], column: str) -> list[float]:
    return [float(row[column]) for row in rows if row["volume_cm3"] != "n/a" and float(row["volume_cm3"]) > 10]


@pytest.mark.parametrize("write", [bids, ormir_mids, qmri_tools, a_table])
def test_a_scan_of_each_kind_has_its_fat_fraction_and_its_t2(write: Callable[[Volume, Path], None], thigh, tmp_path):
    write(thigh, tmp_path / "data")
    source = tmp_path / "data" / "scans.csv" if write is a_table else tmp_path / "data"

    cohort = find_scans(source)
    rows, failures = results(source, tmp_path / "output")

    assert set(cohort.scans[0].roles) >= {"image", "ff", "t2"}
    assert not cohort.passed_over
    assert (len(rows), failures) == (10, [])
    (path,) = (tmp_path / "output").rglob("*_dseg.nii.gz")
    labels = nibabel.load(path).get_fdata().T
    expected = [fat_fraction(thigh).array[labels == int(row["label"])].mean() for row in rows]
    assert [float(row["ff_mean_percent"]) for row in rows] == pytest.approx(expected, rel=0.01)
    assert means(rows, "t2_mean_ms") == pytest.approx([40] * len(means(rows, "t2_mean_ms")), rel=0.02)


def test_a_tree_of_three_patients_has_a_dixon_scan_one_with_localizers_and_one_damaged(thigh, tmp_path):
    def series(patient: str, number: int, image: Volume, word: str, description: str) -> Path:
        place = tmp_path / "tree" / patient / str(number)
        shared = {
            "StudyInstanceUID": f"1.2.{ord(patient)}",
            "FrameOfReferenceUID": f"1.3.{ord(patient)}",
            "StudyDate": "20240131",
            "SeriesNumber": number,
            "ImageType": ["DERIVED", "PRIMARY", word],
        }
        named = replace(image, description=description)
        write_dicom(named, place, identity=f"{patient}{number}", patient=patient, thickness_mm=10, attributes=shared)
        return place

    level = thigh.array.astype(np.float32) * (1000 / float(thigh.array.max()))
    for number, (word, factor) in enumerate({"W": 1.0, "F": 0.25, "IP": 1.25, "OP": 0.75}.items(), 2):
        series("A", number, replace(thigh, array=np.round(level * factor).astype(np.int16)), word, "t1_dixon")
    image = replace(thigh, array=np.round(level).astype(np.int16))
    series("B", 2, image, "M", "t1_tse_tra")
    t2 = around(image, 40)
    series("B", 3, replace(t2, array=np.round(t2.array).astype(np.int16)), "T2 MAP", "t2_map")
    few = replace(image, array=image.array[:3], geometry=replace(image.geometry, shape=(3, *image.array.shape[1:])))
    series("B", 1, few, "LOCALIZER", "localizer")
    for path in series("C", 1, image, "M", "t1_tse_tra").iterdir():
        path.write_bytes(path.read_bytes()[:180])

    cohort = find_scans(tmp_path / "tree")
    rows, failures = results(tmp_path / "tree", tmp_path / "output")

    assert {scan.subject: set(scan.roles) for scan in cohort.scans if not scan.problem} == {
        "A": {"image", "water", "fat"},
        "B": {"image", "t2"},
    }
    assert any("localizer" in entry.reason for entry in cohort.passed_over)
    first, second = ([row for row in rows if row["participant_id"] == f"sub-{patient}"] for patient in "AB")
    assert (len(first), len(second)) == (10, 10)
    # Fat over fat and water: 0.25 / 1.25.
    assert means(first, "ff_mean_percent") == pytest.approx([20] * len(means(first, "ff_mean_percent")), abs=0.5)
    assert means(second, "t2_mean_ms") == pytest.approx([40] * len(means(second, "t2_mean_ms")), rel=0.02)
    (failure,) = failures
    assert "is damaged" in failure["reason"]
