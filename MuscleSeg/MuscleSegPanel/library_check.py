"""The MuscleSegLib that Python finds: an installed one may come before the one that the module was made with."""

import logging
import re
from pathlib import Path

from slicer.i18n import tr as _

_VERSION = re.compile(r'^__version__ = "(.+)"', re.MULTILINE)

_log = logging.getLogger("MuscleSeg")


def require_library(module_folder: Path) -> None:
    """Check that the library is the module's, or another one of the same version, which is said in the log.

    Args:
        module_folder: Where the module's file is. Installed, the library is in it; in the source, beside it.

    Raises:
        ImportError: The library is of another version.
    """
    import MuscleSegLib

    used = Path(MuscleSegLib.__file__).resolve().parent
    places = (module_folder / "MuscleSegLib", module_folder.parent / "MuscleSegLib")
    expected = next((place for place in places if place.is_dir()), used)
    if used == expected:
        return
    words = {"used": used, "used_version": getattr(MuscleSegLib, "__version__", "?"), "expected": expected}
    words["version"] = _version_of(expected)
    if words["used_version"] != words["version"]:
        message = _(
            "MuscleSeg {version} cannot work with MuscleSegLib {used_version}, which Python finds first, in {used}: "
            "remove it (pip uninstall muscleseg), and start Slicer again."
        )
        raise ImportError(message.format(**words))
    message = _("MuscleSeg uses MuscleSegLib {version} of {used}, which Python finds before its own in {expected}.")
    _log.warning(message.format(**words))


def _version_of(library: Path) -> str:
    version = _VERSION.search((library / "__init__.py").read_text(encoding="utf-8"))
    return version[1] if version else "?"
