"""How long networks took on this computer when they ran last, kept in Slicer's settings."""

import qt

_KEY = "MuscleSeg/LastSeconds/{network}"


def last_seconds(network: str) -> float | None:
    """Return what a network's last run took, or None where it has not run yet."""
    value = qt.QSettings().value(_KEY.format(network=network))
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def keep_seconds(network: str, seconds: float) -> None:
    """Keep what a network's run took, from the press of the button to the muscles in the scene."""
    qt.QSettings().setValue(_KEY.format(network=network), float(seconds))
