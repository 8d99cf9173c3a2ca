"""``muscleseg maps`` against signals that are computed here, through files."""

import json

import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.case_folders import write_case
from MuscleSegLib.phantom.protocols import hostin2023
from MuscleSegLib.volume import read_volume

TIMES = tuple(round(2.38 + 2.383 * number, 3) for number in range(8))
FAT = np.array([0.0, 0.2, 0.5, 0.9])[np.indices((3, 16, 32))[2] // 8]
PEAKS = {-3.80: 0.087, -3.40: 0.693, -2.60: 0.128, -1.94: 0.004, -0.39: 0.039, 0.60: 0.048}
DIXON = {"RepetitionTime": 22.0, "FlipAngle": 5.0, "MagneticFieldStrength": 1.5}


def dixon_echo(te_ms, b0_hz=60.0):
    """Complex, [k, j, i], with T2* of 30 ms, T1 weighting of 5 degrees every 22 ms, and 1000 for muscle."""
    fat_signal = sum(
        share * np.exp(2j * np.pi * 42.577 * 1.5 * ppm * te_ms / 1000) for ppm, share in PEAKS.items()
    ) / sum(PEAKS.values())
    weights = [(1 - e1) / (1 - np.cos(np.deg2rad(5)) * e1) for e1 in np.exp(-22 / np.array([1130, 288]))]
    signal = (1 - FAT) + FAT * weights[1] / weights[0] * fat_signal
    return 1000 * signal * np.exp(-te_ms / 30 + 2j * np.pi * b0_hz * te_ms / 1000 + 0.4j)


@pytest.fixture
def dixon_folder(write_series, tmp_path):
    """Magnitude and, unless it is left out, phase as Siemens stores it, a series an echo."""

    def write(*, times=TIMES, phase=True, stated=None):
        for number, te in enumerate(times):
            echo, te_said = dixon_echo(te), (stated or times)[number]
            common = {"EchoTime": te_said, **DIXON}
            magnitude = np.rint(np.abs(echo)).astype(np.int16)
            write_series(tmp_path / "dicom" / f"m{number}", magnitude, ImageType="ORIGINAL\\PRIMARY\\M", **common)
            if phase:
                turned = np.rint((np.angle(echo) + np.pi) * 2048 / np.pi).clip(0, 4095).astype(np.int16)
                write_series(tmp_path / "dicom" / f"p{number}", turned, ImageType="ORIGINAL\\PRIMARY\\P", **common)
        return tmp_path / "dicom"

    return write


def test_the_fat_fraction_comes_from_dicom_magnitudes_and_phases(muscleseg, dixon_folder, tmp_path):
    ended = muscleseg(
        *("maps", "ff", "--acquisition", dixon_folder(), "--output", tmp_path / "ff.nii.gz"),
        *("--b0", tmp_path / "b0.nii.gz", "--t2-star", tmp_path / "t2s.nii.gz", "--json"),
    )

    assert ended.code == 0, ended.err
    summary = json.loads(ended.out)
    assert (summary["method"], summary["t1_corrected"], summary["voxels"]) == ("8 echoes", True, FAT.size)
    np.testing.assert_allclose(read_volume(tmp_path / "ff.nii.gz").array, 100 * FAT, atol=1)
    np.testing.assert_allclose(read_volume(tmp_path / "b0.nii.gz").array, 60, atol=2)
    np.testing.assert_allclose(np.median(read_volume(tmp_path / "t2s.nii.gz").array), 30, atol=1)


def test_many_magnitudes_without_phases_are_refused(muscleseg, dixon_folder, tmp_path):
    ended = muscleseg(
        "maps", "ff", "--acquisition", dixon_folder(phase=False), "--output", tmp_path / "ff.nii.gz"
    )  # fmt: skip

    assert ended.code == 1
    assert "magnitudes of 8 echoes without their phases" in ended.err
    assert not (tmp_path / "ff.nii.gz").exists()


def test_two_magnitudes_opposed_and_in_phase_give_it_below_half_with_a_warning(muscleseg, dixon_folder, tmp_path):
    folder = dixon_folder(times=(2.3, 4.6), phase=False)

    ended = muscleseg("maps", "ff", "--acquisition", folder, "--output", tmp_path / "ff.nii.gz")

    assert ended.code == 0
    assert "holds below 50 percent only" in ended.err
    fat_fraction = read_volume(tmp_path / "ff.nii.gz").array
    np.testing.assert_allclose(fat_fraction[FAT < 0.4], 100 * FAT[FAT < 0.4], atol=1)


def test_a_phase_that_lacks_an_echo_is_told(muscleseg, dixon_folder, tmp_path):
    folder = dixon_folder()
    for path in (folder / "p3").iterdir():
        path.unlink()

    ended = muscleseg("maps", "ff", "--acquisition", folder, "--output", tmp_path / "ff.nii.gz")

    assert ended.code == 1
    assert "does not hold the same echoes of every part" in ended.err


def test_wrong_echo_times_in_the_headers_are_found_out(muscleseg, dixon_folder, tmp_path):
    folder = dixon_folder(stated=[2.38 + 2.8 * number for number in range(8)])  # the step that the paper prints

    ended = muscleseg("maps", "ff", "--acquisition", folder, "--output", tmp_path / "ff.nii.gz")

    assert ended.code == 1
    assert "check the echo times" in ended.err


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        (["ff", "--fat", "a.nii", "--output", "x.nii"], "has to be given in one way"),
        (["ff", "--fat", "a.nii", "--water", "b.nii", "--echo-times", "2", "--output", "x.nii"], "--echo-times tells"),
        (["ff", "--real", "a.nii", "--opposed", "b.nii", "--output", "x.nii"], "has to be given in one way"),
        (["t2", "--echoes", "a.nii", "--b1", "b1.nii", "--output", "x.nii"], "--b1 tells nothing about T2 without"),
        (["t2", "--echoes", "a.nii", "--water", "--skip-first", "--output", "x.nii"], "needs the whole train"),
        (["mtr", "--off", "a.nii", "--on", "a.nii", "--output", "a.nii"], "is given twice"),
        (["mtr", "--off", "a.nii", "--on", "b.nii", "--output", "x.txt"], "x.txt"),
    ],
)
def test_options_that_make_no_sense_are_told(muscleseg, monkeypatch, tmp_path, options, pattern):
    monkeypatch.chdir(tmp_path)
    ended = muscleseg("maps", *options)
    assert ended.code == 1
    assert pattern in ended.err
    assert ended.err.count("\n") == 1


