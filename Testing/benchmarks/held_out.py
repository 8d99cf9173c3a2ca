"""Store of the scans of digital people whom no network was trained on."""

from pathlib import Path

CACHE = Path("runs") / "held_out"
