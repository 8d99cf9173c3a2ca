"""Times of the networks' last runs on this computer, kept in Slicer's settings."""

import qt

_KEY = "MuscleSeg/LastSeconds/{network}"


def last_seconds(network: str) -> float | None:
    """Return the seconds of a network's last run; None before the first."""
    value = qt.QSettings().value(_KEY.format(network=network))
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def keep_seconds(network: str, seconds: float) -> None:
    """Keep the seconds of a network's run, from the press of the button to the muscles in the scene."""
    qt.QSettings().setValue(_KEY.format(network=network), float(seconds))
