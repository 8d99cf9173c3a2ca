"""A real scene for the tests of the room ``scene``, empty at the start of each."""

from typing import Any

import pytest


@pytest.fixture
def scene() -> Any:
    """Slicer's scene, empty; the test is skipped where ``slicer-core`` is not installed."""
    pytest.importorskip("slicer", reason="slicer-core is not installed (it comes with the extra 'slicer')")
    from Testing.slicer_host.scene_setup import scene_host

    host = scene_host()
    host.clear()
    return host.scene
