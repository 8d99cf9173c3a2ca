"""Short names for content: what a cached file was made from."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from MuscleSegLib import anatomy, phantom, volume

NOT_DATA = (
    "__init__",
    "batches",
    "configuration",
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


def digest_of(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return a short digest of numbers, texts, lists and dictionaries of them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def digest_of_file(path: Path) -> str:
    """Return a short digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def code_digest() -> str:
    """Return a digest of the code that makes legs and volumes: an edit there makes new ones."""
    rooms = [Path(str(room.__file__)).parent for room in (anatomy, phantom, volume)]
    files = sorted(file for room in rooms for file in room.rglob("*.py"))
    files += sorted(file for file in Path(__file__).parent.glob("*.py") if file.stem not in NOT_DATA)
    return digest_of([digest_of_file(file) for file in files])
