"""The libraries of a Linux system that Slicer's core and Qt need in the tests, and that no wheel brings.

    python Testing/extension/system_libraries.py              says in one sentence which are missing
    python Testing/extension/system_libraries.py --packages   names the Debian packages of the missing ones

The tests that need them are skipped where they are missing.
"""

import ctypes
import sys
from collections.abc import Callable

LIBRARIES = {
    "libEGL.so.1": "libegl1",  # drawing off screen: brings Mesa's software renderer
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""The Debian package of each library."""


def missing_packages(load: Callable[[str], object] = ctypes.CDLL, system: str = sys.platform) -> list[str]:
    """Return the Debian packages of the libraries that cannot be loaded. On macOS and Windows none is needed."""
    missing = []
    for library, package in LIBRARIES.items() if system == "linux" else ():
        try:
            load(library)
        except OSError:
            missing.append(package)
    return missing


def sentence(packages: list[str]) -> str:
    """Say what is missing and what to do."""
    return (
        f"Tests of Slicer's scene and panel are skipped, because system libraries are missing: {', '.join(packages)} "
        f"(on Debian and Ubuntu `apt-get install {' '.join(packages)}`)."
    )


if __name__ == "__main__":
    missing = missing_packages()
    if "--packages" in sys.argv[1:]:
        print(*missing)
    elif missing:
        print(sentence(missing), file=sys.stderr)
