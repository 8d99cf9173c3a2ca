"""Descent of a network that went on learning from corrected scans: its parent, the scans, and what it brought."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.json_values import integer, items, number, require, text
from MuscleSegLib.translatable import _

MOST_CASES = 10_000

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DIGEST = re.compile(r"[0-9a-f]{16,64}")


@dataclass(frozen=True)
class Adaptation:
    """Descent of a network.

    Attributes:
        parent: Name of the network that it was made of.
        parent_version: Version of that network.
        parent_sha256: SHA-256 of that network's weights.
        cases: Digests of the corrected scans.
        steps: Number of steps of learning.
        held_out_before: Mean DSC of the parent on slices of these scans.
        held_out_after: Mean DSC there of networks whose training left these slices out.
        rehearsed_before: Mean DSC of the parent on digital people.
        rehearsed_after: Mean DSC of this network on them.
    """

    parent: str
    parent_version: str
    parent_sha256: str
    cases: tuple[str, ...]
    steps: int
    held_out_before: float
    held_out_after: float
    rehearsed_before: float
    rehearsed_after: float

    @property
    def summary(self) -> str:
        """Descent in words."""
        scans = f"{len(self.cases)} corrected scan{'' if len(self.cases) == 1 else 's'}"
        return f"adapted from {self.parent} {self.parent_version} (SHA-256 {self.parent_sha256[:16]}...) to {scans}"


def adaptation_of(entry: Mapping[str, Any]) -> Adaptation:
    """Return the descent in the section of a bundle of unknown origin.

    Raises:
        ValueError: An entry is wrong; the message says which.
        KeyError: An entry is missing.
    """
    require(isinstance(entry, Mapping), _("adaptation is no JSON object"))
    cases = items(entry["cases"], "cases of the adaptation", _digest)
    require(0 < len(cases) <= MOST_CASES, _("cases of the adaptation are none or too many"))
    sha256 = text(entry["parent_sha256"], "parent_sha256 of the adaptation")
    require(bool(_SHA256.fullmatch(sha256)), _("parent_sha256 of the adaptation is no SHA-256"))
    figures = ("held_out_before", "held_out_after", "rehearsed_before", "rehearsed_after")
    return Adaptation(
        _line(entry["parent"], "parent of the adaptation"),
        _line(entry["parent_version"], "parent_version of the adaptation"),
        sha256,
        cases,
        integer(entry["steps"], "steps of the adaptation"),
        *(number(entry[figure], f"{figure} of the adaptation") for figure in figures),
    )


def _digest(value: object, name: str) -> str:
    digest = text(value, name)
    require(bool(_DIGEST.fullmatch(digest)), _("{name} are no digests"), name=name)
    return digest


def _line(value: object, name: str) -> str:
    line = text(value, name)
    is_printable = bool(line.strip()) and line.isprintable() and len(line) <= 200
    require(is_printable, _("{name} is empty, too long or not printable"), name=name)
    return line
