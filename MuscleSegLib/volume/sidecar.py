"""The JSON file beside an image, as BIDS has it: NAME.json beside NAME.nii.gz ("sidecar JSON" in its specification)."""

import json
from pathlib import Path
from typing import Any

from MuscleSegLib.volume.formats import ending_of

_MOST_BYTES = 1 << 20


def sidecar_of(path: Path | None) -> dict[str, Any]:
    """Return what the JSON file beside an image says; nothing where there is none, or it is no such file.

    Args:
        path: The image's.

    """
    if path is None or path.is_dir():
        return {}
    file = path.with_name(path.name[: len(path.name) - len(ending_of(path))] + ".json")
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return {}
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # a table or notes of somebody
        return {}
    return content if isinstance(content, dict) else {}


def sidecar_number(path: Path | None, key: str) -> float | None:
    """Return a number of the JSON file beside an image; None where it does not say it."""
    value = sidecar_of(path).get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def sidecar_unit(path: Path) -> str:
    """Return the unit of an image's values, "" where no JSON file beside it says it."""
    unit = sidecar_of(path).get("Units")
    return unit if isinstance(unit, str) else ""


def sidecar_scale(path: Path) -> float | None:
    """Return what values of an image that dcm2niix made of Philips's are divided by to compare (``Volume.scale``)."""
    slope, scale_slope = sidecar_number(path, "PhilipsRescaleSlope"), sidecar_number(path, "PhilipsScaleSlope")
    if not slope or not scale_slope:
        return None
    return 1.0 if sidecar_of(path).get("UsePhilipsFloatNotDisplayScaling") else slope * scale_slope
