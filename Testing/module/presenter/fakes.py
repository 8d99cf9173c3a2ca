"""Nodes, scene, view and parameters that take note, in place of Slicer's."""

import enum
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.volume import Geometry, Volume

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
        self.overlay, self.muscle, self.corrected_folder = False, 0, ""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name != "on_change":
            self.on_change()


def network_list(
    *regions: str, notes: tuple[str, ...] = (), unusable: tuple[Any, ...] = (), takes_companions: bool = True
) -> Any:
    """Return two networks of each region, a and b."""
    named = [(region, f"{region}-{letter}") for region in regions for letter in "ab"]
    about = {"notes": notes, "takes_companions": takes_companions}
    networks = [
        SimpleNamespace(region=region, label_set=region, is_fine=False, name=name, **about) for region, name in named
    ]
    return SimpleNamespace(bundles=[SimpleNamespace(metadata=network) for network in networks], unusable=unusable)


class Memory:
    """What a computer remembers."""

    def __init__(self):
        self.chosen, self.times = [], {}

    def folders(self):
        return self.chosen

    def keep_folder(self, folder):
        self.chosen = [folder, *self.chosen]

    def minutes(self, network):
        return self.times.get(network)

    def keep_minutes(self, network, minutes):
        self.times[network] = minutes
