"""Profile along the limb: fat fraction, or area without it, of each muscle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.report.figures import new_figure
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Picture
from MuscleSegLib.report.patient_report.drawing import drawn_text, picture_of, rgb
from MuscleSegLib.report.patient_report.words import SIDES, capitalized, side_word
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

SHOWN = {"ff_mean_percent": _("Fat fraction (%)"), "area_cm2": _("Area (cm²)")}
"""Quantities of profiles, of which the first that was measured is drawn."""

_STYLES = ("-", "--")
"""Lines of muscles in turn, since ten colors alone are hard to tell apart."""

_FEW = 15
"""Slices; each of so few is marked."""


def profile_picture(content: ReportContent) -> Picture | None:
    """Return the profiles of right and left side by side; None where nothing was measured along the limb."""
    quantity = next((name for name in SHOWN if any(row.quantity == name for row in content.profiles)), None)
    if quantity is None:
        return None
    rows = [row for row in content.profiles if row.quantity == quantity]
    sides = [side for side in SIDES if any(row.side == side for row in rows)]
    figure = new_figure(7.3, 2.25)
    panels = np.atleast_1d(figure.subplots(1, len(sides), sharey=True))
    lines: dict[str, Line2D] = {}
    for ax, side in zip(panels, sides, strict=True):
        lines |= _draw_side(ax, content, [row for row in rows if row.side == side])
        word = side_word(side)
        ax.set_title(drawn_text(content, capitalized(word)) if word else "", fontsize=7, pad=2)
        ax.set_xlabel(drawn_text(content, _("Position, lower to upper end of the scan (%)")), fontsize=6.5)
    panels[0].set_ylabel(drawn_text(content, SHOWN[quantity]), fontsize=6.5)
    panels[0].set_ylim(bottom=0)
    figure.legend(list(lines.values()), list(lines), loc="outside right center", frameon=False, fontsize=6)
    caption = _("Mean of each muscle in each slice along the limb.")
    if quantity == "area_cm2":
        caption = _("Cross section of each muscle in each slice along the limb.")
    return picture_of(figure, content.translate(caption), 1.0)


def _draw_side(ax: Axes, content: ReportContent, rows: Sequence[ProfileRow]) -> dict[str, Line2D]:
    colors = {label.value: rgb(label.color) for label in content.label_table}
    lines = {}
    for place, muscle in enumerate(dict.fromkeys(label.muscle for label in content.label_table)):
        muscle_rows = sorted((row for row in rows if row.muscle == muscle), key=lambda row: row.position_mm)
        if muscle_rows:
            positions, values = [row.position_percent for row in muscle_rows], [row.value for row in muscle_rows]
            marker: dict[str, Any] = {"marker": "o", "markersize": 1.8} if len(muscle_rows) < _FEW else {}
            style: dict[str, Any] = {"color": colors.get(muscle_rows[0].label, "0.4"), "linestyle": _STYLES[place % 2]}
            (lines[muscle_rows[0].abbreviation],) = ax.plot(positions, values, linewidth=1.1, **style, **marker)
    ax.tick_params(labelsize=6, length=2)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(linewidth=0.3, color="0.88")
    ax.set_xlim(0, 100)
    return lines