def test_an_echo_time_that_is_none_is_wrong_use(muscleseg, tmp_path):
    ended = muscleseg("maps", "t2", "--echoes", "a.nii", "--echo-times", "-1", "--output", tmp_path / "x.nii")
    assert ended.code == 2


def test_the_mtr_comes_from_two_images(muscleseg, save, tmp_path):
    off, on = (
        save("off.nii.gz", np.full((2, 4, 4), 400, np.int16)),
        save("on.nii.gz", np.full((2, 4, 4), 240, np.int16)),
    )

    ended = muscleseg("maps", "mtr", "--off", off, "--on", on, "--output", tmp_path / "mtr.nii.gz")

    assert ended.code == 0
    np.testing.assert_allclose(read_volume(tmp_path / "mtr.nii.gz").array, 40)


def test_t2_comes_from_dicom_with_the_times_of_the_headers(muscleseg, write_series, tmp_path):
    for number in range(1, 9):
        image = np.full((2, 6, 6), 2000 * np.exp(-10 * number / 40)).round().astype(np.int16)
        write_series(tmp_path / "dicom" / str(number), image, EchoTime=10.0 * number)

    ended = muscleseg("maps", "t2", "--acquisition", tmp_path / "dicom", "--output", tmp_path / "t2.nii.gz")

    assert ended.code == 0, ended.err
    np.testing.assert_allclose(read_volume(tmp_path / "t2.nii.gz").array, 40, atol=0.1)


