"""The section *Network*: what each network is worth and what it costs, and the button that starts it.

Its title is one line about the network that is chosen; the list of all is behind it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import qt
from slicer.i18n import tr as _

from MuscleSegLib.bundle import Metadata
from MuscleSegPanel.cells import fit_height, set_headers, text_item
from MuscleSegPanel.interfaces import ButtonState
from MuscleSegPanel.message import Message
from MuscleSegPanel.run_times import keep_seconds, last_seconds
from MuscleSegPanel.translation import translated

_TIME, _MEMORY = 2, 3  # columns
_FIGURES = range(1, 4)  # columns
_STEPS = 1000  # of the progress bar
_MOST_ROWS = 5  # in sight at once
_LONGEST_NAME = 34  # letters of a network's name in the section's title, which the panel is wide enough for
_AROUND_S = 4.0
"""Time of a segmentation beside the network itself: files are exchanged, legs found, muscles cleaned and shown."""

_DIGITAL = "digital people"


class NetworkSection:
    """The list of networks, the button, the progress."""

    def __init__(self, ui: object, *, on_network: Callable[[str], None], on_segment: Callable[[], None]) -> None:
        self.message = Message(ui.segmentMessage)
        self._ui, self._on_network = ui, on_network
        self._networks: list[Metadata] = []
        self._are_together = False
        self._images = 1
        self._costs: dict[str, Mapping[str, Any]] = {}
        self._about_section = ui.networkSection.toolTip
        set_headers(ui.networkTable, _headers())
        ui.networkTable.connect("currentCellChanged(int,int,int,int)", self._on_row)
        ui.segmentButton.connect("clicked()", on_segment)

    @property
    def chosen(self) -> str:
        """The name of the chosen network, "" where there is none, or where all that are listed are taken."""
        if self._are_together:
            return ""
        row = self._ui.networkTable.currentRow()
        return self._networks[row].name if 0 <= row < len(self._networks) else ""

    def show_networks(self, networks: Sequence[Metadata], chosen: str | None) -> None:
        """List networks; ``chosen`` is a network's name, or None where each segments its own region."""
        table, self._are_together = self._ui.networkTable, chosen is None
        row = next((row for row, network in enumerate(networks) if network.name == chosen), -1)
        table.blockSignals(True)
        kinds = qt.QAbstractItemView
        table.setSelectionMode(kinds.NoSelection if self._are_together else kinds.SingleSelection)
        table.setRowCount(len(networks))
        for number, network in enumerate(networks):
            cells = (_title(network), _dsc(network), "…", "…", network.name)
            for column, text in enumerate(cells):
                table.setItem(number, column, text_item(text, _about(network), is_number=column in _FIGURES))
        self._networks = list(networks)
        table.setCurrentCell(row, 0)
        table.resizeColumnsToContents()
        fit_height(table, most_rows=_MOST_ROWS, is_wide=True)
        table.blockSignals(False)
        self._costs = {}
        self._show_note(row)
        self._show_title()

    def show_images(self, count: int) -> None:
        """Show the times for so many images that are segmented together."""
        if count == self._images:
            return
        self._images = count
        for row, network in enumerate(self._networks):
            self._ui.networkTable.item(row, _TIME).setText(self._time(network.name))
        self._show_title()

    def show_cost(self, cost: Mapping[str, Any]) -> None:
        """Write a network's cost on this computer.

        Args:
            cost: The name of the "network", and its "seconds" and "peak_bytes" where they are known.
        """
        names = [network.name for network in self._networks]
        if cost["network"] not in names:
            return  # another region's networks are listed meanwhile
        table, row = self._ui.networkTable, names.index(cost["network"])
        memory = _("{size:.1f} GB").format(size=cost["peak_bytes"] / 1e9) if "peak_bytes" in cost else _("unknown")
        self._costs[cost["network"]] = cost
        for column, text in ((_TIME, self._time(cost["network"])), (_MEMORY, memory)):
            table.setItem(row, column, text_item(text, _about(self._networks[row]), is_number=True))
            table.resizeColumnToContents(column)
        self._show_title()

    def show_run(self, network: str, seconds: float, *, images: int) -> None:
        """Keep and write what a network took on this computer, in place of what was expected.

        Args:
            network: Its name, or several: of those, nobody knows what each of them took.
            seconds: From the press of the button to the muscles in the scene.
            images: Number of images that were segmented together.
        """
        names = [listed.name for listed in self._networks]
        if network not in names:
            return
        keep_seconds(network, seconds, images=images)
        item = text_item(self._time(network), _about(self._networks[names.index(network)]), is_number=True)
        self._ui.networkTable.setItem(names.index(network), _TIME, item)
        self._ui.networkTable.resizeColumnToContents(_TIME)
        self._show_title()

    def show_progress(self, fraction: float, doing: str) -> None:
        """Move the progress bar.

        Args:
            fraction: How much is done, 0 to 1.
            doing: Present step, in the library's words.
        """
        doing = translated(doing)
        self._ui.progressBar.value = int(_STEPS * fraction)
        self._ui.progressBar.format = _("{doing} · %p %").format(doing=doing[:1].upper() + doing[1:])

    def show_button(self, state: ButtonState, *, is_enabled: bool) -> None:
        """Show the button *Segment*, or *Cancel* with the progress bar, since that takes a moment."""
        button, is_running = self._ui.segmentButton, state != "segment"
        button.text = _("Cancel") if is_running else _("Segment")
        button.enabled = is_enabled
        if state == "canceling":
            self._ui.progressBar.format = _("Canceling")
        button.toolTip = (
            _("Stop; what was there before stays as it was (Ctrl+Shift+M).")
            if is_running
            else _("Segment the muscles of the chosen scan with the chosen network (Ctrl+Shift+M).")
        )
        self._ui.progressBar.visible = is_running
        for widget in (self._ui.networkTable, self._ui.deviceSelector, self._ui.segmentationSelector):
            widget.enabled = not is_running

    def _on_row(self, row: int, *_others: int) -> None:
        if 0 <= row < len(self._networks) and not self._are_together:
            self._show_note(row)
            self._show_title()
            self._on_network(self._networks[row].name)

    def _time(self, network: str) -> str:
        """Return the seconds of a network's last run here, or the predicted ones."""
        seconds = last_seconds(network, images=self._images)
        if seconds is not None:
            return _("{time} last time").format(time=_duration(seconds))
        cost = self._costs.get(network, {})
        if "seconds" not in cost:
            return _("unknown") if cost else "…"
        return _("about {time}").format(time=_duration(self._images * cost["seconds"] + _AROUND_S))

    def _show_title(self) -> None:
        """Say in one line which network segments, and what it is worth and costs."""
        section, names = self._ui.networkSection, [_shortened(network.name) for network in self._networks]
        section.text = _("Network: {name}").format(name=", ".join(names) if self._are_together else _("none"))
        chosen = next((network for network in self._networks if network.name == self.chosen), None)
        if chosen is not None:
            has_dsc = chosen.left_out_dsc is not None
            line = _("Network: {name} · DSC {dsc} · {time}") if has_dsc else _("Network: {name} · {time}")
            section.text = line.format(name=_shortened(_title(chosen)), dsc=_dsc(chosen), time=self._time(chosen.name))
        section.toolTip = "\n\n".join(filter(None, (self._about_section, self._ui.networkNote.text)))

    def _show_note(self, row: int) -> None:
        text = _notes_together(self._networks) if self._are_together else ""
        if 0 <= row < len(self._networks):
            network = self._networks[row]
            text = " ".join([_in_a_sentence(network), *(_sentence(note) for note in network.notes)])
        self._ui.networkNote.text = text
        self._ui.networkNote.visible = bool(self._ui.networkNote.text)


