"""Protocols of what surrounds the presenter: the nodes and functions of Slicer's scene, and the view."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from MuscleSegLib.biomarkers import MapUnit
from MuscleSegLib.bundle import Metadata
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.volume import Geometry, Volume

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters

Answer = Mapping[str, Any]
"""Values of a job's result, as the worker sends them."""

Section = Literal["scan", "network", "maps", "correction", "results"]
"""Section of the panel with a message."""

ButtonState = Literal["segment", "cancel", "canceling"]


class Node(Protocol):
    """Node of the scene: scan, map, segmentation or table."""

    def GetID(self) -> str:
        """Return the identifier."""

    def GetName(self) -> str:
        """Return the name that a person reads."""


class View(Protocol):
    """Widgets, as the panel shows them. They decide nothing."""

    @property
    def map_units(self) -> Mapping[str, MapUnit]:
        """Units in which maps were measured, by map; none while there is no table."""

    def tell(self, section: Section, sentence: str) -> None:
        """Show what happened; an empty sentence hides the message."""

    def warn(self, section: Section, sentence: str) -> None:
        """Show what went wrong, and what to do."""

    def show_choices(self, parameters: Parameters, *, enabled: frozenset[str]) -> None:
        """Show the region and the buttons of a scan; ``enabled`` names units, and the overlay."""

    def show_networks(self, networks: Sequence[Metadata], chosen: str | None) -> None:
        """List networks; ``chosen`` is a network's name, or None where all of them are taken."""

    def show_cost(self, cost: Answer) -> None:
        """Show a network's cost on this computer, as the worker estimates it."""

    def show_run(self, network: str, seconds: float) -> None:
        """Show a network's last duration, and keep it."""

    def show_button(self, state: ButtonState, *, is_enabled: bool) -> None:
        """Show the button *Segment*, or *Cancel* with the progress bar."""

    def show_progress(self, fraction: float, doing: str) -> None:
        """Show progress, 0 to 1, and the present step."""

    def measure(self, inputs: object | None, table: Node | None) -> None:
        """Measure the inputs into a table; nothing where None."""

    def forget(self) -> None:
        """Let go of all measured nodes, before the scene is closed."""

    def choose_when_measured(self, muscle: int) -> None:
        """Choose a muscle, by its label value, as soon as it is measured."""

    def save_for_undo(self, segmentation: Node) -> None:
        """Save a segmentation's state before it is written over."""


class Scene(Protocol):
    """Slicer's scene, as ``slicer_scene`` has it."""

    def is_present(self, node: Node) -> bool:
        """Return whether a node is in the scene."""

    def has_voxels(self, scan: Node) -> bool:
        """Return whether a volume has voxels with a single number each."""

    def voxels_digest(self, scan: Node) -> str:
        """Return a digest of a volume's voxels. Raises MuscleSegError without any."""

    def geometry_of(self, scan: Node) -> Geometry:
        """Return a volume's grid as it lies now."""

    def export_volume(self, scan: Node, path: Path) -> None:
        """Write a volume. Raises MuscleSegError where it cannot be read or written."""

    def temporary_folder(self) -> TemporaryFolder:
        """Make a folder for a job."""

    def show_in_views(self, scan: Node) -> None:
        """Show a volume in the slice views. Raises MuscleSegError without voxels."""

    def show_overlay(self, scan: Node, ff: Node | None, *, unit: MapUnit | None) -> None:
        """Show a fat fraction over a scan, or remove it. Raises MuscleSegError without voxels."""

    def show_alone(self, segmentation: Node) -> None:
        """Show a segmentation, and hide the muscles of all others."""

    def hide_others(self, scan: Node) -> None:
        """Hide the muscles of other scans."""

    def likely_scan(self) -> Any:
        """Return the only volume that is no likely map, or None."""

    def segmentation_of(self, scan: Node | None) -> Any:
        """Return the newest segmentation that MuscleSeg made of a scan, or None."""

    def region_of(self, segmentation: Node | None) -> str:
        """Return the region of a segmentation's muscles, "" where unknown."""

    def wanted_region(self, segmentation: Node | None, scan: Node | None) -> str:
        """Return the region to segment in a scan, that of its chosen segmentation; "" where unknown."""

    def inputs_of(self, parameters: Parameters) -> object | None:
        """Return the inputs of the measurement, or None where any is missing."""

    def new_table(self) -> Any:
        """Return a new table node."""

    def may_be_written(self, segmentation: Node, region: str, *, reference: Node) -> bool:
        """Return whether no work of a person is lost where a network's muscles replace a segmentation's."""

    def new_result(self) -> Any:
        """Return a new segmentation."""

    def write_result(self, segmentation: Node, labels: Volume, region: str, answer: Answer, *, reference: Node) -> None:
        """Write label values, [k, j, i] uint8, into a segmentation with their names, and keep their origin."""

    def proposed_maps(self) -> Mapping[str, Any]:
        """Return the volumes that are likely maps, by role."""

    def sources_of(self, ff: Node | None) -> str:
        """Return the identifiers of the images that a fat fraction was computed of, "" for any other."""

    def computed_fat_fraction(self, fat: Node, water: Node, ff: Node | None) -> Any:
        """Return the fat fraction of two images, in ``ff`` if given. Raises MuscleSegError where they differ."""


@contextlib.contextmanager
def errors_shown(view: View, section: Section) -> Iterator[None]:
    """Show the sentence of an error that a person can put right; any other error goes on to Slicer's log."""
    try:
        yield
    except MuscleSegError as error:
        view.warn(section, error.message)
