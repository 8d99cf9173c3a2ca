"""The panel in a Python that has none of the packages that Slicer lacks: run by ``test_dependencies``, as a process."""

import importlib.abc
import importlib.metadata
import sys
import tempfile
import types
from pathlib import Path

LACKING = (
    "torch",
    "monai",
    "openpyxl",
    "threadpoolctl",
    "highdicom",
    "jinja2",
    "matplotlib",
    "reportlab",
    "platformdirs",
    "slicerio",
    "rich",
    "pandas",
    "nibabel",
)


class _Lacking(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in LACKING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _hide():
    version_of = importlib.metadata.version

    def version(name):
        if name in LACKING:
            raise importlib.metadata.PackageNotFoundError(name)
        return version_of(name)

    sys.meta_path.insert(0, _Lacking())
    importlib.metadata.version = version


def main():
    _hide()
    from Testing.module.conftest import MODULE, Work
    from Testing.slicer_host.host import Host

    host = Host.start()
    work = Work(host, host.load(MODULE))
    ui, folder = work.ui, Path(tempfile.mkdtemp())
    assert ui.installFrame.visible
    assert all(name in ui.installLabel.text for name in ("PyTorch", "MONAI"))
    host.click(ui.installButton)
    assert host.installed == []  # Slicer that tests itself installs nothing

    work.load_with_muscles()
    assert not ui.segmentButton.enabled
    assert len(work.table()) == 10
    assert all(cells[1] for cells in work.table().values())
    host.dialogs.will_answer(folder / "table.csv", folder / "table.xlsx")
    host.click(ui.exportTableButton)
    assert (folder / "table.csv").is_file()
    host.click(ui.exportTableButton)
    assert "openpyxl" in ui.resultsMessage.text
    host.dialogs.will_answer(folder / "report.html", folder)
    host.click(ui.reportButton)
    assert "jinja2, matplotlib" in ui.resultsMessage.text
    host.click(ui.exportDicomButton)
    assert "highdicom" in ui.resultsMessage.text
    host.click(ui.barsButton)
    host.click(ui.profilesButton)

    _try_to_install(work, folder)
    assert not {name.partition(".")[0] for name in sys.modules} & set(LACKING)
    host.close()
    assert host.errors == [], host.errors
    print("passed")


class _TorchThatDoesNotLoad:
    """The extension's logic, which imports what it has installed: here a library of the system is missing for it."""

    def installTorch(self, **_):  # noqa: N802 - the name in the extension PyTorch
        raise ImportError("libcudart.so.12: cannot open shared object file")


def _try_to_install(work, folder):
    import qt

    host, ui = work.host, work.ui
    host.is_testing = False
    host.dialogs.will_answer(qt.QMessageBox.Ok)
    host.click(ui.installButton)
    assert "extension PyTorch" in ui.installLabel.text
    assert host.installed == []  # torch is installed by that extension, or not at all
    sys.modules["PyTorchUtils"] = types.SimpleNamespace(PyTorchUtilsLogic=_TorchThatDoesNotLoad)
    host.dialogs.will_answer(qt.QMessageBox.Ok)
    host.click(ui.installButton)
    assert "could not be installed" in ui.installLabel.text
    del sys.modules["PyTorchUtils"]
    host.dialogs.will_answer(folder, qt.QMessageBox.Ok)
    host.click(ui.installFolderButton)
    wanted = ("torch>=2.8", "monai>=1.5", "openpyxl", "threadpoolctl")
    wanted += ("highdicom>=0.27", "jinja2", "matplotlib", "reportlab>=4")
    assert host.installed == [("--no-index", "--find-links", str(folder), *wanted)]
    assert not any("==" in requirement for call in host.installed for requirement in call)


if __name__ == "__main__":
    main()
