"""The fixture ``host``, which tests of the panel and of the host itself share."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from Testing.extension.system_libraries import missing_packages, sentence

if TYPE_CHECKING:
    from Testing.slicer_host.host import Host


@pytest.fixture
def host() -> Iterator["Host"]:
    """A stand-in for Slicer with an empty scene.

    A test fails where a slot raised, a process stayed, or a module touched what no real Slicer has.
    """
    for name in ("PySide6", "slicer"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: it comes with the extra 'slicer'")
    if missing := missing_packages():
        pytest.skip(sentence(missing))
    from Testing.slicer_host.host import Host

    before = _children()
    started = Host.start()
    yield started
    started.close()
    assert started.errors == []
    assert _unknown(started.touched) == []
    assert _children() == before, "the test left a process behind"


def _unknown(touched: set[tuple[str, str]]) -> list[str]:
    """Return what a real Slicer does not have, where it is known what one has."""
    from Testing.slicer_host.slicer_api import SlicerApi

    folder = Path(__file__).resolve().parents[3] / "shared" / "slicer_api"
    if not folder.is_dir():
        return []
    api = SlicerApi(folder)
    return sorted(f"{kind}.{name}" for kind, name in touched if api.has_class(kind) and not api.has_member(kind, name))


def _children() -> set[int]:
    """Return the processes that this one started, where the system lists them (Linux)."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in listed.read_text().split()} if listed.is_file() else set()
