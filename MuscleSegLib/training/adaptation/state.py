"""State of an adaptation on disk: where it goes on, and what came of it."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle import available_bundles, user_folder
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.training.adaptation.gates import Gate
from MuscleSegLib.training.adaptation.overlap import MuscleScore
from MuscleSegLib.translatable import _

HIDDEN = ".adaptations"
"""Folder among the user's networks, passed over when these are listed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Adapted:
    """Outcome of an adaptation.

    Attributes:
        name: Name of the new network.
        parent: Name of the network that it was made of.
        folder: Folder of the new network.
        is_taken: Whether it is better, and so among the user's networks.
        reason: Why it is not, or empty.
        cases: Number of corrected scans.
        left_out: What each comparison training left out: "scans", "legs" or "slices".
        steps: Number of steps of each training.
        held_out: Comparison on corrected scans that training left out.
        rehearsed: Comparison on digital people.
        notes: Sentences for the user.
    """

    name: str
    parent: str
    folder: Path
    is_taken: bool
    reason: str
    cases: int
    left_out: str
    steps: int
    held_out: Gate
    rehearsed: Gate
    notes: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """State of one adaptation.

    Attributes:
        name: Name of the new network.
    """

    name: str

    @property
    def folder(self) -> Path:
        """Folder of the state."""
        return user_folder() / HIDDEN / self.name

    @property
    def target(self) -> Path:
        """Folder of the new network among the user's."""
        return user_folder() / self.name

    def require_usable(self, inputs: Mapping[str, Any], *, begins_anew: bool = False) -> None:
        """Check that an adaptation with these inputs can begin, or go on, under this name.

        One that ended with a network that is not better makes way for one with other inputs, and so does an unfinished
        one where ``begins_anew``.

        Raises:
            MuscleSegError: The name cannot be used, or belongs to another network or an adaptation of other inputs.
        """
        self._require_possible_name()
        file, result = self.folder / "inputs.json", self.result()
        is_other = file.exists() and json.loads(file.read_text(encoding="utf-8")) != dict(inputs)
        if is_other and (result is not None or begins_anew):
            shutil.rmtree(self.folder)
            result = None
        elif is_other:
            message = _(
                "An adaptation called {name} was begun with other scans or settings: give another name with --output, "
                "or delete {folder}."
            )
            raise MuscleSegError(message, name=self.name, folder=self.folder)
        if is_other or result is None:
            self._require_new_name()

    def begin(self, inputs: Mapping[str, Any]) -> None:
        """Begin, or go on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self.folder / "inputs.json", dict(inputs))

    def conclude(self, *, is_used: bool) -> None:
        """Put a better network that waits for somebody's word among the user's, or remove it.

        Raises:
            MuscleSegError: There is none of this name, or the name is taken meanwhile.
        """
        self._require_possible_name()
        result = self.result()
        if is_used and (result is None or not result.is_taken):
            message = _("No better network called {name} waits to be used: press Improve again.")
            raise MuscleSegError(message, name=self.name)
        if is_used and result is not None:
            self._require_new_name()
            self.install(result)
        elif self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _require_possible_name(self) -> None:
        """Check that a folder can have the name.

        Raises:
            MuscleSegError: It cannot.
        """
        if not _NAME.fullmatch(self.name):
            message = _("A network cannot be called {name}: take letters, digits, points and dashes, no place.")
            raise MuscleSegError(message, name=repr(self.name))

    def _require_new_name(self) -> None:
        """Check that no network has the name.

        Raises:
            MuscleSegError: One has.
        """
        if self.target.exists() or any(bundle.metadata.name == self.name for bundle in available_bundles().bundles):
            message = _("There is a network called {name} already: give another name with --output.")
            raise MuscleSegError(message, name=self.name)

    def keep(self, adapted: Adapted) -> None:
        """Keep the outcome."""
        _write(self.folder / "result.json", {**asdict(adapted), "folder": str(adapted.folder)})

    def result(self) -> Adapted | None:
        """Return the kept outcome, None before the end."""
        file = self.folder / "result.json"
        if not file.exists():
            return None
        values = json.loads(file.read_text(encoding="utf-8"))
        gates = {name: _gate(values[name]) for name in ("held_out", "rehearsed")}
        return Adapted(**{**values, **gates, "folder": Path(values["folder"]), "notes": tuple(values["notes"])})

    def install(self, adapted: Adapted) -> None:
        """Put a better network among the user's, and remove what only served to make it."""
        if not self.target.exists():
            with written_whole(self.target) as temporary:
                shutil.copytree(self.folder / "network", temporary)
        shutil.rmtree(self.folder, ignore_errors=True)

    def set_aside(self) -> None:
        """Remove what only served to make a network that is not better; the network itself stays."""
        for path in self.folder.iterdir():
            if path.is_dir() and path.name != "network":
                shutil.rmtree(path, ignore_errors=True)


def _gate(values: Mapping[str, Any]) -> Gate:
    return Gate(tuple(MuscleScore(**row) for row in values["rows"]), values["before"], values["after"])


def _write(file: Path, content: Mapping[str, Any]) -> None:
    with written_whole(file) as temporary:
        temporary.write_text(json.dumps(content, indent=2), encoding="utf-8")
