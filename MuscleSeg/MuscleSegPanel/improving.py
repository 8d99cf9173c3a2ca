"""Improvement of a network by corrected scans, from their folder to the decision on the new one; no Qt, no Slicer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from MuscleSegLib.anatomy import REGIONS, region_word
from MuscleSegLib.bundle import Available, Metadata, available_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.corrected_scans import list_cases
from MuscleSegLib.translatable import _
from MuscleSegLib.worker import AdaptJob, ConcludeJob, Handlers
from MuscleSegLib.worker.messages import RegionName
from MuscleSegPanel.background import Background
from MuscleSegPanel.collecting import collect
from MuscleSegPanel.interfaces import Answer, ImprovingShown, ImprovingState, Scene, View, errors_shown
from MuscleSegPanel.jobs import Jobs

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters

MINUTES = 15.0
"""Time that an improvement is given on this computer."""

_NUMBERED = re.compile(r"-improved-\d+$")
_LONGEST_BASE = 60  # letters of the parent's name in the new one


class Memory(Protocol):
    """What this computer remembers from scene to scene."""

    def folders(self) -> Sequence[str]:
        """Return the folders that somebody chose here, the latest first."""
        ...

    def keep_folder(self, folder: str) -> None:
        """Remember a folder that was chosen."""
        ...

    def minutes(self, network: str) -> float | None:
        """Return the minutes of the last improvement of a network here, None before the first."""
        ...

    def keep_minutes(self, network: str, minutes: float) -> None:
        """Remember the minutes of an improvement."""
        ...


class Improving:
    """The work of the section *Improve*."""

    def __init__(
        self,
        jobs: Jobs,
        background: Background,
        view: View,
        scene: Scene,
        *,
        parameters: Callable[[], Parameters | None],
        is_installed: Callable[[], bool],
        on_network: Callable[[str, str], bool],
        memory: Memory,
        ask_folder: Callable[[], str],
        bundles: Callable[[], Available] = available_bundles,
    ) -> None:
        """Improve nothing yet.

        Args:
            jobs: The worker's.
            background: Takes the improvement.
            view: For the section *Improve*.
            scene: Slicer's.
            parameters: Returns what is chosen.
            is_installed: Returns whether the packages for it are there.
            on_network: Called with the region and the name of a new network that is to be used; returns whether it is
                chosen now.
            memory: What this computer remembers.
            ask_folder: Asks for the folder of corrected scans; returns it, or an empty text.
            bundles: Returns the networks.
        """
        self._jobs, self._background, self._view, self._scene = jobs, background, view, scene
        self._parameters, self._is_installed, self._bundles = parameters, is_installed, bundles
        self._on_network, self._memory, self._ask_folder = on_network, memory, ask_folder
        self._state: ImprovingState = "idle"
        self._result: Answer | None = None
        self._start = 0.0

    def show(self) -> None:
        """Show how many scans there are, what can be done with them, and what came of it."""
        parameters, folder = self._parameters(), self._folder()
        is_free = self._state == "idle"
        region = self._region(parameters) if parameters is not None else ""
        count, summary = self._summary(folder, region)
        has_muscles = parameters is not None and parameters.scan is not None and parameters.segmentation is not None
        self._view.show_improving(
            ImprovingShown(
                folder=folder,
                summary=summary,
                state=self._state,
                can_add=is_free and has_muscles,
                can_improve=is_free and count > 0 and self._is_installed(),
                result=self._result,
            )
        )

    def choose_folder(self) -> bool:
        """Ask for the folder of corrected scans, and return whether one was chosen."""
        folder, parameters = self._ask_folder(), self._parameters()
        if folder and parameters is not None:
            self._memory.keep_folder(folder)
            parameters.corrected_folder = folder
            self.show()
        return bool(folder)

    def add(self) -> None:
        """Write the chosen scan and its corrected muscles into the folder, which is asked for where none is chosen."""
        if self._state != "idle":
            return
        with errors_shown(self._view, "improving"):
            parameters = self._parameters()
            if parameters is None or parameters.scan is None or parameters.segmentation is None:
                return
            region = self._required_region(parameters)
            if not self._folder() and not self.choose_folder():
                return
            parameters.corrected_folder = folder = self._folder()
            was_there = collect(
                Path(folder),
                region,
                scan=parameters.scan,
                segmentation=parameters.segmentation,
                companion=parameters.companion,
                scene=self._scene,
            )
            sentence = _("{scan} is among the corrected scans. Its images stay on this computer, in {folder}.")
            if was_there:
                sentence = _("{scan} was among the corrected scans: it is there now as you see it, in {folder}.")
            self._view.tell(sentence.format(scan=parameters.scan.GetName(), folder=folder), section="improving")
        self.show()

    def press(self) -> None:
        """Let a network learn from the corrected scans, or stop that."""
        if self._state == "running":
            self._state = "canceling"
            self.show()
            self._background.cancel()
        elif self._state == "idle":
            with errors_shown(self._view, "improving"):
                self._begin()

    def use(self) -> None:
        """Put the better network among the user's, and choose it."""
        self._conclude(is_used=True)

    def discard(self) -> None:
        """Remove the better network."""
        self._conclude(is_used=False)

    def _begin(self) -> None:
        parameters, folder = self._parameters(), self._folder()
        if parameters is None or not folder:
            return
        region = self._required_region(parameters)
        networks = [bundle.metadata for bundle in self._bundles().bundles]
        parent = _parent(region, parameters.network, networks)
        name = improved_name(parent, (network.name for network in networks))
        parameters.corrected_folder = folder
        self._result, self._start = None, time.monotonic()
        self._view.tell("", section="improving")
        self._view.show_improving_progress(0.0, _("Starting"))
        self._state = "running"
        job = AdaptJob(cast(RegionName, region), Path(folder), name, parent, MINUTES)
        self._background.begin(
            job, Handlers(self._view.show_improving_progress, self._done, self._failed, self._canceled)
        )
        self.show()

    def _done(self, answer: Answer) -> None:
        self._state, self._result = "idle", answer
        minutes = (time.monotonic() - self._start) / 60
        if minutes > 1:  # otherwise it was done before, and only shown again
            self._memory.keep_minutes(answer["parent"], minutes)
        self._view.tell("", section="improving")
        self.show()

    def _failed(self, sentence: str) -> None:
        self._state = "idle"
        self._view.warn(sentence, section="improving")
        self.show()

    def _canceled(self) -> None:
        self._state = "idle"
        self._view.tell(_("Stopped: press Improve again, and it goes on from there."), section="improving")
        self.show()

    def _conclude(self, *, is_used: bool) -> None:
        result = self._result
        if result is None or self._state != "idle":
            return
        self._state = "deciding"
        self.show()
        job = ConcludeJob(str(result["name"]), is_used)
        self._jobs.conclude(job, done=partial(self._concluded, result, is_used), failed=self._failed)

    def _concluded(self, result: Answer, is_used: bool, _answer: Answer) -> None:
        self._state, self._result = "idle", None
        name, parent = str(result["name"]), str(result["parent"])
        sentence = _("{name} was discarded: {parent} stays as it was.")
        if is_used and self._on_network(str(result["region"]), name):
            sentence = _("{name} is chosen in the list Network. To go back, choose {parent} there.")
        elif is_used:
            sentence = _("{name} is in the list Network of its region. To go back, choose {parent} there.")
        self._view.tell(sentence.format(name=name, parent=parent), section="improving")
        self.show()

    def _folder(self) -> str:
        """Return the folder of corrected scans, or an empty text.

        A scene tells it only where somebody chose it on this computer: one from elsewhere would have images of patients
        written where its author wants them.
        """
        parameters, folders = self._parameters(), self._memory.folders()
        wanted = parameters.corrected_folder if parameters is not None else ""
        return wanted if wanted in folders else next(iter(folders), "")

    def _region(self, parameters: Parameters) -> str:
        """Return the region whose network learns: the chosen one, or that of the muscles, or "" where it is neither."""
        names = [region.name for region in REGIONS]
        wanted = (parameters.region, self._scene.region_of(parameters.segmentation))
        return next((region for region in wanted if region in names), "")

    def _required_region(self, parameters: Parameters) -> str:
        region = self._region(parameters)
        if not region:
            raise MuscleSegError(_("A network learns the muscles of one region: choose Thigh or Calf above."))
        return region

    def _summary(self, folder: str, region: str) -> tuple[int, str]:
        """Return the number of corrected scans, and a sentence on them."""
        if not folder or not region:
            return 0, ""
        try:
            count = len(list_cases(Path(folder), region))
        except MuscleSegError as error:
            return 0, error.message
        except OSError as error:
            sentence = _("{folder} cannot be read: {reason}")
            return 0, sentence.format(folder=folder, reason=error.strerror or str(error))
        if not count:
            sentence = _("No corrected scan of the {region} yet: correct some slices, and add the scan.")
            return 0, sentence.format(region=region_word(region))
        sentence = _("{count} corrected scans of the {region}, about {minutes} minutes")
        if count == 1:
            sentence = _("1 corrected scan of the {region}, about {minutes} minutes")
        fields = {"count": str(count)} if count > 1 else {}
        return count, sentence.format(**fields, region=region_word(region), minutes=str(self._minutes(region)))

    def _minutes(self, region: str) -> int:
        parameters = self._parameters()
        networks = [bundle.metadata for bundle in self._bundles().bundles]
        parent = _parent(region, parameters.network if parameters is not None else "", networks)
        return max(2, round(self._memory.minutes(parent) or MINUTES))


def improved_name(parent: str, taken: Iterable[str]) -> str:
    """Return the first free name of a network that is made of another: the same until one has it, so that it resumes.

    Args:
        parent: Name of the other network.
        taken: Names of all networks.
    """
    base, names = _NUMBERED.sub("", parent)[:_LONGEST_BASE], set(taken)
    number = 1
    while f"{base}-improved-{number}" in names:
        number += 1
    return f"{base}-improved-{number}"


def _parent(region: str, chosen: str, networks: Iterable[Metadata]) -> str:
    """Return the name of the network that learns: the chosen one, or the default for one of fine muscles."""
    names = [network.name for network in networks if network.label_set == region]
    return chosen if chosen in names else next(iter(names), "")
