"""The part of the section *Correct* about corrected slices: their list, and the buttons that use them."""

from collections.abc import Sequence

from slicer.i18n import tr as _

from MuscleSegPanel.interfaces import ButtonState
from MuscleSegPanel.propagated import run_in_words, runs_of
from MuscleSegPanel.propagating import Propagating
from MuscleSegPanel.translation import translated

_STEPS = 1000  # of the progress bar


class SlicesSection:
    """Corrected slices of the chosen muscle."""

    def __init__(self, ui: object, propagating: Propagating) -> None:
        self._ui = ui
        ui.useSlicesButton.connect("clicked()", propagating.press)
        ui.useAllSlicesButton.connect("clicked()", propagating.press_for_all)
        ui.nextSliceButton.connect("clicked()", propagating.go_to_next)
        ui.markSliceButton.connect("clicked()", propagating.mark)
        ui.slicesLabel.connect("linkActivated(QString)", lambda index: propagating.go_to(int(index)))

    def show(self, slices: Sequence[int] | None, *, state: ButtonState, is_enabled: bool) -> None:
        """Show the corrected slices, and the buttons.

        Args:
            slices: Corrected slices of the chosen muscle; None where none is chosen.
            state: Whether muscles are being drawn.
            is_enabled: Whether any could be.
        """
        ui, is_running = self._ui, state != "segment"
        ui.slicesLabel.visible = slices is not None
        ui.slicesLabel.text = _("Corrected slices: {slices}").format(slices=_links(slices) or _("none"))
        ui.useSlicesButton.text = _("Cancel") if is_running else _("Use my corrected slices for the rest")
        ui.useSlicesButton.toolTip = (
            _("Stop; what was there before stays as it was.")
            if is_running
            else _(
                "Draw the chosen muscle anew between its corrected slices, which stay as they are: guided by them, by "
                "the images and by a network of MuscleSeg. A single one is carried a few slices up and down. No other "
                "muscle changes, and Undo takes it back."
            )
        )
        ui.useSlicesButton.enabled = state == "cancel" or (not is_running and is_enabled and slices is not None)
        for button in (ui.useAllSlicesButton, ui.nextSliceButton):
            button.visible = not is_running
            button.enabled = is_enabled
        ui.markSliceButton.enabled = slices is not None and not is_running
        ui.slicesProgressBar.visible = is_running
        if state == "canceling":
            ui.slicesProgressBar.format = _("Canceling")

    def show_progress(self, fraction: float, doing: str) -> None:
        """Move the progress bar.

        Args:
            fraction: How much is done, 0 to 1.
            doing: Present step, in the library's words.
        """
        doing = translated(doing)
        self._ui.slicesProgressBar.value = int(_STEPS * fraction)
        self._ui.slicesProgressBar.format = _("{doing} · %p %").format(doing=doing[:1].upper() + doing[1:])


def _links(slices: Sequence[int] | None) -> str:
    """Return slices with a link to the first of each run of neighbors."""
    return ", ".join(f'<a href="{first}">{run_in_words(first, last)}</a>' for first, last in runs_of(slices or ()))
