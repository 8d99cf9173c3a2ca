"""A person at a panel without Slicer: a view and a scene that take note, and the real client of a pretended worker."""

import enum
import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segments_of
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.volume import Geometry, Volume, write_labels
from MuscleSegLib.worker import Client
from MuscleSegPanel.jobs import Jobs
from MuscleSegPanel.presenter import Presenter
from Testing.worker.conftest import PretendedProcess

# The host's tests load the whole panel anew each time, and find none of it loaded.
for _name in [name for name in sys.modules if name.partition(".")[0] == "MuscleSegPanel"]:
    del sys.modules[_name]

GRID = Geometry((1, 2, 3), np.diag([1.0, 1.0, 5.0, 1.0]))
CHOICE = enum.Enum("CHOICE", {"AUTOMATIC": "auto"})
THIGH = {"region": "thigh", "certainty": 0.9, "is_sure": True}
UNIT = enum.Enum("UNIT", {"AUTOMATIC": "", "PERMILLE": "permille"})
_NUMBERS = itertools.count(1)


@dataclass(eq=False)
class FakeNode:
    """A scan or map, or a segmentation of a scan, as far as the presenter can tell."""

    name: str
    voxels: str = "some"
    geometry: Geometry = GRID
    scan: "FakeNode | None" = None
    region: str = ""
    is_corrected: bool = False
    is_visible: bool = True
    sources: str = ""
    labels: Volume | None = None
    identity: str = field(default_factory=lambda: f"node {next(_NUMBERS)}")

    def GetID(self) -> str:  # noqa: N802
        return self.identity

    def GetName(self) -> str:  # noqa: N802
        return self.name


class FakeScene:
    """The nodes, and what Slicer does with them (``interfaces.Scene``)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.nodes = folder, []
        self.maps: dict[str, FakeNode] = {}  # proposed by their names
        self.shown, self.overlay, self.computations = None, None, 0

    def add(self, name: str, **values: Any) -> FakeNode:
        self.nodes.append(FakeNode(name, **values))
        return self.nodes[-1]

    def is_present(self, node):
        return node in self.nodes

    def has_voxels(self, scan):
        return bool(scan.voxels)

    def voxels_digest(self, scan):
        if not scan.voxels:
            message = f"{scan.name} has no voxels."
            raise MuscleSegError(message)
        return scan.voxels

    def geometry_of(self, scan):
        return scan.geometry

    def export_volume(self, scan, path):
        path.write_text(self.voxels_digest(scan))

    def temporary_folder(self):
        return TemporaryFolder(self.folder)

    def show_in_views(self, scan):
        self.voxels_digest(scan)
        self.shown = scan

    def show_overlay(self, scan, ff, *, unit):
        self.overlay = (ff, unit.name if unit else "") if ff else None

    def show_alone(self, segmentation):
        for node in self.nodes:
            node.is_visible = node is segmentation or not node.region

    def hide_others(self, scan):
        for node in self.nodes:
            node.is_visible &= node.scan in (None, scan)

    def likely_scan(self):
        scans = [node for node in self.nodes if not node.region and node not in self.maps.values()]
        return self.maps.get("water") if not scans else scans[0] if len(scans) == 1 else None

    def require_together(self, scan, companion):
        if companion is scan or companion.geometry != scan.geometry:
            message = f"{companion.name} does not fit {scan.name}."
            raise MuscleSegError(message)

    def segmentation_of(self, scan):
        return next((node for node in reversed(self.nodes) if node.region and node.scan is scan), None)

    def region_of(self, segmentation):
        return segmentation.region if segmentation else ""

    def wanted_region(self, segmentation, scan):
        return segmentation.region if segmentation and segmentation.scan in (None, scan) else ""

    def inputs_of(self, parameters):
        chosen = parameters.scan, parameters.segmentation
        return chosen if None not in chosen else None

    def new_table(self):
        return self.add("table", region="of a table")

    def may_be_written(self, segmentation, region, *, reference):
        is_of_both = segmentation.region in ("", region) and segmentation.scan in (None, reference)
        return is_of_both and not segmentation.is_corrected

    def new_result(self):
        return self.add("result")

    def write_result(self, node, labels, region, answer, *, reference):
        node.labels, node.region, node.scan, node.is_corrected = labels, region, reference, False

    def proposed_maps(self):
        return self.maps

    def sources_of(self, ff):
        return ff.sources if ff else ""

    def computed_fat_fraction(self, fat, water, ff):
        if fat.voxels != water.voxels:
            message = "The images do not belong together."
            raise MuscleSegError(message)
        self.computations += 1
        ff = ff or self.add("Fat fraction (%)")
        ff.sources = f"{fat.identity} {water.identity}"
        return ff


class FakeView:
    """The widgets, and what was saved and measured (``interfaces.View``)."""

    def __init__(self) -> None:
        self.messages: dict[str, tuple[str, str]] = {}  # kind and sentence by section
        self.button, self.is_enabled, self.doing = "segment", False, ""
        self.measured, self.saved, self.runs, self.costs = [], [], [], []
        self.networks, self.chosen, self.enabled = [], "", frozenset()
        self.map_units, self.wanted, self.times_shown = {}, 0, 0

    def tell(self, sentence, *, section):
        self.messages[section] = ("told", sentence)

    def warn(self, sentence, *, section):
        self.messages[section] = ("warned", sentence)

    def show_choices(self, parameters, *, enabled):
        self.enabled = enabled
        self.times_shown += 1

    def show_networks(self, networks, chosen):
        self.networks, self.chosen = [network.name for network in networks], chosen

    def show_cost(self, cost):
        self.costs.append(cost)

    def show_run(self, network, seconds, *, images):
        self.runs.append(network if images == 1 else (network, images))

    def show_button(self, state, *, is_enabled):
        self.button, self.is_enabled = state, is_enabled

    def show_progress(self, fraction, doing):
        self.doing = doing

    def measure(self, inputs, table):
        self.measured.append(inputs)

    def forget(self):
        self.measured.append(None)

    def choose_when_measured(self, muscle):
        self.wanted = muscle

    def save_for_undo(self, segmentation):
        self.saved.append(segmentation)


class FakeParameters:
    """The choices, any change of which is followed (``parameters.Parameters``)."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] = lambda: None
        for name in ("scan", "companion", "segmentation", "ff", "fat", "water", "mtr", "t2", "table"):
            setattr(self, name, None)
        self.region, self.region_is_found, self.network = "", False, ""
        self.device = self.legs = CHOICE.AUTOMATIC
        self.ff_unit = self.mtr_unit = self.t2_unit = UNIT.AUTOMATIC
        self.overlay, self.muscle = False, 0

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name != "on_change":
            self.on_change()


