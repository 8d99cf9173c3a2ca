"""The panel as a whole: its sections do not know each other, and meet in the parameter node.

What a person chooses is written to the parameter node, and what follows from it is done when the node says that it has
changed. A scene that is loaded only shows what is in it: nobody has chosen anything then.
"""

from collections.abc import Sequence
from typing import Any

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.bundle import available_bundles
from MuscleSegLib.scene.views import show_in_views
from MuscleSegLib.scene.volumes import has_voxels, voxels_digest
from MuscleSegLib.worker import CostJob
from MuscleSegPanel import dependencies, inputs
from MuscleSegPanel.arrivals import Arrivals
from MuscleSegPanel.installing import InstallSection
from MuscleSegPanel.jobs import Jobs, SegmentationRequest
from MuscleSegPanel.map_inputs import ROLES, MapsSection, unit_of
from MuscleSegPanel.network_section import NetworkSection, default_networks
from MuscleSegPanel.parameters import AUTOMATIC_REGION, UNITS, Parameters
from MuscleSegPanel.region_search import RegionSearch
from MuscleSegPanel.review import Review
from MuscleSegPanel.scan_section import ScanSection
from MuscleSegPanel.sections import Sections
from MuscleSegPanel.segmenting import Segmenting
from MuscleSegPanel.three_d import ThreeDButton
from MuscleSegPanel.translation import translated

_FOLLOWED = ("scan", "region", "region_is_found", "network", "segmentation", "overlay", *ROLES, *map(unit_of, UNITS))
"""Parameters from which something follows."""

_MEASURED = frozenset({"scan", "region", "segmentation", *UNITS, *map(unit_of, UNITS)})


