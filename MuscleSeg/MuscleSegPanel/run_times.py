"""Times of the networks' last runs on this computer, kept in Slicer's settings."""

import qt

_KEY = "MuscleSeg/LastSeconds/{network}"
_KEY_OF_SEVERAL = f"{_KEY} ({{images}} images)"


def last_seconds(network: str, *, images: int = 1) -> float | None:
    """Return the seconds of a network's last run with so many images together; None before the first."""
    value = qt.QSettings().value(_key(network, images))
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def keep_seconds(network: str, seconds: float, *, images: int = 1) -> None:
    """Keep the seconds of a network's run, from the press of the button to the muscles in the scene."""
    qt.QSettings().setValue(_key(network, images), float(seconds))


def _key(network: str, images: int) -> str:
    return (_KEY if images == 1 else _KEY_OF_SEVERAL).format(network=network, images=images)
