"""Set MuscleSeg up in a virtual environment of its own and run it. Needs Python 3.11 or newer and nothing else.

    python Testing/run.py demo [options of "muscleseg demo"]
    python Testing/run.py test [options of pytest]    (-m "not slow": the short ones; -n 0: in one process)
    python Testing/run.py lint [ruff format mypy imports codespell]
    python Testing/run.py slicer --executable PATH    (the self test, in a real 3D Slicer)
    python Testing/run.py wheels FOLDER               (for a Slicer without a connection)

The first call of demo, test or lint fills the folder .venv in the project, which takes minutes; later calls find it
ready. pip downloads from where it is configured to. On Linux PyPI's torch brings gigabytes of CUDA with it; without an
NVIDIA card, set PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu for the first call.
"""

from __future__ import annotations  # so that an older Python gets as far as being told that it is too old

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "muscleseg.json"


def program(name: str) -> str:
    """Return the path of a program in .venv."""
    return str(VENV / "Scripts" / f"{name}.exe") if os.name == "nt" else str(VENV / "bin" / name)


PYTHON = program("python")
# A file's tests stay in one process, which makes what they share once. Options of the caller's, behind these, win.
DISTRIBUTED = ("--numprocesses", "logical", "--maxprocesses", "4", "--dist", "loadfile")
# Each process has one core, and so have those that it starts.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"), "1"
)
DEVELOPER_EXTRAS = ("lint", "slicer", "test", "train")
EXTENSION = ROOT / "Testing" / "extension"
CHECKS = {
    "ruff": [PYTHON, "-m", "ruff", "check", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "mypy": [PYTHON, "-m", "mypy"],
    "imports": [program("lint-imports")],
    "codespell": [PYTHON, "-m", "codespell_lib"],
}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 success, 2 wrong use, anything else failure."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python is handed
        sys.exit(f"MuscleSeg needs Python 3.11 or newer, and this is {sys.version.split()[0]}: run a newer one.")
    commands = {"demo": demo, "test": test, "lint": lint, "slicer": slicer, "wheels": wheels}
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    if arguments[0] not in commands:
        say(f"There is no command {arguments[0]}: choose one of {', '.join(commands)}.")
        return 2
    try:
        return commands[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def demo(arguments: list[str]) -> int:
    """Run the demonstration, with what using MuscleSeg needs and no more."""
    set_up(())
    # A later --output among the arguments wins over this one. The caller's working directory stays, for relative paths.
    return subprocess.call([PYTHON, "-m", "MuscleSegLib", "demo", "--output", str(ROOT / "demo"), *arguments])


def test(arguments: list[str]) -> int:
    """Run the tests, in a process on each core, and say at the end which were skipped."""
    set_up(DEVELOPER_EXTRAS)
    subprocess.call([PYTHON, str(EXTENSION / "system_libraries.py")])
    distributed = () if any("no:xdist" in argument for argument in arguments) else DISTRIBUTED
    command = [PYTHON, "-m", "pytest", "-r", "fEs", *distributed, *arguments]
    return subprocess.call(command, cwd=ROOT, env={**ONE_THREAD, **os.environ})


def lint(names: list[str]) -> int:
    """Run the named checks, or all of them, to the end and report every one that fails."""
    unknown = sorted(set(names) - set(CHECKS))
    if unknown:
        say(f"There is no check {unknown[0]}: choose among {', '.join(CHECKS)}.")
        return 2
    # With every package installed: mypy would see different types without some of them.
    set_up(DEVELOPER_EXTRAS)
    failed = []
    for name in names or CHECKS:
        start = time.monotonic()
        check = subprocess.run(
            CHECKS[name], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        say(f"{name}: {'failed' if check.returncode else 'ok'}, {time.monotonic() - start:.1f} s")
        if check.returncode:
            failed.append(name)
            say(check.stdout.strip())
    if failed:
        say(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def slicer(arguments: list[str]) -> int:
    """Run the self test in a real Slicer, which needs nothing of .venv."""
    return subprocess.call([sys.executable, str(EXTENSION / "slicer_self_test.py"), *arguments])


def wheels(arguments: list[str]) -> int:
    """Download what an offline Slicer needs."""
    return subprocess.call([sys.executable, str(EXTENSION / "wheels.py"), *arguments])


def set_up(extras: tuple[str, ...]) -> None:
    """Make .venv hold the project and these extras, beside those that it holds already.

    The stamp in it says how far it got. Without a recipe it was left half made, and pip goes on from there.
    """
    home = {"place": str(ROOT), "python": sys.version}  # scripts in .venv know both, so a moved .venv is made anew
    recipe = fingerprint()
    stamp = read_stamp()
    if {key: stamp.get(key) for key in home} != home:
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            sys.exit(
                "This Python cannot make virtual environments: install the rest of it (on Debian and Ubuntu "
                "`apt install python3-venv`) and run this again."
            )
        step("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        stamp = {**home, "recipe": None, "extras": []}
    missing = set(extras) - set(stamp["extras"])
    if stamp["recipe"] == recipe and not missing:
        return
    wanted = sorted({*extras, *stamp["extras"]})
    write_stamp({**stamp, "recipe": None})
    install = [PYTHON, "-m", "pip", "install", "--progress-bar", "off", "-c", "constraints.txt"]
    # By itself and before everything that asks for it: its version is then settled, and nothing below replaces it.
    step("Installing torch", [*install, "torch"])
    project = f".[{','.join(wanted)}]" if wanted else "."
    step(f"Installing MuscleSeg {' '.join(wanted)}".rstrip(), [*install, "-e", project])
    write_stamp({**stamp, "recipe": recipe, "extras": wanted})


def fingerprint() -> str:
    """Return a digest of the files that say what is installed."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt", "MuscleSegLib/__init__.py"):  # the last holds the version
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, Any]:
    """Return what the stamp says, or nothing where there is no whole stamp."""
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def write_stamp(stamp: dict[str, Any]) -> None:
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def step(title: str, command: list[str]) -> None:
    """Run one step of the set-up in silence, with its seconds; if it fails, show the end of its output and stop."""
    start = time.monotonic()
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    live = sys.stderr.isatty()
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                if live:
                    say(f"\r{title} ... {time.monotonic() - start:.0f} s", end="")
                time.sleep(0.2)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        say(f"{chr(13) if live else ''}{title} ... {time.monotonic() - start:.0f} s")
        if process.returncode:
            log.seek(0)
            say("".join(f"    {line}" for line in log.readlines()[-20:]).rstrip())
            sys.exit(
                f"{title} failed, for the reason above. If it is the network, check the connection or pip's "
                "configuration; then run this again."
            )


def say(text: str, end: str = "\n") -> None:
    """Write for the person who waits, on standard error: standard output belongs to what is run."""
    print(text, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
