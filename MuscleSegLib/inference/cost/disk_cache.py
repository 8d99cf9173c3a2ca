"""Cache of measured numbers: small JSON files in the user's cache folder."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Sequence

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import recorded, written_whole
from MuscleSegLib.user_folders import user_cache_folder

Numbers = dict[str, float]


def cached_numbers(key: Sequence[object], measure: Callable[[], Numbers]) -> Numbers:
    """Return the numbers cached under a key, or measure and cache them.

    A file that is missing, damaged or of another key is replaced; without a writable folder nothing is cached.

    Args:
        key: All that the numbers depend on.
        measure: Called where no usable file exists.
    """
    text = json.dumps([str(part) for part in key])
    path = user_cache_folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["key"] == text:
            return {str(name): float(value) for name, value in content["numbers"].items()}
    numbers = measure()
    with contextlib.suppress(OSError, MuscleSegError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with recorded(), written_whole(path) as temporary:  # recorded here: it is no result of a command
            temporary.write_text(json.dumps({"key": text, "numbers": numbers}), encoding="utf-8")
    return numbers
