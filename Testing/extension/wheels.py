"""Fill a folder with what MuscleSeg needs in 3D Slicer, for a computer that has no connection.

    python Testing/extension/wheels.py FOLDER [--python 3.12] [--build cpu]

Run it on a connected computer of the same kind (Windows, macOS or Linux), with any Python. Carry the folder over; there
MuscleSeg's panel installs from it.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REQUIREMENTS = (
    *("torch>=2.8", "monai>=1.5", "openpyxl", "threadpoolctl"),
    *("highdicom>=0.27", "jinja2", "matplotlib", "reportlab>=4"),
)
"""Packages of the panel. Their requirements are downloaded with them, and not installed where Slicer has it."""
TORCH_INDEX = "https://download.pytorch.org/whl"
PLATFORMS = {
    # Wheels of all ages: pip adds the older ones of macOS by itself, but not those of Linux.
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "darwin": ("macosx_14_0_arm64",),
    "win32": ("win_amd64",),
}


def pip_command(folder: Path, *, python: str, build: str, system: str = sys.platform) -> list[str]:
    """Return the command that downloads the wheels.

    Args:
        folder: Into which they go.
        python: The version of Slicer's Python, as "3.12".
        build: Of PyTorch, as it names them: "cpu", or for NVIDIA cards "cu128" and the like.
        system: As ``sys.platform`` calls it.
    """
    platforms = [part for name in PLATFORMS[system] for part in ("--platform", name)]
    index = ["--extra-index-url", f"{TORCH_INDEX}/{build}"]
    target = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *platforms]
    return [sys.executable, "-m", "pip", "download", "--dest", str(folder), *target, *index, *REQUIREMENTS]


def main(arguments: Sequence[str] | None = None) -> int:
    """Download, and say what to do with the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default="3.12", help="version of Slicer's Python (default: that of 5.10 and 5.12)")
    parser.add_argument("--build", default="cpu", help="of PyTorch: cpu (default), cu128 or the like for NVIDIA cards")
    options = parser.parse_args(arguments)
    command = pip_command(options.folder, python=options.python, build=options.build)
    print(" ".join(command), file=sys.stderr)
    failed = subprocess.call(command)
    if failed:
        print("The download failed, for the reason above: check the connection, and run this again.", file=sys.stderr)
        return 1
    print(
        f"Carry {options.folder} to the computer without a connection, and press Install from a folder… in the panel.",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
