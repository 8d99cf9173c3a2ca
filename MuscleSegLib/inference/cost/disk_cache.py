"""What was measured once and stays true: small JSON files in the user's cache folder."""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import recorded, written_whole

Numbers = dict[str, float]


def remembered(key: Sequence[object], measure: Callable[[], Numbers], *, keep: bool = True) -> Numbers:
    """Return what ``measure`` returned when it was last asked for under this key, or ask it now.

    A file that is missing, damaged or of another key is made anew; a folder that cannot be written to is done without.

    Args:
        key: All that the numbers depend on.
        measure: Called where nothing usable is remembered.
        keep: Whether to remember what it returns.

    """
    text = json.dumps([str(part) for part in key])
    path = cache_folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] == text:
            return {str(name): float(value) for name, value in content["numbers"].items()}
    numbers = measure()
    if not keep:
        return numbers
    with contextlib.suppress(OSError, MuscleSegError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with recorded(), written_whole(path) as temporary:  # recorded here: it is no result of a command
            temporary.write_text(json.dumps({"key": text, "numbers": numbers}), encoding="utf-8")
    return numbers


def cache_folder() -> Path:
    """Return MuscleSeg's folder among the user's caches, where the platform wants it; it need not exist."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "MuscleSeg" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "MuscleSeg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muscleseg"
