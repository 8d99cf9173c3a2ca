"""The panel as a whole: the view of the presenter, which decides what follows from what."""

from collections.abc import Mapping

import slicer

from MuscleSegLib.biomarkers import MapUnit
from MuscleSegPanel import dependencies, slicer_scene
from MuscleSegPanel.arrivals import Arrivals
from MuscleSegPanel.background import Background
from MuscleSegPanel.improve_memory import ImproveMemory
from MuscleSegPanel.improve_section import ImproveSection
from MuscleSegPanel.improving import Improving
from MuscleSegPanel.installing import InstallSection
from MuscleSegPanel.interfaces import Section
from MuscleSegPanel.jobs import Jobs
from MuscleSegPanel.map_inputs import MapsSection
from MuscleSegPanel.network_section import NetworkSection
from MuscleSegPanel.parameters import Parameters
from MuscleSegPanel.presenter import Presenter
from MuscleSegPanel.process import ProcessClient
from MuscleSegPanel.propagating import Propagating
from MuscleSegPanel.review import Review
from MuscleSegPanel.scan_section import ScanSection
from MuscleSegPanel.sections import Sections
from MuscleSegPanel.slices_section import SlicesSection
from MuscleSegPanel.three_d import ThreeDButton


class Panel:
    """The sections, each of which shows a part (``interfaces.View``), and Slicer's events."""

    def __init__(self, ui: object) -> None:
        self.background = Background(ProcessClient())
        self.jobs = Jobs(ProcessClient(), slicer_scene, self.background)
        self.presenter = presenter = Presenter(self, slicer_scene, self.jobs, is_installed=_is_installed)
        self.propagating = Propagating(
            self.jobs, self, slicer_scene, parameters=lambda: presenter.parameters, is_installed=_is_installed
        )
        self.improve = ImproveSection(ui)
        self.improving = Improving(
            self.jobs,
            self.background,
            self,
            slicer_scene,
            parameters=lambda: presenter.parameters,
            is_installed=_is_installed,
            on_network=presenter.take_network,
            memory=ImproveMemory(),
            ask_folder=self.improve.ask_folder,
        )
        self.improve.connect(self.improving)
        self.arrivals = Arrivals(presenter.take_arrived)
        self.sections = Sections(ui)
        self.installing = InstallSection(ui, presenter.take_installed)
        self.scan = ScanSection(ui, presenter.choose_region)
        self.three_d = ThreeDButton(ui)
        self.network = NetworkSection(ui, on_network=presenter.choose_network, on_segment=presenter.segment)
        self.slices = SlicesSection(ui, self.propagating)
        self.maps = MapsSection(ui, on_propose=presenter.propose_maps)
        self.review = Review(
            ui,
            on_measured=presenter.take_measured,
            on_error=presenter.maps.refuse_unit,
            on_choice=presenter.choose_muscle,
            on_shown=self.propagating.show,
        )
        self._messages = {
            "scan": self.scan.message,
            "network": self.network.message,
            "maps": self.maps.message,
            "correction": self.review.correction.message,
            "improving": self.improve.message,
            "results": self.review.results.message,
        }
        self.show_networks = self.network.show_networks
        self.show_cost, self.show_run = self.network.show_cost, self.network.show_run
        self.show_button, self.show_progress = self.network.show_button, self.network.show_progress
        self.show_slices, self.show_slices_progress = self.slices.show, self.slices.show_progress
        self.show_improving, self.show_improving_progress = self.improve.show, self.improve.show_progress
        self.measure, self.forget = self.review.show, self.review.forget
        self.choose_when_measured = self.review.choose_when_measured
        self.save_for_undo = self.review.correction.save_for_undo
        self.segment, self.let_go = presenter.segment, presenter.let_go
        presenter.segmenting.allow(False)
        self.propagating.show()
        self.improving.show()

    @property
    def parameters(self) -> Parameters | None:
        """Parameters that are shown."""
        return self.presenter.parameters

    @property
    def map_units(self) -> Mapping[str, MapUnit]:
        """The units that maps were measured in, by map; none while there is no table."""
        return self.review.map_units

    def tell(self, sentence: str, *, section: Section) -> None:
        """Say what happened."""
        self._messages[section].tell(sentence)

    def warn(self, sentence: str, *, section: Section) -> None:
        """Say what went wrong, and what to do."""
        self._messages[section].warn(sentence)

    def show_choices(self, parameters: Parameters, *, enabled: frozenset[str]) -> None:
        """Show what is chosen, and enable the widgets of the named parameters."""
        self.scan.show(parameters, can_have_companion="companion" in enabled)
        self.network.show_images(2 if parameters.companion is not None and "companion" in enabled else 1)
        self.maps.enable(enabled)
        self.three_d.show(parameters.segmentation)
        self.improving.show()

    def show(self, parameters: Parameters | None) -> None:
        """Show a scene's parameters as they are, or nothing."""
        self.arrivals.forget()
        self.presenter.show(parameters)

    def follow(self) -> None:
        """Do what follows from changed parameters, at once or at the end of a batch."""
        if not slicer.mrmlScene.IsBatchProcessing():
            self.presenter.follow()

    def enter(self) -> None:
        """Get ready: the worker starts, so that the first segmentation does not wait for it."""
        self.presenter.is_entered = True
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
        self.presenter.is_entered = False
        self.review.exit()

    def close_scene(self) -> None:
        """Stop what works on nodes that are about to go."""
        self.arrivals.forget()
        self.propagating.cancel()
        self.presenter.close_scene()

    def stop(self) -> None:
        """End everything, the worker too."""
        self.review.measuring.stop()
        self.review.correction.stop()
        self.review.plots.stop()
        self.background.stop()
        self.jobs.stop()


def _is_installed() -> bool:
    return not dependencies.missing()
