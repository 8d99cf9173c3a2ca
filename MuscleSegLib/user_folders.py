"""Folders where the platform keeps a user's data and caches (Known Folders, Apple's file system guide, XDG)."""

import os
import sys
from pathlib import Path


def user_data_folder() -> Path:
    """Return MuscleSeg's folder among the user's data; it need not exist."""
    if sys.platform == "win32":
        return _local_app_data() / "MuscleSeg"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "MuscleSeg"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "MuscleSeg"


def user_cache_folder() -> Path:
    """Return MuscleSeg's folder among the user's caches; it need not exist."""
    if sys.platform == "win32":
        return _local_app_data() / "MuscleSeg" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "MuscleSeg"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muscleseg"


def _local_app_data() -> Path:
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
