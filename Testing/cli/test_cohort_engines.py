import pytest


@pytest.fixture
def bids(tmp_path):
    folder = tmp_path / "bids" / "sub-1" / "anat"
    folder.mkdir(parents=True)
    (folder / "sub-1_T1w.nii.gz").write_bytes(b"an image")
    return tmp_path / "bids"


@pytest.mark.parametrize("text", ["0", "-1", "x", "inf", "nan", ""])
def test_a_limit_of_memory_that_is_none_is_wrong_use(text, bids, tmp_path, muscleseg):
    ended = muscleseg("cohort", bids, tmp_path / "out", "participant", f"--memory-limit={text}")

    assert (ended.code, "no amount of memory" in ended.err) == (2, True)


def test_a_scheduler_has_processes_and_memory_of_its_own(bids, tmp_path, muscleseg):
    pytest.importorskip("distributed")

    ended = muscleseg(
        *("cohort", bids, tmp_path / "out", "participant", "--scheduler", "tcp://127.0.0.1:1", "--processes", 2)
    )

    assert (ended.code, "leave --processes and --memory-limit out" in ended.err) == (1, True)


def test_two_engines_are_wrong_use(bids, tmp_path, muscleseg):
    engines = ("--scheduler", "tcp://127.0.0.1:1", "--slurm", "long")

    assert muscleseg("cohort", bids, tmp_path / "out", "participant", *engines).code == 2


@pytest.mark.slow
def test_a_dry_run_shows_the_script_of_a_job_of_slurm(bids, tmp_path, muscleseg):
    pytest.importorskip("dask_jobqueue")

    ended = muscleseg(
        *("cohort", bids, tmp_path / "out", "participant", "--dry-run", "--slurm", "long", "--memory-limit", 8)
    )

    assert ended.code == 0, ended.err
    assert "sub-1: to do" in ended.out
    assert {"#SBATCH -p long", "#SBATCH --mem=8G"} <= set(ended.out.splitlines())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("engine", ["scheduler", "slurm"])
def test_a_missing_package_is_named_with_its_remedy(engine, bids, tmp_path, muscleseg, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.cohort.dask_engine.find_spec", lambda name: None)

    ended = muscleseg("cohort", bids, tmp_path / "out", "participant", f"--{engine}", "tcp://127.0.0.1:1")

    assert (ended.code, "pip install 'muscleseg[cohort]'" in ended.err) == (1, True)
