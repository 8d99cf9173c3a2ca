"""The section *Improve*: corrected scans, a network that learns from them, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import qt
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import region
from MuscleSegPanel.cells import fit_height, set_headers, text_item
from MuscleSegPanel.improving import Improving
from MuscleSegPanel.interfaces import ImprovingShown
from MuscleSegPanel.message import Message
from MuscleSegPanel.translation import translated

_STEPS = 1000  # of the progress bar
_MOST_ROWS = 11  # in sight at once


class ImproveSection:
    """Widgets, which show and decide nothing."""

    def __init__(self, ui: object) -> None:
        self.message = Message(ui.improveMessage, ui.improveSection)
        self._ui = ui
        set_headers(ui.improveTable, _headers())

    def connect(self, improving: Improving) -> None:
        """Let the buttons do something."""
        ui = self._ui
        ui.addScanButton.connect("clicked()", improving.add)
        ui.scansFolderButton.connect("clicked()", improving.choose_folder)
        ui.improveButton.connect("clicked()", improving.press)
        ui.useNetworkButton.connect("clicked()", improving.use)
        ui.discardNetworkButton.connect("clicked()", improving.discard)

    def ask_folder(self) -> str:
        """Ask for the folder of corrected scans; an empty text where none is chosen."""
        title = _("Folder for corrected scans, which stay on this computer")
        return str(qt.QFileDialog.getExistingDirectory(self._ui.improveSection, title))

    def show(self, shown: ImprovingShown) -> None:
        """Show how many scans there are, what can be done with them, and what came of it."""
        ui, is_running = self._ui, shown.state in ("running", "canceling")
        ui.scansLabel.text = translated(shown.summary) or _(
            "Correct some slices of a scan, add it here, and let a network learn from it: on this computer alone."
        )
        ui.scansLabel.toolTip = shown.folder
        ui.addScanButton.enabled = shown.can_add
        ui.scansFolderButton.enabled = shown.state == "idle"
        ui.improveButton.text = _("Cancel") if is_running else _("Improve")
        ui.improveButton.enabled = shown.state == "running" or shown.can_improve
        ui.improveProgressBar.visible = is_running
        if shown.state == "canceling":
            ui.improveProgressBar.format = _("Canceling")
        self._show_result(shown)

    def show_progress(self, fraction: float, doing: str) -> None:
        """Move the progress bar.

        Args:
            fraction: How much is done, 0 to 1.
            doing: Present step, in the library's words.
        """
        doing = translated(doing)
        self._ui.improveProgressBar.value = int(_STEPS * fraction)
        self._ui.improveProgressBar.format = _("{doing} · %p %").format(doing=doing[:1].upper() + doing[1:])

    def _show_result(self, shown: ImprovingShown) -> None:
        ui, result = self._ui, shown.result
        for widget in (ui.improveResult, ui.improveTable):
            widget.visible = result is not None
        for button in (ui.useNetworkButton, ui.discardNetworkButton):
            button.visible = result is not None and bool(result["is_taken"])
            button.enabled = shown.state == "idle"
        if result is None:
            return
        ui.improveResult.text = _in_a_sentence(result)
        rows = _rows(result)
        ui.improveTable.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                ui.improveTable.setItem(number, column, text_item(text, is_number=column > 0))
        ui.improveTable.resizeColumnsToContents()
        fit_height(ui.improveTable, most_rows=_MOST_ROWS)


def _headers() -> list[tuple[str, str]]:
    corrected = _(
        "Mean Dice similarity coefficient (DSC) with your corrected labels, which the network did not learn from when "
        "this was measured: before and after."
    )
    digital = _("DSC on digital people whom no training saw, before and after: what the network has not forgotten.")
    return [
        (_("Muscle"), _("The muscle, of both sides together.")),
        (_("Legs"), _("Number of corrected legs that have the muscle (n).")),
        (_("Corrected"), corrected),
        (_("Digital"), digital),
    ]


def _in_a_sentence(result: Mapping[str, Any]) -> str:
    if not result["is_taken"]:
        sentence = _("Not better, so that {parent} stays: {reason}")
        return sentence.format(parent=result["parent"], reason=translated(result["reason"]))
    sentence = _("{name} is better than {parent}: DSC {before:.3f} before, {after:.3f} after on {what} left out.")
    gate = result["held_out"]
    return sentence.format(
        name=result["name"],
        parent=result["parent"],
        before=gate["before"],
        after=gate["after"],
        what=translated(result["left_out"]),
    )


def _rows(result: Mapping[str, Any]) -> list[Sequence[str]]:
    """Return the cells of each muscle, and of all together."""
    muscles = {label.value: label.name for label in region(result["region"]).labels(two_legs=False)}
    held_out, rehearsed = ({row["code"]: row for row in result[gate]["rows"]} for gate in ("held_out", "rehearsed"))
    rows: list[Sequence[str]] = [
        (
            translated(name),
            str(held_out[code]["n"]) if code in held_out else "",
            _before_after(held_out.get(code)),
            _before_after(rehearsed.get(code)),
        )
        for code, name in muscles.items()
        if code in held_out or code in rehearsed
    ]
    return [*rows, (_("All muscles"), "", _before_after(result["held_out"]), _before_after(result["rehearsed"]))]


def _before_after(figures: Mapping[str, Any] | None) -> str:
    return "" if figures is None else f"{figures['before']:.3f} → {figures['after']:.3f}"
