"""Section at the top of the panel while Python packages are missing."""

from collections.abc import Callable
from pathlib import Path

import qt
import slicer.util
from slicer.i18n import tr as _

from MuscleSegPanel import dependencies
from MuscleSegPanel.message import Message


class InstallSection:
    """Sentence on missing packages, and two ways to install them."""

    def __init__(self, ui: object, on_installed: Callable[[], None]) -> None:
        self._ui, self._message, self._on_installed = ui, Message(ui.installLabel), on_installed
        ui.installButton.connect("clicked()", self._download)
        ui.installFolderButton.connect("clicked()", self._choose_folder)
        self.show()

    def show(self) -> None:
        """Show the missing packages, or hide the section."""
        sentence = dependencies.what_is_missing() or dependencies.what_is_wished()
        self._message.tell(sentence)
        self._ui.installFrame.visible = bool(sentence)

    def _download(self) -> None:
        self._install(None)

    def _choose_folder(self) -> None:
        folder = qt.QFileDialog.getExistingDirectory(self._ui.installFrame, _("Folder with the packages (.whl files)"))
        if folder:
            self._install(Path(folder))

    def _install(self, folder: Path | None) -> None:
        if not dependencies.is_allowed():
            return
        with self._message.instead_of_errors():
            with slicer.util.WaitCursor():
                dependencies.install(folder)
            self.show()
            self._on_installed()
