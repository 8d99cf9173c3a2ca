"""Three slices of the scan with the outlines of the muscles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.report.figures import labeled_slices, new_figure, orient
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Picture
from MuscleSegLib.report.patient_report.drawing import LabeledScan, brightness, draw_bar, drawn_text, picture_of, rgb
from MuscleSegLib.report.patient_report.words import capitalized, number
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PLACES = (0.8, 0.5, 0.2)
"""Of the slices, along the labeled part of the limb, from above."""

_WIDTH_INCHES = 7.3
_ENTRY_INCHES = 1.55


def outlined_slices(content: ReportContent, scan: LabeledScan) -> Picture:
    """Return three slices side by side, the highest first, with a legend of the muscles' colors."""
    translate = content.translate
    labeled = labeled_slices(scan.codes)
    shown = list(dict.fromkeys(int(labeled[round(place * (len(labeled) - 1))]) for place in _PLACES))
    muscles = _legend(content)
    abreast = int(_WIDTH_INCHES / _ENTRY_INCHES)
    lines = -(-len(muscles) // abreast)
    width = _WIDTH_INCHES / len(_PLACES)
    figure = new_figure(_WIDTH_INCHES, width * scan.height_per_width + 0.2 + 0.15 * lines)
    for ax, k in zip(np.atleast_1d(figure.subplots(1, len(_PLACES))), [*shown, *[None] * 3], strict=False):
        ax.axis("off")
        if k is not None:
            _draw_slice(ax, content, scan, k)
            position = number(scan.position_mm(k), 0, signed=True)
            title = _("slice {number}, {position} mm").format(number=k + 1, position=position)
            ax.set_title(drawn_text(content, title), fontsize=6.5, pad=2)
    _draw_legend(figure, muscles, abreast)
    remark = _("Outlines on the scan that was given.")
    if scan.gray is None:
        remark = _("Outlines; no scan was given to draw them on.")
    elif content.image is None:
        remark = _("Outlines on the fat fraction map: no scan was given to draw them on.")
    side = _("The right of the patient is on the left, front is up; positions are along the axis towards the head.")
    return picture_of(figure, f"{translate(remark)} {translate(side)}", 1.0)


def _draw_slice(ax: Axes, content: ReportContent, scan: LabeledScan, k: int) -> None:
    codes = scan.codes[k][scan.box]
    ax.set_aspect(scan.spacing_mm[1] / scan.spacing_mm[0])
    ink = "black" if scan.gray is None else "white"
    if scan.gray is not None:
        part = scan.gray[k][scan.box]
        ax.imshow(part, cmap="gray", vmin=0, vmax=brightness(part), aspect=scan.spacing_mm[1] / scan.spacing_mm[0])
    rows, columns = np.arange(-1, codes.shape[0] + 1), np.arange(-1, codes.shape[1] + 1)
    for label in content.label_table:
        mask = codes == label.value
        if mask.any():
            padded = np.pad(mask.astype(float), 1)
            ax.contour(columns, rows, padded, levels=[0.5], colors=[rgb(label.color)], linewidths=0.9)
    orient(ax, codes.shape, ink)
    draw_bar(ax, scan, ink)


def _legend(content: ReportContent) -> dict[str, tuple[int, int, int]]:
    colors: dict[str, tuple[int, int, int]] = {}
    for label in content.label_table:
        name = drawn_text(content, capitalized(label.muscle))
        colors.setdefault(f"{name} ({label.abbreviation})", label.color)
    return colors


def _draw_legend(figure: object, muscles: dict[str, tuple[int, int, int]], columns: int) -> None:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    assert isinstance(figure, Figure)
    handles = [Line2D([], [], color=rgb(color), linewidth=1.6, label=name) for name, color in muscles.items()]
    look = {"fontsize": 6, "frameon": False, "handlelength": 1.2, "columnspacing": 1.0, "labelspacing": 0.2}
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, **look)
