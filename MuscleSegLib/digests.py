"""Digests of content, files and code: short names of the origin of a cached file."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


def digest_of(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return a short digest of numbers, texts, lists and dictionaries of them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def digest_of_file(path: Path) -> str:
    """Return a short digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def digest_of_code(*places: str) -> str:
    """Return a digest of code of this library: an edit there makes another one.

    Args:
        places: Rooms, or modules in them with their endings, below the library's folder.

    """
    top = Path(__file__).parent
    return digest_of([digest_of_file(file) for place in places for file in _modules(top / place)])


def _modules(place: Path) -> Iterable[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]
