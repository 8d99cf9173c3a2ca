"""One process that runs commands of the version of MuscleSegLib that Python finds, for ``equality.py``.

Reads lines of JSON, [folder, name, arguments], and answers each with its exit code. What a command prints is in
``name.stdout`` and ``name.stderr`` of the folder. A process for each command would spend its time on importing.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from MuscleSegLib.cli import main


def run(folder: str, name: str, arguments: list[str]) -> int:
    """Run a command in a folder."""
    os.chdir(folder)
    with (
        Path(f"{name}.stdout").open("w", encoding="utf-8") as out,
        Path(f"{name}.stderr").open("w", encoding="utf-8") as err,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            return main(arguments)
        except SystemExit as end:  # wrong use
            return int(end.code or 0)


if __name__ == "__main__":
    import MuscleSegLib

    print(MuscleSegLib.__file__, flush=True)
    for line in sys.stdin:
        print(run(*json.loads(line)), flush=True)
