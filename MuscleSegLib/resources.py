"""Location of the trained networks and the label tables."""

from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _


def resource_folder() -> Path:
    """Return the folder with ``Networks`` and ``Labels``.

    It is inside the package in an installed wheel, and beside the package in the source tree and in Slicer. Inside
    comes first: a folder ``Resources`` beside an installed package belongs to another one.

    Raises:
        MuscleSegError: The folder is in neither place.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "Resources", package.parent / "Resources"):
        if (folder / "Networks").is_dir():
            return folder
    message = _("The trained networks of MuscleSeg are missing beside {package}: install MuscleSeg again.")
    raise MuscleSegError(message, package=package)