@pytest.mark.parametrize("content", ["[1, 2]", '{"real": "a.nii.gz"}', "no JSON"])
def test_a_json_file_of_something_else_is_refused(muscleseg, tmp_path, content):
    path = tmp_path / "scan.json"
    path.write_text(content)
    ended = muscleseg("maps", "ff", "--acquisition", path, "--output", tmp_path / "ff.nii.gz")
    assert ended.code == 1
    assert "does not describe raw images" in ended.err


@pytest.mark.parametrize(
    "content",
    ["[" * 5000, '{"real": ' + "[" * 100_000, '{"real": [], "repetition_ms": 1' + "0" * 400 + "}"],
    ids=["lists in lists", "an image's name in lists", "a number beyond floats"],
)
def test_json_that_python_cannot_hold_is_refused_as_no_acquisition(muscleseg, tmp_path, content):
    path = tmp_path / "scan.json"
    path.write_text(content)
    ended = muscleseg("maps", "ff", "--acquisition", path, "--output", tmp_path / "ff.nii.gz")
    assert ended.code == 1
    assert "does not describe raw images" in ended.err


@pytest.mark.slow
def test_a_case_of_the_phantom_gives_maps_near_those_of_a_perfect_reconstruction(muscleseg, tmp_path):
    legs = digital_legs("thigh", seed=2, legs=1, fat_fraction=25)
    write_case(legs, hostin2023(30, legs=1), tmp_path / "case")
    raw, made = tmp_path / "case" / "raw", {}
    for kind, name, *more in (("ff", "dixon"), ("mtr", "mt"), ("t2", "t2", "--water")):
        output = tmp_path / f"{kind}.nii.gz"
        ended = muscleseg("maps", kind, "--acquisition", raw / f"{name}.json", "--output", output, *more)
        assert ended.code == 0, ended.err
        made[kind] = read_volume(output).array
    perfect = {kind: read_volume(tmp_path / "case" / f"{kind}.nii.gz").array for kind in made}

    errors = (made["ff"] - perfect["ff"])[np.isfinite(made["ff"]) & np.isfinite(perfect["ff"])]
    assert abs(errors.mean()) < 0.5
    assert (np.abs(errors) > 25).mean() < 1e-4  # exchanged
    off, on = (read_volume(raw / f"mt_{name}.nii.gz").array.astype(float) for name in ("off", "on"))
    seen = np.isfinite(made["mtr"])
    np.testing.assert_allclose(made["mtr"][seen], 100 - 100 * on[seen] / off[seen], atol=1e-3)
    # muscle's water has 35.3 ms; that of the fatty rest is another one's or missing
    assert np.nanmedian(made["t2"]) == pytest.approx(35.3, abs=2)


@pytest.mark.parametrize("odd", ["fat", "water"])
def test_a_map_s_answer_says_what_is_odd_about_its_images(muscleseg, save, tmp_path, odd):
    paths = {name: save(f"{name}.nii", np.full((2, 8, 8), 100.0, np.float32)) for name in ("fat", "water")}
    content = bytearray(paths[odd].read_bytes())
    content[112:120] = np.array([0, 5], "<f4").tobytes()  # scl_inter without scl_slope: not scaled
    paths[odd].write_bytes(content)

    images = ("--fat", paths["fat"], "--water", paths["water"])
    ended = muscleseg("maps", "ff", *images, "--output", tmp_path / "ff.nii.gz", "--json")

    assert ended.code == 0, ended.err
    (note,) = json.loads(ended.out)["notes"]
    assert note == f"{paths[odd]} has a scl_inter of 5 without a scl_slope: its values are not scaled."
