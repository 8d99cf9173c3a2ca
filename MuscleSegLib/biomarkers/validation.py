"""Whether a measurement is asked for what there is."""

from collections.abc import Mapping

from MuscleSegLib.biomarkers.rows import UNITS
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume


def require_known(maps: Mapping[str, Volume], thickness_mm: Mapping[str, float], minimum_share: float) -> None:
    """Check what a measurement is asked for.

    Raises:
        MuscleSegError: There is no such map, or a slice cannot be that thick.
        ValueError: ``minimum_share`` is not in [0.5, 1).

    """
    if not 0.5 <= minimum_share < 1.0:
        message = f"minimum_share must be at least 0.5 and below 1, not {minimum_share}"
        raise ValueError(message)
    unknown = sorted({*maps, *thickness_mm} - {*UNITS, *(["labels"] if "labels" in thickness_mm else [])})
    if unknown:
        message = f"There is no map called {', '.join(unknown)}: maps are called {', '.join(UNITS)}."
        raise MuscleSegError(message)
    for name, millimeters in thickness_mm.items():
        if not millimeters > 0:
            message = f"A slice of {name} cannot be {millimeters} mm thick: give its thickness in millimeters."
            raise MuscleSegError(message)
