"""Short names for content: what a cached file was made from."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from MuscleSegLib import anatomy, phantom, volume
from MuscleSegLib.digests import digest_of, digest_of_file

NOT_DATA = (
    "__init__",
    "balance",
    "batches",
    "configuration",
    "digests",
    "export",
    "learner",
    "log",
    "loop",
    "people",
    "processes",
    "stopping",
    "transfer",
    "whole_scans",
)
"""Modules of this room that no cached file depends on, but for the values that they pass on."""

NOT_LEGS = (
    "acquisition",
    "contrasts",
    "deformation",
    "fields",
    "infiltration",
    "mixing",
    "shapes",
    "synthesis",
    "volumes",
)
"""Of the others, those that make volumes out of legs, and no legs."""


@cache
def leg_code_digest() -> str:
    """Return a digest of the code that makes legs: an edit there makes new ones."""
    return _digest_of_code((*NOT_DATA, *NOT_LEGS))


@cache
def volume_code_digest() -> str:
    """Return a digest of the code that makes legs, and volumes out of them."""
    return _digest_of_code(NOT_DATA)


def _digest_of_code(left_out: Collection[str]) -> str:
    rooms = [Path(str(room.__file__)).parent for room in (anatomy, phantom, volume)]
    files = sorted(file for room in rooms for file in room.rglob("*.py"))
    files += sorted(file for file in Path(__file__).parent.glob("*.py") if file.stem not in left_out)
    return digest_of([digest_of_file(file) for file in files])