class Panel:
    """The sections, the worker, and what follows from what."""

    def __init__(self, ui: object) -> None:
        self._parameters: Parameters | None = None
        self._seen: dict[str, Any] = {}
        self._is_following = False
        self._is_entered = False
        self.arrivals = Arrivals(self._on_arrived)
        self.jobs = Jobs()
        self.sections = Sections(ui)
        self.installing = InstallSection(ui, self._on_installed)
        self.scan = ScanSection(ui, self._choose_region)
        self._region_search = RegionSearch(self.jobs, self.scan.message, lambda: self._parameters)
        self.three_d = ThreeDButton(ui)
        self.network = NetworkSection(ui, on_network=self._choose_network, on_segment=self.segment)
        self.maps = MapsSection(ui, on_propose=self._propose)
        self.review = Review(
            ui, on_measured=self._show_overlay_anew, on_error=self.maps.refuse_unit, on_choice=self._choose_muscle
        )
        self.segmenting = Segmenting(
            self.jobs, self.network, self._on_result, save_for_undo=self.review.correction.save_for_undo
        )

    @property
    def parameters(self) -> Parameters | None:
        """What is shown."""
        return self._parameters

    def show(self, parameters: Parameters | None) -> None:
        """Show a scene's parameters as they are, or nothing."""
        self._parameters = parameters
        self._clear_messages()
        self.arrivals.forget()
        if parameters is None:
            self.review.forget()
            return
        self._seen = self._snapshot()
        self._list_networks()
        self.review.choose_when_measured(parameters.muscle)
        self._measure()
        self._show()
        if parameters.scan is None:
            parameters.scan = inputs.likely_scan()
        elif not parameters.region:
            self._region_search.start()

    def follow(self) -> None:
        """Do what follows from what has changed in the parameters."""
        if self._parameters is None or self._is_following or slicer.mrmlScene.IsBatchProcessing():
            return
        self._is_following = True
        try:
            while changed := self._changed():
                self._follow(changed)
        finally:
            self._is_following = False

    def let_go(self, node: slicer.vtkMRMLNode) -> None:
        """Choose a node no longer, since it is about to be removed."""
        if self._parameters is not None:
            for name in ("scan", "segmentation", *ROLES):
                if getattr(self._parameters, name) is node:
                    setattr(self._parameters, name, None)

    def enter(self) -> None:
        """Get ready: the worker starts, so that the first segmentation does not wait for it."""
        self._is_entered = True
        self.arrivals.tell()
        self.installing.show()
        if not dependencies.missing() and not slicer.app.testingEnabled():
            self.jobs.warm()
        self.review.enter()

    def renew(self) -> None:
        """Get ready in a scene that was closed."""
        self.review.correction.renew()

    def exit(self) -> None:
        """Leave the views to other modules; what the worker does goes on."""
        self._is_entered = False
        self.review.exit()

    def close_scene(self) -> None:
        """Stop what works on nodes that are about to go."""
        self.segmenting.cancel()
        self.show(None)

    def stop(self) -> None:
        """End everything, the worker too."""
        self.review.measuring.stop()
        self.review.correction.stop()
        self.review.plots.stop()
        self.jobs.stop()

    def segment(self) -> None:
        """Start segmenting, or stop it."""
        self.segmenting.press(self._order)

    def _follow(self, before: dict[str, Any]) -> None:
        changed = set(before)
        if "scan" in changed:
            self._on_scan(had_another=bool(before["scan"]))
        if "segmentation" in changed:
            self._on_segmentation()
        if "segmentation" in changed and self._parameters.segmentation is not None:
            inputs.show_alone(self._parameters.segmentation)
        elif before.get("scan") and self._parameters.scan is not None:
            inputs.hide_others(self._parameters.scan)
        if changed & {"scan", "region"}:
            self._list_networks()
        if changed & set(ROLES):
            self.maps.forget_images(self._parameters)
        self.maps.forget_units(self._parameters, [name for name in UNITS if before.get(name)])
        if changed & {"ff", "fat", "water"}:
            self.maps.compute(self._parameters)
        if changed & _MEASURED:
            self._measure()
        if changed & {"scan", "ff", "overlay"} and (self._parameters.overlay or "overlay" in changed):
            self._show_overlay()
        self._show()

    def _show(self) -> None:
        self.scan.show(self._parameters)
        self.maps.show(self._parameters)
        self.three_d.show(self._parameters.segmentation)
        scan = self._parameters.scan
        can_start = scan is not None and bool(self._parameters.region) and has_voxels(scan)
        self.network.allow(can_start and not dependencies.missing())

    def _changed(self) -> dict[str, Any]:
        """Return what the parameters were that are not as they were when this was asked last."""
        before, self._seen = self._seen, self._snapshot()
        return {name: before.get(name) for name, value in self._seen.items() if value != before.get(name)}

    def _snapshot(self) -> dict[str, Any]:
        values = {name: getattr(self._parameters, name) for name in _FOLLOWED}
        return {name: value.GetID() if hasattr(value, "GetID") else value for name, value in values.items()}

    def _on_segmentation(self) -> None:
        """Forget what was said and chosen in another one, and take the region of this one."""
        parameters = self._parameters
        self.network.message.tell("")
        parameters.muscle = 0
        if parameters.region != AUTOMATIC_REGION:
            parameters.region = inputs.wanted_region(parameters.segmentation, parameters.scan) or parameters.region

    def _on_scan(self, *, had_another: bool) -> None:
        """Begin with a scan: its region, its maps, its own segmentation. Those of another one are none of its."""
        parameters, scan = self._parameters, self._parameters.scan
        self._clear_messages()
        parameters.region, parameters.region_is_found = "", False
        if had_another or parameters.segmentation is None:
            parameters.segmentation = inputs.segmentation_of(scan)
        for role in ROLES if had_another else ():
            setattr(parameters, role, None)
        if scan is not None:
            with self.scan.message.instead_of_errors():
                show_in_views(scan)
                self.maps.propose(parameters)
                self._region_search.start()

    def _choose_region(self, region: str) -> None:
        if self._parameters is not None:
            if self._parameters.scan is None or has_voxels(self._parameters.scan):
                self.scan.message.tell("")
            self._parameters.region_is_found = False
            self._parameters.region = region
            self._show()  # the button that was pressed already has come up

    def _choose_muscle(self, value: int) -> None:
        if self._parameters is not None:
            self._parameters.muscle = value

    def _choose_network(self, name: str) -> None:
        if self._parameters is not None:
            self._parameters.network = name

    def _list_networks(self) -> None:
        available = available_bundles()
        if self._parameters.region == AUTOMATIC_REGION:
            self.network.show_together(networks := default_networks(available.bundles))
        else:
            everything = [bundle.metadata for bundle in available.bundles]
            networks = [network for network in everything if network.region == self._parameters.region]
            self.network.show_networks(networks, self._parameters.network)
        for one in available.unusable:
            told = _("The network in {folder} cannot be used: {reason}")
            self.network.message.tell(told.format(folder=one.folder, reason=translated(one.reason)))
        if not dependencies.missing():
            self.jobs.ask_costs([CostJob(network.region, network.name) for network in networks], self.network.show_cost)

    def _propose(self) -> None:
        if self._parameters is not None and self._parameters.scan is not None:
            self.maps.propose(self._parameters)

    def _on_arrived(self, nodes: Sequence[slicer.vtkMRMLScalarVolumeNode]) -> None:
        """Propose what was loaded while the panel is open, as it is done with a scene that is there before."""
        parameters = self._parameters
        if parameters is None or not self._is_entered:
            return
        if parameters.scan is None:
            parameters.scan = inputs.likely_scan()
        else:
            self.maps.propose(parameters, among=nodes)

    def _clear_messages(self) -> None:
        """Say nothing of another scan or scene any more."""
        for section in (self.scan, self.network, self.maps, self.review.correction, self.review.results):
            section.message.tell("")

    def _order(self) -> SegmentationRequest:
        """Return what is chosen now. Whether the segmentation may be written over is seen when the result is there."""
        parameters, network = self._parameters, self.network.chosen
        target, region = parameters.segmentation, parameters.region
        voxels = voxels_digest(parameters.scan)
        return SegmentationRequest(parameters.scan, target, region, network, parameters.device, parameters.legs, voxels)

    def _on_result(self, order: SegmentationRequest, node: slicer.vtkMRMLSegmentationNode) -> bool:
        """Choose what a network drew, and return whether it is of the scan that is chosen now."""
        parameters = self._parameters
        if parameters is None or parameters.scan is not order.scan:
            return False
        if parameters.segmentation is node:
            self._measure()
        parameters.segmentation = node
        return True

    def _measure(self) -> None:
        chosen = inputs.inputs_of(self._parameters)
        if chosen is not None and self._parameters.table is None:
            name = slicer.mrmlScene.GenerateUniqueName(_("Muscles"))
            self._parameters.table = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)
        self.maps.allow_units()
        self.review.show(chosen, self._parameters.table)

    def _show_overlay(self) -> None:
        self.maps.show_overlay(self._parameters, self.review.map_units.get("ff"))

    def _show_overlay_anew(self) -> None:
        if self._parameters is not None and self._parameters.overlay and self.review.map_units:
            self._show_overlay()

    def _on_installed(self) -> None:
        self.jobs.warm()
        if self._parameters is not None:
            self._list_networks()
            self._show()
            if self._parameters.scan is not None and not self._parameters.region:
                self._region_search.start()
