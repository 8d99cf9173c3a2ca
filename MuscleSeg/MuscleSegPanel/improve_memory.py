"""Folders of corrected scans and times of improvements, kept in Slicer's settings on this computer."""

from collections.abc import Sequence

import qt

_FOLDERS = "MuscleSeg/CorrectedScans"
_MINUTES = "MuscleSeg/LastMinutes/{network}"
_MOST = 10  # folders


class ImproveMemory:
    """Memory of the section *Improve* (``improving.Memory``)."""

    def folders(self) -> Sequence[str]:
        """Return the folders that somebody chose here, the latest first."""
        text = qt.QSettings().value(_FOLDERS)
        return [line for line in text.split("\n") if line] if isinstance(text, str) else []

    def keep_folder(self, folder: str) -> None:
        """Remember a folder that was chosen."""
        others = [other for other in self.folders() if other != folder]
        qt.QSettings().setValue(_FOLDERS, "\n".join([folder, *others[: _MOST - 1]]))

    def minutes(self, network: str) -> float | None:
        """Return the minutes of the last improvement of a network here, None before the first."""
        try:
            return float(qt.QSettings().value(_MINUTES.format(network=network)))
        except (TypeError, ValueError):
            return None

    def keep_minutes(self, network: str, minutes: float) -> None:
        """Remember the minutes of an improvement."""
        qt.QSettings().setValue(_MINUTES.format(network=network), float(minutes))
