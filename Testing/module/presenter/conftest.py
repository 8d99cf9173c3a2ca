"""A person at a panel without Slicer: a view and a scene that take note, and the real client of a pretended worker."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Geometry, Volume, write_labels
from MuscleSegLib.worker import Client
from MuscleSegPanel.jobs import Jobs
from MuscleSegPanel.presenter import Presenter
from MuscleSegPanel.propagating import Propagating
from Testing.module.presenter.corrections import GRID as SIX_SLICES
from Testing.module.presenter.corrections import Corrections
from Testing.module.presenter.fakes import GRID, THIGH, FakeNode, FakeParameters, FakeScene, FakeView, network_list
from Testing.worker.conftest import PretendedProcess


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


@pytest.fixture
def at_work(desk: Desk) -> Desk:
    """A person at the gracilis of a scan of six slices, which is corrected in the first and in the fourth."""
    desk.corrections = Corrections(desk)
    scan = desk.choose_scan(geometry=SIX_SLICES)
    desk.choose(segmentation=desk.scene.add("muscles", region="thigh", scan=scan), muscle=3)
    desk.settle()
    desk.corrections.by_muscle = {3: [0, 3]}
    desk.propagating = Propagating(
        desk.jobs,
        desk.view,
        desk.scene,
        parameters=lambda: desk.presenter.parameters,
        is_installed=lambda: desk.is_installed,
        bundles=lambda: desk.available,
    )
    return desk
