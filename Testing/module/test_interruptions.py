"""What happens to the panel when a job is canceled, its process dies, or the scene changes under it."""

import contextlib
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import slicer

from MuscleSegLib.temporary import PREFIX

RANDOM_CANCELS = 10
GONE_S = 2.0
STARTED_S = 120  # the worker, on a busy computer


@pytest.fixture
def at_work(work):
    """The panel with a scan chosen and a worker that is ready; it segments nothing yet."""
    scans = work.load("thigh", legs=1)
    work.choose(scans["anatomy"], "thigh")
    return work


def worker_pid():
    """Return the process of the worker; other tests may have left children of another kind, a resource tracker say."""
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        with contextlib.suppress(FileNotFoundError):
            if b"MuscleSegLib.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    return None


def running_after_press(work, seconds, *, progress=0):
    """Press Segment, wait for some progress and let some time go by; return whether it still runs."""
    work.host.click(work.ui.segmentButton)
    work.host.spin(lambda: work.ui.progressBar.value >= progress, STARTED_S)
    end = time.monotonic() + seconds
    while time.monotonic() < end and work.panel.jobs.is_segmenting:
        work.host.work()
        time.sleep(0.005)
    return work.panel.jobs.is_segmenting


def segmentations():
    return slicer.util.getNodesByClass("vtkMRMLSegmentationNode")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux lists a process's children in /proc")
@pytest.mark.slow
@pytest.mark.long
def test_canceling_at_any_moment_and_killing_leave_a_panel_that_works(at_work, message):
    moments = random.Random(1)
    for number in range(RANDOM_CANCELS):
        # each starts a worker of its own: some are canceled before it is ready, some later
        if running_after_press(at_work, moments.uniform(0, 0.5), progress=number % 2):
            start = time.monotonic()
            at_work.host.click(at_work.ui.segmentButton)
            at_work.wait()
            assert time.monotonic() - start < GONE_S
            assert worker_pid() is None
            assert "Canceled" in message(at_work.ui.segmentMessage)
            assert at_work.ui.segmentButton.text == "Segment"
        for node in segmentations():  # one that was ready before it could be canceled
            assert node.GetSegmentation().GetNumberOfSegments() == 10
            slicer.mrmlScene.RemoveNode(node)

    assert running_after_press(at_work, 0.0, progress=1)
    os.kill(worker_pid(), signal.SIGKILL)
    at_work.wait()
    assert segmentations() == []
    assert "ended unexpectedly" in message(at_work.ui.segmentMessage)
    assert not at_work.ui.progressBar.visible

    assert at_work.segment().GetSegmentation().GetNumberOfSegments() == 10
    assert list(Path(slicer.app.temporaryPath).glob(f"{PREFIX}*")) == []  # jobs' folders


@pytest.mark.slow
def test_a_panel_that_is_left_and_a_scene_that_is_closed_during_a_job_break_nothing(at_work):
    assert running_after_press(at_work, 0.05)
    at_work.widget.parent.exit()
    at_work.host.work()
    at_work.widget.parent.enter()
    at_work.wait()
    assert at_work.parameters.segmentation.GetSegmentation().GetNumberOfSegments() == 10

    running_after_press(at_work, 0.0)
    slicer.mrmlScene.Clear(0)
    at_work.wait()
    assert segmentations() == []
    assert not at_work.ui.segmentButton.enabled


@pytest.mark.slow
def test_a_module_that_is_loaded_again_during_a_job_leaves_no_process_and_works(at_work):
    ours = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "MuscleSegLib"}
    assert running_after_press(at_work, 0.05)
    at_work.widget.onReload()
    at_work.host.work()
    again = slicer.modules.MuscleSegWidget
    try:
        assert again is not at_work.widget
        assert again.panel.parameters.scan.GetName() == "thigh T1"
        at_work.host.spin(lambda: again.panel.parameters.region == "thigh", 60)
        again.panel.segment()
        at_work.host.spin(lambda: not again.panel.jobs.is_segmenting, 60)
        assert again.panel.parameters.segmentation is not None
    finally:  # a module of the panel that stayed would hand out classes of the library that was loaded again
        for name in [name for name in sys.modules if name.partition(".")[0] in ("MuscleSegLib", "MuscleSegPanel")]:
            del sys.modules[name]
        sys.modules.update(ours)


@pytest.mark.slow
def test_what_was_chosen_stays_when_the_panel_is_left_and_entered(at_desk):
    ui, parameters = at_desk.ui, at_desk.parameters
    ui.legsSelector.currentIndex = 1
    ui.deviceSelector.currentIndex = 2
    scan = parameters.scan
    for _ in range(2):
        at_desk.widget.parent.exit()
        ui.legsSelector.currentIndex = 0  # nobody listens to the widgets of a panel that was left
        assert parameters.legs.name == "ONE"
        at_desk.widget.parent.enter()
        at_desk.host.work()
        assert (parameters.legs.name, parameters.device.name, parameters.scan) == ("ONE", "CPU", scan)
        assert (ui.legsSelector.currentIndex, ui.deviceSelector.currentIndex) == (1, 2)


@pytest.mark.parametrize("in_a_batch", [False, True])
@pytest.mark.slow
def test_what_was_chosen_stays_when_another_scene_is_added(at_desk, tmp_path, in_a_batch):
    parameters = at_desk.parameters
    scan, segmentation, before = parameters.scan, parameters.segmentation, at_desk.table()
    slicer.util.addVolumeFromArray(np.zeros((2, 3, 4), np.int16), name="T1 of somebody else")  # no longer the only scan

    at_desk.host.add_a_scene(tmp_path, in_a_batch=in_a_batch)
    at_desk.host.work()

    assert slicer.mrmlScene.GetFirstNodeByName("another") is not None
    parameters = at_desk.parameters
    assert (parameters.scan, parameters.segmentation, parameters.region) == (scan, segmentation, "thigh")
    assert at_desk.ui.scanSelector.currentNode() is scan
    assert at_desk.ui.segmentEditor.mrmlSegmentEditorNode().GetSegmentationNode() is segmentation
    assert at_desk.table() == before


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux lists a process's children in /proc")
def test_the_worker_starts_with_the_panel_but_not_in_a_slicer_that_tests_itself(work):
    assert worker_pid() is None
    work.widget.parent.exit()
    work.host.is_testing = False
    work.widget.parent.enter()
    work.host.spin(lambda: worker_pid() is not None, STARTED_S)
