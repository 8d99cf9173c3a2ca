"""``slicer.packaging``: what a module asks to be installed is kept, and nothing is installed."""

from collections.abc import Sequence
from typing import Any

installed: list[tuple[str, ...]] = []
"""Requirements since the list was last cleared, an entry for each call."""


def pip_install(requirements: str | Sequence[str], **_: Any) -> None:
    installed.append((requirements,) if isinstance(requirements, str) else tuple(requirements))


def pip_uninstall(requirements: str | Sequence[str], **_: Any) -> None:
    """Take a package away: none was installed."""


def pip_ensure(requirements: Sequence[Any], **_: Any) -> None:
    """Install what is missing, after asking (here: remember what was asked for)."""
    installed.append(tuple(str(requirement) for requirement in requirements))
