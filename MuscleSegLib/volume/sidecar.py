"""Sidecar JSON of an image, as in BIDS: NAME.json beside NAME.nii.gz."""

import json
from pathlib import Path
from typing import Any

from MuscleSegLib.volume.formats import ending_of

_MOST_BYTES = 1 << 20


def sidecar_of(path: Path | None) -> dict[str, Any]:
    """Return the content of an image's sidecar; empty without one.

    Args:
        path: The image.
    """
    if path is None or path.is_dir():
        return {}
    file = sidecar_path(path)
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return {}
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # another kind of file
        return {}
    return content if isinstance(content, dict) else {}


def sidecar_path(path: Path) -> Path:
    """Return the place of an image's sidecar, which need not exist."""
    return path.with_name(path.name[: len(path.name) - len(ending_of(path))] + ".json")


def sidecar_number(path: Path | None, key: str) -> float | None:
    """Return a number in an image's sidecar; None without it."""
    value = sidecar_of(path).get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def sidecar_unit(path: Path) -> str:
    """Return the unit of an image's values in its sidecar, "" without it."""
    unit = sidecar_of(path).get("Units")
    return unit if isinstance(unit, str) else ""


def sidecar_scale(path: Path) -> float | None:
    """Return the divisor of a Philips image from dcm2niix for comparison with others (``Volume.scale``)."""
    slope, scale_slope = sidecar_number(path, "PhilipsRescaleSlope"), sidecar_number(path, "PhilipsScaleSlope")
    if not slope or not scale_slope:
        return None
    return 1.0 if sidecar_of(path).get("UsePhilipsFloatNotDisplayScaling") else slope * scale_slope
