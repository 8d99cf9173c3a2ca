"""What every test may ask for."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds ``pyproject.toml``."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data(project_root: Path) -> Path:
    """The folder of real scans, which lies beside the project and is no part of it."""
    folder = project_root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real scans are not here: {folder} does not exist")
    return folder
