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
    """A stand-in for Slicer with an empty scene. A slot that raised, or a process left behind, fails the test."""
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
    assert _children() == before, "the test left a process behind"


def _children() -> set[int]:
    """Return the processes that this one started, where the system lists them (Linux)."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in listed.read_text().split()} if listed.is_file() else set()
