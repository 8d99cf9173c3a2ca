"""Digests of content, files and code: short names of the origin of a cached file."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any


def digest_of(content: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a short digest of numbers, texts, lists and dictionaries of them."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_file(path: Path) -> str:
    """Return a short digest of a file's bytes.

    Raises:
        OSError: The file cannot be read.
    """
    return sha256_of_file(path)[:16]


@cache
def digest_of_code(*places: str) -> str:
    """Return a digest of code of this library and of the drawings beside it, which changes with every edit there.

    Args:
        places: Rooms, their sub-folders, or modules with their endings, below the library's folder.
    """
    top = Path(__file__).parent
    return digest_of([digest_of_file(file) for place in places for file in _files(top / place)])


def _files(place: Path) -> Iterable[Path]:
    return sorted([*place.rglob("*.py"), *place.rglob("*.json")]) if place.is_dir() else [place]
