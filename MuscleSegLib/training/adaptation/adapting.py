"""Adaptation of a network to a user's corrected scans, from their files to a network that is taken or set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from MuscleSegLib.bundle import Adaptation, Bundle, read_bundle
from MuscleSegLib.errors import Canceled
from MuscleSegLib.inference.corrected_scans import CaseFiles, find_cases, require_different
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.training.adaptation.case_checks import check_case
from MuscleSegLib.training.adaptation.case_legs import ADDUCTOR, CaseLeg, incomplete_codes, leg_volume_of, legs_of
from MuscleSegLib.training.adaptation.cases import read_case
from MuscleSegLib.training.adaptation.folds import Fold, folds_of
from MuscleSegLib.training.adaptation.gates import Gate, held_out_gate, reason_to_refuse, rehearsed_gate
from MuscleSegLib.training.adaptation.parent import Parent, parent_of
from MuscleSegLib.training.adaptation.plan import Settings, configuration_of, planned_steps
from MuscleSegLib.training.adaptation.rehearsal import frozen_people, rehearsal_of
from MuscleSegLib.training.adaptation.state import Adapted, State
from MuscleSegLib.training.adaptation.trainer import CASES, AdaptationTrainer, volumes_of
from MuscleSegLib.training.adaptation.version import write_network, write_version
from MuscleSegLib.training.legs import LegVolume
from MuscleSegLib.translatable import _

CHECKED, REHEARSED, TRAINED = 0.05, 0.15, 0.92
"""Shares of the progress at which the scans are checked, the digital people ready, and all trainings done."""

TIMED_VOLUMES = 2
"""Number of training volumes of each kind that are made to measure how long it takes."""


@dataclass(frozen=True)
class Request:
    """Request of an adaptation.

    Attributes:
        bundle: Network that goes on learning; nothing in its folder is changed.
        cases: Folder of the corrected scans.
        name: Name of the new network.
        cache: Folder for digital people, which adaptations share.
        scheme: Label scheme of the corrected labels; our own codes where None.
        minutes: Time for all of it.
        settings: Further settings.
        installs: Whether a better network is put among the user's; otherwise ``conclude`` does it.
        begins_anew: Whether an unfinished adaptation of the same name to other scans makes way for this one.
    """

    bundle: Bundle
    cases: Path
    name: str
    cache: Path
    scheme: str | None = None
    minutes: float = 15.0
    settings: Settings = field(default_factory=Settings)
    installs: bool = True
    begins_anew: bool = False


def adapt(request: Request, progress: Progress = silent) -> Adapted:
    """Let a network go on learning from corrected scans, and take the result only if it is better.

    A call with the same request goes on where an earlier one was stopped, however it was, and ends with the same
    weights.

    Args:
        request: The request.
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: The network cannot learn here, the name is taken, or a scan cannot be learned from.
        Canceled: A signal asked to stop.
    """
    parent = parent_of(request.bundle)
    files = find_cases(request.cases, request.bundle.metadata.region)
    require_different(files)
    digests = [case.digest() for case in files]
    state = State(request.name)
    settings = {**asdict(request.settings), "minutes": request.minutes, "scheme": request.scheme}
    inputs = {"parent": request.bundle.metadata.sha256, "cases": digests, "settings": settings}
    state.require_usable(inputs, begins_anew=request.begins_anew)
    result = state.result()
    if result is None:
        legs = _checked_legs(request, files, part(progress, 0.0, CHECKED))
        folds, left_out = folds_of(legs)
        state.begin(inputs)
        result = _Adapting(request, parent, state, legs, folds, left_out).run(progress)
        state.keep(result)
    if not result.is_taken:
        state.set_aside()
    elif request.installs:
        state.install(result)
    progress(1.0, _("adapted"))
    return result


def _checked_legs(request: Request, files: Sequence[CaseFiles], progress: Progress) -> list[CaseLeg]:
    """Read the corrected scans, look at them with the network, and return their legs with labels."""
    legs: list[CaseLeg] = []
    for number, case_files in enumerate(files):
        progress(number / len(files), _("looking at {name}").format(name=case_files.labels.name))
        case = read_case(case_files, request.bundle.metadata.region, request.scheme)
        of_case = legs_of(case, request.bundle, silent)
        check_case(case, of_case, request.bundle)
        legs += of_case
    return legs


@dataclass(frozen=True)
class _Adapting:
    """Adaptation to legs that were checked, with what each comparison training leaves out of them."""

    request: Request
    parent: Parent
    state: State
    legs: Sequence[CaseLeg]
    folds: Sequence[Fold]
    left_out: str

    def run(self, progress: Progress) -> Adapted:
        """Train, compare, and return the outcome."""
        request, settings = self.request, self.request.settings
        preparing = part(progress, CHECKED, REHEARSED)
        rehearsal = rehearsal_of(self.parent, settings, request.cache, part(preparing, 0.0, 0.6))
        people = frozen_people(self._region, settings, request.cache, part(preparing, 0.6, 0.9))
        steps = self._steps(rehearsal, trainings=len(self.folds) + 1)
        jobs: list[tuple[str, Fold | None]] = [(f"fold-{number}", fold) for number, fold in enumerate(self.folds)]
        networks = []
        for number, (name, fold) in enumerate([*jobs, ("final", None)]):
            share = (TRAINED - REHEARSED) / (len(jobs) + 1)
            stretch = part(progress, REHEARSED + number * share, REHEARSED + (number + 1) * share)
            networks.append(self._trained(name, fold, rehearsal, steps, stretch))
        held_out = held_out_gate(self.legs, self.folds, networks[:-1], self._codes(in_cases=True))
        codes = self._codes(in_cases=False)
        comparing = part(progress, TRAINED, 1.0)
        rehearsed = rehearsed_gate(people, request.bundle, networks[-1], codes, comparing)
        return self._finished(networks[-1], steps, held_out, rehearsed)

    @property
    def _region(self) -> str:
        return self.request.bundle.metadata.region

    @property
    def _is_whole(self) -> bool:
        return self._region == "thigh" and self.parent.adductor == "whole"

    def _codes(self, *, in_cases: bool) -> list[int]:
        """Return the muscles that mean the same in the network's answer and in the labels to compare with."""
        if in_cases:
            different = incomplete_codes(self.legs, is_whole=self._is_whole)
        else:  # digital people have the whole adductor
            different = {ADDUCTOR} if self._region == "thigh" and not self._is_whole else set()
        return [code for code in self.parent.codes if code not in different]

    def _leg_volumes(self, fold: Fold | None) -> list[LegVolume]:
        """Return the legs to learn from, without what a fold leaves out."""
        kept = self.legs
        if fold is not None:
            kept = [leg.limited(~held_out) for leg, held_out in zip(self.legs, fold, strict=True)]
        with_muscle = [leg for leg in kept if (leg.labels[leg.counted] > 0).any()]
        return [leg_volume_of(leg, is_whole=self._is_whole) for leg in with_muscle]

    def _steps(self, rehearsal: Mapping[str, Sequence[LegVolume]], *, trainings: int) -> int:
        settings = self.request.settings
        configuration = configuration_of(self.parent, settings, name="timing", steps=1)
        sources = volumes_of({CASES: self._leg_volumes(None), **rehearsal}, configuration, self.state.folder)
        for source in sources:
            _ = source.noise  # drawn once, and not part of what a volume takes
        makers = [partial(source.make, number) for source in sources for number in range(TIMED_VOLUMES)]
        return planned_steps(
            self.state.folder / "plan.json",
            self.parent,
            settings,
            minutes=self.request.minutes,
            trainings=trainings,
            make_volumes=makers,
        )

    def _trained(
        self,
        name: str,
        fold: Fold | None,
        rehearsal: Mapping[str, Sequence[LegVolume]],
        steps: int,
        progress: Progress,
    ) -> Bundle:
        """Return the network of a training, from disk where it is done already."""
        folder = self.state.folder / name
        if (folder / "bundle").is_dir():
            return read_bundle(folder / "bundle")
        folder.mkdir(exist_ok=True)
        configuration = configuration_of(self.parent, self.request.settings, name=self.request.name, steps=steps)
        leg_volumes = {CASES: self._leg_volumes(fold), **rehearsal}
        trainer = AdaptationTrainer(configuration, leg_volumes, folder, cache=self.state.folder / "volumes")
        trainer.load()
        if not trainer.run(progress):
            raise Canceled
        return write_network(folder / "bundle", self.parent, trainer)

    def _finished(self, network: Bundle, steps: int, held_out: Gate, rehearsed: Gate) -> Adapted:
        about = self.request.bundle.metadata
        reason = reason_to_refuse(held_out, rehearsed, self.request.settings.largest_fall)
        digests = tuple(dict.fromkeys(leg.case.digest for leg in self.legs))
        figures = (held_out.before, held_out.after, rehearsed.before, rehearsed.after)
        adaptation = Adaptation(about.name, about.version, about.sha256, digests, steps, *map(float, figures))
        notes = [f"adapted from {about.name}; correct its results as before, and compare with that network"]
        if about.confidence is not None:
            notes.append(f"confidence is that of {about.name}: too few scans were corrected to measure it again")
        if reason is not None:
            notes.append(f"not better than {about.name}: {reason}")
        gates = {
            f"corrected {self.left_out} that were left out": held_out,
            f"{self.request.settings.frozen_people} digital people nobody was trained on": rehearsed,
        }
        folder = self.state.folder / "network"
        if not folder.is_dir():
            write_version(folder, network, adaptation, gates, notes)
        return Adapted(
            name=self.request.name,
            parent=about.name,
            folder=self.state.target if reason is None and self.request.installs else folder,
            is_taken=reason is None,
            reason=reason or "",
            cases=len(digests),
            left_out=self.left_out,
            steps=steps,
            held_out=held_out,
            rehearsed=rehearsed,
            notes=tuple(notes),
        )
