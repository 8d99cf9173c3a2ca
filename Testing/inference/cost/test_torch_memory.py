"""What is available, and what happens where it does not do. Limits are set in processes of their own."""

import os
import subprocess
import sys

import pytest

from MuscleSegLib.inference.cost import torch_memory
from MuscleSegLib.memory import _left_by_control_groups, available_bytes
from MuscleSegLib.volume import write_volume

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are set as Linux has them")

LIMITED = """
import os, resource, sys
from pathlib import Path
import torch
from MuscleSegLib.inference.cost.simulation import simulate
from MuscleSegLib.bundle import VolumeInput, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segment
from MuscleSegLib.memory import available_bytes
from MuscleSegLib.volume import read_volume
{before}
image = read_volume(Path(sys.argv[1]))
def limit(left):
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + left, used + left))
try:
    {run}
except MuscleSegError as error:
    print("REFUSED", error)
"""

LARGE = """
from types import SimpleNamespace
from monai.networks.nets import DynUNet
strides = [1, 2, 2, 2]
network = DynUNet(3, 1, 21, [3] * 4, strides, strides[1:], filters=(16, 16, 16, 16)).eval()
spec = VolumeInput("SAR", None, (8, 256, 256), 0.25, "zscore")
about = SimpleNamespace(name="large", version="1", region="thigh", label_set="thigh", is_fine=False,
                        labels=(*range(1, 11), *range(101, 111)), parameters=1_000_000,
                        sha256="large", input=spec, notes=())
bundle = SimpleNamespace(metadata=about, load=lambda: network)
"""


@pytest.fixture
def limited(tmp_path, image_of_ellipses):
    """Segment two thighs in a process that may take so much memory beside what it has after its imports."""
    image = image_of_ellipses([(-95.0, 0.0, 80.0, 85.0), (95.0, 5.0, 80.0, 80.0)], slices=8, pixel_mm=1.5)
    path = tmp_path / "thighs.nii.gz"
    write_volume(image, path)

    def run(before, work, **environment):
        code = LIMITED.format(before=before, run=work)
        return subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1", **environment},
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_a_large_network_that_does_not_fit_is_refused_in_a_sentence(limited):
    ended = limited(LARGE, "simulate(network, (1, 1, 8, 64, 64)); limit(65_000_000); segment(image, bundle)")

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("REFUSED The network large needs")
    assert "crop the image" in ended.stdout
    assert "thigh-unet2d-small" in ended.stdout


@pytest.mark.slow
def test_a_large_network_that_nearly_fits_is_shown_smaller_parts(limited):
    work = "simulate(network, (1, 1, 8, 64, 64)); import monai.inferers; limit(220_000_000); "

    ended = limited(LARGE, work + "print(segment(image, bundle).notes)")

    assert ended.returncode == 0, ended.stderr
    assert "was shown pieces of" in ended.stdout


@pytest.mark.slow
def test_the_default_network_does_with_little(limited):
    before = """
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.progress import silent

how = {"device": "auto", "legs": "auto", "progress": silent, "watch": Stopwatch()}
"""
    work = 'label_muscles([image], find_bundle("thigh"), **how); limit(200_000_000); '
    work += 'print(label_muscles([image], find_bundle("thigh"), **how).prediction.labels.shape)'

    ended = limited(before, work)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("(8, ")


def test_where_torch_itself_does_not_fit_it_is_not_imported(monkeypatch):
    monkeypatch.setattr(torch_memory, "available_bytes", lambda: 300_000_000)
    monkeypatch.delitem(sys.modules, "torch", raising=False)

    with pytest.raises(torch_memory.MuscleSegError, match="300 MB are available"):
        torch_memory.require_room_for_torch()


@pytest.mark.slow
def test_a_limit_on_memory_is_seen(limited):
    ended = limited("", "limit(500_000_000); print(available_bytes())")

    assert 450_000_000 < int(ended.stdout) <= 500_000_000


@pytest.mark.parametrize(
    ("line", "files", "left"),
    [
        ("0::/a/b", {"a/b/memory.max": "max", "a/b/memory.current": "7", "a/memory.max": "900",
                     "a/memory.current": "300"}, [600]),
        ("4:memory:/a", {"memory/a/memory.limit_in_bytes": "1000", "memory/a/memory.usage_in_bytes": "400"}, [600]),
        ("3:cpuset:/a", {"cpuset/a/memory.max": "5"}, []),
    ],
    ids=["version 2, of an outer group", "version 1", "another controller"],
)  # fmt: skip
def test_a_container_s_limit_is_seen(tmp_path, line, files, left):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "own").write_text(line + "\n")

    assert _left_by_control_groups(tmp_path, tmp_path / "own") == left


def test_what_is_available_is_no_more_than_the_computer_has():
    assert 0 < available_bytes() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
