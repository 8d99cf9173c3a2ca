"""Python packages beside Slicer's: a check for missing packages, and their installation when the user asks.

The environment is shared with other extensions: no version is pinned. torch comes through the extension PyTorch, which
finds the build for this computer's graphics card, or from a folder that the user names; never from pip's own choice.
"""

import importlib
import importlib.metadata
import subprocess
from collections.abc import Sequence
from pathlib import Path

import slicer
import slicer.util
from slicer.i18n import tr as _

from MuscleSegLib.errors import MuscleSegError

TORCH = "torch>=2.8"
NEEDED = (TORCH, "monai>=1.5")
"""Packages for the network. Everything else in the panel works without."""

WORKBOOK = ("openpyxl",)
"""Package for Excel workbooks."""

OBJECTS = ("highdicom>=0.27",)
"""Package for DICOM objects of results."""

REPORT = ("jinja2", "matplotlib")
PDF = (*REPORT, "reportlab>=4")
"""Packages for the report."""

WISHED = (*WORKBOOK, "threadpoolctl", *OBJECTS, *PDF)
"""Packages for all files, and for tables in a third less time."""


def missing(requirements: Sequence[str] = NEEDED) -> tuple[str, ...]:
    """Return the requirements that are not met, without importing a package."""
    return tuple(requirement for requirement in requirements if not _is_met(requirement))


def what_is_missing() -> str:
    """Return a sentence on the missing packages, or nothing without any."""
    names = list(map(name_of, missing()))
    if not names:
        return ""
    sentence = _("Segmenting needs Python packages that are not installed yet: {packages}. All else works without.")
    return sentence.format(packages=", ".join(names))


def what_is_wished() -> str:
    """Return a sentence on missing packages without which some files cannot be written, or nothing without any."""
    names = list(map(name_of, missing(WISHED)))
    if not names:
        return ""
    sentence = _("Workbooks, reports and DICOM objects need Python packages that are not installed yet: {packages}.")
    return sentence.format(packages=", ".join(names))


def require(requirements: Sequence[str], sentence: str) -> None:
    """Check that packages are there for what a person wants.

    Args:
        requirements: Packages.
        sentence: Error, with a field for the names of those that are missing.

    Raises:
        MuscleSegError: A package is missing.
    """
    names = ", ".join(map(name_of, missing(requirements)))
    if names:
        raise MuscleSegError(sentence.format(packages=names))


def is_allowed() -> bool:
    """Ask the user whether packages may be installed; Slicer that tests itself never installs any."""
    if slicer.app.testingEnabled():
        return False
    text = _(
        "MuscleSeg installs these Python packages into 3D Slicer: {packages}.\n\n"
        "PyTorch takes up to 3 GB on the disk and some minutes. Slicer does not respond meanwhile."
    )
    names = ", ".join(map(name_of, missing((*NEEDED, *WISHED))))
    return bool(slicer.util.confirmOkCancelDisplay(text.format(packages=names), _("Install packages")))


def install(folder: Path | None = None) -> None:
    """Install the missing packages.

    Args:
        folder: Folder with the packages' wheels, for a computer without Internet; None downloads them.

    Raises:
        MuscleSegError: The packages could not be installed; the sentence says what to do.
    """
    wanted = missing((*NEEDED, *WISHED))
    try:
        if folder is not None:
            slicer.util.pip_install(["--no-index", "--find-links", str(folder), *wanted])
        else:
            _download(wanted)
    except (subprocess.CalledProcessError, RuntimeError, OSError, ImportError) as error:
        raise MuscleSegError(_failure(folder)) from error
    importlib.invalidate_caches()
    if missing():
        raise MuscleSegError(_failure(folder))


def _download(wanted: Sequence[str]) -> None:
    if TORCH in wanted:
        _install_torch()
    others = [requirement for requirement in wanted if requirement != TORCH]
    if not others:
        return
    try:
        from slicer.packaging import pip_ensure
    except ImportError:  # Slicer 5.10
        slicer.util.pip_install(others)
    else:
        pip_ensure(others, prompt_install=False, requester="MuscleSeg")


def _install_torch() -> None:
    try:
        import PyTorchUtils
    except ImportError as error:
        message = _(
            "Install the extension PyTorch first: open Slicer's Extensions Manager, search for PyTorch, install it, "
            "restart Slicer, and press Install here again."
        )
        raise MuscleSegError(message) from error
    # The user has agreed already; the extension asks nothing more.
    version = TORCH.removeprefix("torch")
    if PyTorchUtils.PyTorchUtilsLogic().installTorch(askConfirmation=False, torchVersionRequirement=version) is None:
        raise MuscleSegError(_failure(None))


def _failure(folder: Path | None) -> str:
    if folder is not None:
        text = _("The packages could not be installed from {folder}: it lacks a file (.whl) for this Python.")
        return text.format(folder=folder)
    return _("The packages could not be installed: check the Internet connection, or install them from a folder.")


def _is_met(requirement: str) -> bool:
    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    try:
        installed = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return wanted.specifier.contains(installed, prereleases=True)


def name_of(requirement: str) -> str:
    """Return a package's name as people know it."""
    from packaging.requirements import Requirement

    name = Requirement(requirement).name
    return {"torch": "PyTorch", "monai": "MONAI"}.get(name, name)