class Desk:
    """A person, and the worker that the person waits for."""

    def __init__(self, folder: Path) -> None:
        self.scene, self.view = FakeScene(folder), FakeView()
        self.processes: list[PretendedProcess] = []
        self.clock, self.is_installed, self.available = 0.0, True, network_list("thigh", "calf")
        self.client = Client(self._new_process, clock=lambda: self.clock)
        self.jobs = Jobs(self.client, self.scene)
        self.presenter = Presenter(
            self.view, self.scene, self.jobs, is_installed=lambda: self.is_installed, bundles=lambda: self.available
        )
        self.load(FakeParameters())

    def load(self, parameters: FakeParameters) -> None:
        """Show a scene's choices."""
        self.parameters = parameters
        self.presenter.is_entered = True
        self.presenter.show(parameters)
        parameters.on_change = self.presenter.follow

    def choose(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.parameters, name, value)

    def choose_scan(self, name: str = "T1", **values: Any) -> FakeNode:
        """Load a scan and choose it and its region, which is then not asked for."""
        scan = self.scene.add(name, **values)
        self.choose(scan=scan)
        self.presenter.choose_region("thigh")
        return scan

    def remove(self, node: FakeNode) -> None:
        """Remove a node, as Slicer says it before."""
        self.presenter.let_go(node)
        self.scene.nodes.remove(node)

    def said(self, section: str = "network") -> str:
        return str(self.view.messages[section][1])

    @property
    def worker(self) -> PretendedProcess:
        return self.processes[-1]

    @property
    def job(self) -> dict[str, Any]:
        """The last job that the worker was given."""
        return next(message for message in reversed(self.worker.messages) if "job" in message)

    @property
    def asked(self) -> list[str]:
        """The networks whose costs were asked for."""
        return [message["network"] for message in self.worker.messages if message.get("job") == "cost"]

    def say(self, **values: Any) -> None:
        """Let the worker end its job with a result."""
        self.worker.say(type="result", id=self.job["id"], **values)

    def settle(self) -> None:
        """Let the worker find regions and estimate costs until nothing waits."""
        while self.client.is_busy:
            is_cost = self.job["job"] == "cost"
            self.say(**({"seconds": 1.0, "network": self.job["network"]} if is_cost else THIGH))

    def segmented(self, *, shape: tuple[int, int, int] = GRID.shape, **values: Any) -> None:
        """Let the worker end its job with muscles."""
        labels = Volume(np.ones(shape, np.uint8), Geometry(shape, GRID.affine))
        write_labels(labels, Path(self.job["output"]), segments=segments_of("thigh", two_legs=False))
        answer = {"network": "thigh-a 1", "device": "cpu", "confidence": {"1": 0.5}, "sides": ["right"], "notes": []}
        self.say(**answer | values)

    def _new_process(self) -> PretendedProcess:
        self.processes.append(PretendedProcess())
        process, start = self.processes[-1], self.processes[-1].start

        def ready(**callbacks: Any) -> None:
            start(**callbacks)
            process.say(type="ready", pid=42, has_gpu=False)

        process.start = ready
        return process


def network_list(
    *regions: str, notes: tuple[str, ...] = (), unusable: tuple[Any, ...] = (), takes_companions: bool = True
) -> Any:
    """Return two networks of each region, a and b."""
    named = [(region, f"{region}-{letter}") for region in regions for letter in "ab"]
    about = {"notes": notes, "takes_companions": takes_companions}
    networks = [SimpleNamespace(region=region, name=name, **about) for region, name in named]
    return SimpleNamespace(bundles=[SimpleNamespace(metadata=network) for network in networks], unusable=unusable)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A person at an empty scene."""
    return Desk(tmp_path)


@pytest.fixture
def at_scan(desk: Desk) -> Desk:
    """A person at a scan of the thigh, whose networks' costs are estimated."""
    desk.choose_scan()
    desk.settle()
    return desk


@pytest.fixture
def at_result(at_scan: Desk) -> Desk:
    """A person at what a network drew of a scan."""
    at_scan.presenter.segment()
    at_scan.segmented()
    return at_scan
