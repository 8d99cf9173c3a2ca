"""Short names for content: what a cached file was made from."""

import hashlib
import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from MuscleSegLib import anatomy, phantom, volume

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
)
"""Modules of this room that no cached file depends on, but for the values that they pass on."""

NOT_LEGS = (
    "acquisition",
    "contrasts",
    "deformation",
    "fields",
    "mixing",
    "shapes",
    "synthesis",
    "volumes",
)
"""Of the others, those that make volumes out of legs, and no legs."""


def digest_of(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return a short digest of numbers, texts, lists and dictionaries of them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def digest_of_file(path: Path) -> str:
    """Return a short digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


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
