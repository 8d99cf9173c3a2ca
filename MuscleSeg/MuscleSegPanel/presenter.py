"""Presenter of the panel: segments, shows, measures and tells as a person's choices demand; no Qt, no Slicer.

What a person chooses is written to the parameter node, and what follows from it is done when the node says that it has
changed. A scene that is loaded only shows what is in it: nobody has chosen anything then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.biomarkers import MAP_UNITS
from MuscleSegLib.bundle import Available, Metadata, available_bundles
from MuscleSegLib.inference import AUTO
from MuscleSegLib.translatable import _
from MuscleSegLib.worker import CostJob
from MuscleSegLib.worker.messages import RegionChoice, RegionName
from MuscleSegPanel.companion_choice import CompanionChoice
from MuscleSegPanel.interfaces import Node, Scene, Section, View, errors_shown
from MuscleSegPanel.jobs import Jobs, SegmentationRequest
from MuscleSegPanel.map_choices import ROLES, MapChoices, unit_of
from MuscleSegPanel.region_search import RegionSearch
from MuscleSegPanel.segmenting import Segmenting

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters

_UNITS = tuple(map(unit_of, MAP_UNITS))

_FOLLOWED = ("scan", "companion", "region", "region_is_found", "network", "segmentation", "overlay", *ROLES, *_UNITS)
"""Parameters from which something follows."""

_MEASURED = frozenset({"scan", "region", "segmentation", *MAP_UNITS, *_UNITS})

_SECTIONS: tuple[Section, ...] = ("scan", "network", "maps", "correction", "results")


class Presenter:
    """Sections do not know each other: what is chosen in one and shown in another goes through here."""

    def __init__(
        self,
        view: View,
        scene: Scene,
        jobs: Jobs,
        *,
        is_installed: Callable[[], bool],
        bundles: Callable[[], Available] = available_bundles,
    ) -> None:
        """Present nothing yet.

        Args:
            view: The panel.
            scene: Slicer's.
            jobs: The worker's.
            is_installed: Returns whether the packages for segmenting are there.
            bundles: Returns the networks.
        """
        self.parameters: Parameters | None = None
        self.is_entered = False
        self.maps, self.companion = MapChoices(view, scene), CompanionChoice(view, scene)
        self.segmenting = Segmenting(
            jobs,
            view,
            scene,
            notes=lambda: [note for network in self._networks for note in network.notes],
            on_result=self._on_result,
        )
        self._view, self._scene, self._jobs = view, scene, jobs
        self._is_installed, self._bundles = is_installed, bundles
        self._region_search = RegionSearch(jobs, view, scene, lambda: self.parameters)
        self._networks: list[Metadata] = []
        self._network = ""
        self._seen: dict[str, Any] = {}
        self._is_following = False

    def show(self, parameters: Parameters | None) -> None:
        """Show a scene's parameters as they are, or nothing."""
        self.parameters = parameters
        self._clear_messages()
        if parameters is None:
            self._view.forget()
            return
        self._seen = self._snapshot(parameters)
        self._list_networks(parameters)
        self._view.choose_when_measured(parameters.muscle)
        self._measure(parameters)
        self._show(parameters)
        if parameters.scan is None:
            parameters.scan = self._scene.likely_scan()
        elif not parameters.region:
            self._find_region(parameters)

    def follow(self) -> None:
        """Do what follows from what has changed in the parameters."""
        if self.parameters is None or self._is_following:
            return
        self._is_following = True
        try:
            while changed := self._changed(self.parameters):
                self._follow(self.parameters, changed)
        finally:
            self._is_following = False

    def let_go(self, node: Node) -> None:
        """Choose a node no longer, since it is about to be removed."""
        for name in ("scan", "companion", "segmentation", *ROLES) if self.parameters is not None else ():
            if getattr(self.parameters, name) is node:
                setattr(self.parameters, name, None)

    def close_scene(self) -> None:
        """Stop what works on nodes that are about to go."""
        self.segmenting.cancel()
        self.show(None)

    def segment(self) -> None:
        """Start segmenting, or stop it."""
        self.segmenting.press(self._request)

    def choose_region(self, region: str) -> None:
        """Take the region that a person chose."""
        parameters = self.parameters
        if parameters is not None:
            if parameters.scan is None or self._scene.has_voxels(parameters.scan):
                self._view.tell("", section="scan")
            parameters.region_is_found = False
            parameters.region = region
            self._show(parameters)  # the button that was pressed already has come up

    def choose_muscle(self, value: int) -> None:
        """Take the muscle that is chosen, by its label value, 0 for none."""
        if self.parameters is not None:
            self.parameters.muscle = value

    def choose_network(self, name: str) -> None:
        """Take the network that a person chose."""
        self._network = name
        if self.parameters is not None:
            self.parameters.network = name

    def take_network(self, region: str, name: str) -> bool:
        """List the networks anew, choose a new one where its region is chosen, and return whether that is so."""
        parameters = self.parameters
        if parameters is None:
            return False
        if parameters.region == region:
            self.choose_network(name)
        self._list_networks(parameters)
        return self._network == name

    def propose_maps(self) -> None:
        """Fill the roles without a map."""
        if self.parameters is not None and self.parameters.scan is not None:
            self.maps.propose(self.parameters)

    def take_arrived(self, volumes: Sequence[Node]) -> None:
        """Propose what was loaded while the panel is open, as it is done with a scene that is there before."""
        if self.parameters is None or not self.is_entered:
            return
        if self.parameters.scan is None:
            self.parameters.scan = self._scene.likely_scan()
        else:
            self.maps.propose(self.parameters, among=volumes)
            self.companion.propose(self.parameters, among=volumes)

    def take_measured(self) -> None:
        """Show the overlay anew, in the unit that its map was measured in."""
        if self.parameters is not None and self.parameters.overlay and self._view.map_units:
            self.maps.show_overlay(self.parameters)

    def take_installed(self) -> None:
        """Go on with what waited for packages."""
        self._jobs.warm()
        if self.parameters is not None:
            self._list_networks(self.parameters)
            self._show(self.parameters)
            if self.parameters.scan is not None and not self.parameters.region:
                self._find_region(self.parameters)

    def _follow(self, parameters: Parameters, before: dict[str, Any]) -> None:
        changed = set(before)
        if "scan" in changed:
            self._on_scan(parameters, had_another=bool(before["scan"]))
        self.companion.follow(parameters, changed)
        if "segmentation" in changed:
            self._on_segmentation(parameters)
        if "segmentation" in changed and parameters.segmentation is not None:
            self._scene.show_alone(parameters.segmentation)
        elif before.get("scan") and parameters.scan is not None:
            self._scene.hide_others(parameters.scan)
        if changed & {"scan", "region"}:
            self._list_networks(parameters)
        self.maps.follow(parameters, changed, replaced=[name for name in MAP_UNITS if before.get(name)])
        if changed & _MEASURED:
            self._measure(parameters)
        if changed & {"scan", "ff", "overlay"} and (parameters.overlay or "overlay" in changed):
            self.maps.show_overlay(parameters)
        self._show(parameters)

    def _on_segmentation(self, parameters: Parameters) -> None:
        """Forget what was said and chosen in another one, and take the region of this one."""
        self._view.tell("", section="network")
        parameters.muscle = 0
        if parameters.region != AUTO:
            wanted = self._scene.wanted_region(parameters.segmentation, parameters.scan)
            parameters.region = wanted or parameters.region

    def _on_scan(self, parameters: Parameters, *, had_another: bool) -> None:
        """Begin with a scan: its region, its maps, its own segmentation. Those of another one are none of its."""
        self._clear_messages()
        parameters.region, parameters.region_is_found = "", False
        if had_another or parameters.segmentation is None:
            parameters.segmentation = self._scene.segmentation_of(parameters.scan)
        for role in ("companion", *ROLES) if had_another else ():
            setattr(parameters, role, None)
        if parameters.scan is not None:
            with errors_shown(self._view, "scan"):
                self._scene.show_in_views(parameters.scan)
                self.maps.propose(parameters)
                self.companion.propose(parameters)
                self._find_region(parameters)

    def _find_region(self, parameters: Parameters) -> None:
        self._region_search.start(parameters, is_installed=self._is_installed())

    def _show(self, parameters: Parameters) -> None:
        companion = {"companion"} if parameters.scan is not None and self._takes_companions() else set()
        self._view.show_choices(parameters, enabled=self.maps.enabled(parameters) | companion)
        can_start = parameters.scan is not None and bool(parameters.region) and self._scene.has_voxels(parameters.scan)
        self.segmenting.allow(can_start and self._is_installed())

    def _changed(self, parameters: Parameters) -> dict[str, Any]:
        """Return what the parameters were that are not as they were when this was asked last."""
        before, self._seen = self._seen, self._snapshot(parameters)
        return {name: before.get(name) for name, value in self._seen.items() if value != before.get(name)}

    def _snapshot(self, parameters: Parameters) -> dict[str, Any]:
        values = {name: getattr(parameters, name) for name in _FOLLOWED}
        return {name: value.GetID() if hasattr(value, "GetID") else value for name, value in values.items()}

    def _clear_messages(self) -> None:
        """Say nothing of another scan or scene any more."""
        for section in _SECTIONS:
            self._view.tell("", section=section)

    def _list_networks(self, parameters: Parameters) -> None:
        """List the region's networks, or where the scan's slices show the region, the default of each."""
        available, is_automatic = self._bundles(), parameters.region == AUTO
        regions = [region.name for region in REGIONS] if is_automatic else [parameters.region]
        by_region = [[b.metadata for b in available.bundles if b.metadata.region == region] for region in regions]
        self._networks = [network for networks in by_region for network in networks[: 1 if is_automatic else None]]
        names = [network.name for network in self._networks]
        chosen = parameters.network if parameters.network in names else next(iter(names), "")
        self._network = "" if is_automatic else chosen
        self._view.show_networks(self._networks, None if is_automatic else chosen)
        for bundle in available.unusable:
            sentence = _("The network in {folder} cannot be used: {reason}")
            self._view.tell(sentence.format(folder=bundle.folder, reason=bundle.reason), section="network")
        if self._is_installed():
            costs = [CostJob(cast(RegionName, network.region), network.name) for network in self._networks]
            self._jobs.ask_costs(costs, self._view.show_cost)

    def _takes_companions(self) -> bool:
        """Return whether the networks that segment take several images; one from elsewhere may take a single one."""
        return all(network.takes_companions for network in self._networks if self._network in ("", network.name))

    def _request(self) -> SegmentationRequest:
        """Return what is chosen now. Whether the segmentation may be written over is seen when the result is there."""
        parameters = self.parameters
        assert parameters is not None
        companions = [parameters.companion] if parameters.companion is not None and self._takes_companions() else []
        return SegmentationRequest(
            scan=parameters.scan,
            segmentation=parameters.segmentation,
            region=cast(RegionChoice, parameters.region),
            network=self._network,
            device=parameters.device.value,
            legs=parameters.legs.value,
            voxels=self._scene.voxels_digest(parameters.scan),
            companions={node: self._scene.voxels_digest(node) for node in companions},
        )

    def _on_result(self, request: SegmentationRequest, node: Node) -> bool:
        """Choose what a network drew, and return whether it is of the scan that is chosen now."""
        parameters = self.parameters
        if parameters is None or parameters.scan is not request.scan:
            return False
        if parameters.segmentation is node:
            self._measure(parameters)
        parameters.segmentation = node
        return True

    def _measure(self, parameters: Parameters) -> None:
        chosen = self._scene.inputs_of(parameters)
        if chosen is not None and parameters.table is None:
            parameters.table = self._scene.new_table()
        self.maps.allow_units()
        self._view.measure(chosen, parameters.table)