def _headers() -> list[tuple[str, str]]:
    dsc = _(
        "Mean Dice similarity coefficient (DSC) on scans of real people from whom the network did not learn: 1 is a "
        "perfect overlap. Compare two networks where the tooltips of their rows name the same scans."
    )
    time = _(
        "Time of the network's last run on this computer. Before the first run: the expected time of a scan of both "
        "legs with 20 slices on its processor."
    )
    return [
        (_("Network"), _("The network, with the paper that it is from.")),
        (_("DSC"), dsc),
        (_("Time"), time),
        (_("Memory"), _("Peak memory on this computer.")),
        (_("Name"), _("The network's name in files, tables and on the command line.")),
    ]


def _title(network: Metadata) -> str:
    return network.title or network.name


def _dsc(network: Metadata) -> str:
    return "-" if network.left_out_dsc is None else f"{network.left_out_dsc:.2f}"


def _in_a_sentence(network: Metadata) -> str:
    """Return a network's accuracy and the images on which it was measured."""
    if network.left_out_dsc is not None:
        sentence = _("Mean overlap with the reference (DSC): {dsc:.2f} on real people from whom it did not learn.")
        return sentence.format(dsc=network.left_out_dsc)
    accuracy = network.mean_dsc
    if accuracy is None:
        return _("Its accuracy was not measured.")
    where = _("digital legs") if _DIGITAL in accuracy.data else accuracy.data
    return _("Not measured on real people left out. Mean overlap (DSC): {dsc:.2f} on {where}.").format(
        dsc=accuracy.value, where=where
    )


def _notes_together(networks: Sequence[Metadata]) -> str:
    """Return the network of each region, with its notes."""
    words = {"thigh": _("{name} for the thigh"), "calf": _("{name} for the calf")}
    taken = ", ".join(words[network.region].format(name=network.name) for network in networks)
    regions = _("Where the slices show it: {networks}. To take others, choose Thigh or Calf.").format(networks=taken)
    notes = [
        _("{network}: {notes}").format(network=network.name, notes=" ".join(map(_sentence, network.notes)))
        for network in networks
        if network.notes
    ]
    return "\n".join([regions, *notes])


def _about(network: Metadata) -> str:
    """Return the tooltip of a network."""
    lines = [
        f"{_title(network)} · {network.name}",
        _in_a_sentence(network),
        *(f"    {figure.data}: {figure.value:.2f}" for figure in network.left_out),
        _("Accuracy: {text}").format(text=translated(network.accuracy)),
        _("Trained on: {text}").format(text=translated(network.training_data)),
    ]
    return "\n".join([*lines, *(_("Note: {text}").format(text=translated(note)) for note in network.notes)])


def _duration(seconds: float) -> str:
    if seconds < 90:
        return _("{seconds:.0f} s").format(seconds=max(seconds, 1.0))
    return _("{minutes:.0f} min").format(minutes=seconds / 60)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _sentence(note: str) -> str:
    text = translated(note)
    return f"{text[:1].upper()}{text[1:]}."
