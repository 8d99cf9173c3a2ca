"""Digital legs of the module *Sample Data*, which a person clicks in its gallery and a program asks for by name."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
import slicer

from MuscleSegLib.volume import Geometry, Volume

SAMPLES = {"MuscleSegThighs": "Thighs", "MuscleSegCalves": "Calves"}
NAMES = ["T1-weighted", "fat fraction (%)", "MTR (%)", "T2 map (ms)"]


@pytest.fixture
def quick_legs(work, monkeypatch):
    """Legs that are there at once, and are noise."""
    from MuscleSegPanel import sample_data

    monkeypatch.setattr(sample_data, "_scanned", lambda _region: noise())
    sample_data._images.cache_clear()
    yield work
    sample_data._images.cache_clear()


def noise():
    grid = Geometry((3, 20, 20), np.diag([5.0, 5.0, 10.0, 1.0]))
    numbers = np.random.default_rng(7)
    return SimpleNamespace(
        images={image: Volume(numbers.random(grid.shape), grid) for image in ("anatomy", "ff", "mtr", "t2")}
    )


def volumes():
    return slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")


def clicked(name):
    import SampleData

    SampleData.click(name)
    return volumes()


def downloaded(name):
    import SampleData

    return SampleData.downloadSamples(name)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("take", [clicked, downloaded])
def test_a_sample_is_a_scan_with_three_maps(quick_legs, name, take):
    nodes = take(name)
    quick_legs.host.work()

    assert [node.GetName() for node in nodes] == [f"{SAMPLES[name]} {image}" for image in NAMES]
    assert volumes() == nodes
    assert all(slicer.util.arrayFromVolume(node).std() > 0 for node in nodes)
    assert slicer.app.layoutManager().sliceWidget("Red").mrmlSliceCompositeNode().GetBackgroundVolumeID() == (
        nodes[0].GetID()
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_program_gets_the_scan_of_a_sample_and_gets_it_again(quick_legs, name):
    import SampleData

    first, second = SampleData.downloadSample(name), SampleData.downloadSample(name)  # the second time from the cache
    assert first.GetName() == f"{SAMPLES[name]} T1-weighted"
    assert np.array_equal(slicer.util.arrayFromVolume(first), slicer.util.arrayFromVolume(second))
    assert first.GetStorageNode() is None  # it has no file, and would be saved as none


def test_a_sample_is_chosen_in_the_open_panel(quick_legs):
    import SampleData

    scan = SampleData.downloadSample("MuscleSegThighs")
    quick_legs.host.spin(lambda: quick_legs.parameters.scan is scan)


@pytest.mark.parametrize("text", ["", "arm anatomy", "thigh", "thigh anatomy of somebody"])
def test_a_file_that_names_no_sample_is_not_loaded(quick_legs, text, tmp_path):
    path = tmp_path / "legs.muscleseg"
    path.write_text(text)
    with pytest.raises(RuntimeError, match="Failed to load node from file"):
        slicer.util.loadNodeFromFile(str(path), "MuscleSegSample")
    assert volumes() == []


def test_the_window_is_drawn_while_a_sample_is_made(quick_legs, monkeypatch):
    from MuscleSegPanel import sample_data
    from Testing.slicer_host.timers import Gaps

    def slowly(_region):
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            sum(range(1000))
        return noise()

    monkeypatch.setattr(sample_data, "_scanned", slowly)
    start = time.monotonic()
    with Gaps() as gaps:
        downloaded("MuscleSegThighs")
    assert gaps.longest_s < 0.5 * (time.monotonic() - start)
