"""Body map: the slice of the legs with most muscles, each colored by its mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.legs import find_body
from MuscleSegLib.report.ff_map import middles
from MuscleSegLib.report.figures import new_figure, orient
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Picture
from MuscleSegLib.report.patient_report.drawing import LabeledScan, draw_bar, drawn_text, picture_of
from MuscleSegLib.report.patient_report.words import number
from MuscleSegLib.translatable import Translatable, _
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH_INCHES = 3.6
_LEAST_VOXELS = 5
"""Voxels that a muscle has in a slice where it counts as shown."""

_SLICE = _(
    "The patient's own slice {number} of {count} ({position} mm), with most muscles; a muscle's color and number are "
    "the mean of all of it that was imaged, not of this slice."
)

_TISSUE, _SKIN, _UNMEASURED = "#ECEEF1", "#7A8494", "#FFFFFF"
_LABEL: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 5, "linespacing": 0.9}


@dataclass(frozen=True)
class ColorScale:
    """Colors of a quantity, the same in every report.

    Attributes:
        column: Column of the table of muscles.
        title: Title of the legend, with the unit.
        low: Lower end.
        high: Upper end; values beyond have the color of the end.
        ticks: Numbers of the legend.
        colors: Matplotlib's name of the colors.
    """

    column: str
    title: Translatable
    low: float
    high: float
    ticks: Sequence[float]
    colors: str


SCALES = (
    ColorScale("ff_mean_percent", _("Fat fraction, mean of the muscle (%)"), 0, 100, (0, 30, 60, 100), "viridis"),
    ColorScale("t2_mean_ms", _("T2, mean of the muscle (ms)"), 20, 120, (20, 40, 60, 80, 100, 120), "plasma"),
)


def body_maps(content: ReportContent, scan: LabeledScan) -> list[Picture]:
    """Return a body map for the fat fraction and for T2, as far as they were measured."""
    shown = [scale for scale in SCALES if any(getattr(row, scale.column) is not None for row in content.rows)]
    if not scan.codes.any():
        return []
    k = fullest_slice(scan.codes)
    return [_body_map(content, scan, scale, k) for scale in shown]


def fullest_slice(codes: NDArray[Any]) -> int:
    """Return the slice of labels, [k, j, i], with most muscles; of several the one with the largest labeled area."""
    counts = [
        (int((np.bincount(plane.ravel())[1:] >= _LEAST_VOXELS).sum()), int(np.count_nonzero(plane))) for plane in codes
    ]
    return max(range(len(counts)), key=counts.__getitem__)


def _body_map(content: ReportContent, scan: LabeledScan, scale: ColorScale, k: int) -> Picture:
    figure = new_figure(_WIDTH_INCHES, _WIDTH_INCHES * scan.height_per_width + 0.55)
    ax = figure.subplots()
    ax.axis("off")
    ax.set_aspect(scan.spacing_mm[1] / scan.spacing_mm[0])
    _draw_legs(ax, scan, k)
    means = {row.label: getattr(row, scale.column) for row in content.rows}
    mappable = _draw_muscles(ax, content, scan, k, means, scale)
    orient(ax, scan.codes[k][scan.box].shape, "black")
    draw_bar(ax, scan, "black")
    bar = figure.colorbar(
        mappable, ax=ax, orientation="horizontal", fraction=0.06, pad=0.02, aspect=40, extend="neither"
    )
    bar.set_ticks(list(scale.ticks))
    bar.ax.tick_params(labelsize=6, length=2)
    bar.set_label(drawn_text(content, scale.title), fontsize=6.5)
    return picture_of(figure, _caption(content, scan, k), 0.5)


def _draw_legs(ax: Axes, scan: LabeledScan, k: int) -> None:
    """Draw what lies inside the skin."""
    if scan.gray is None:
        return
    geometry = scan.labels.geometry
    one_slice = Volume(scan.gray[k : k + 1], type(geometry)((1, *geometry.shape[1:]), geometry.affine))
    body = find_body(one_slice)[0][scan.box].astype(float)
    if body.any() and not body.all():
        ax.contourf(body, levels=[0.5, 1.5], colors=[_TISSUE])
        ax.contour(body, levels=[0.5], colors=[_SKIN], linewidths=0.6)


def _draw_muscles(
    ax: Axes, content: ReportContent, scan: LabeledScan, k: int, means: Mapping[int, float | None], scale: ColorScale
) -> Any:
    import matplotlib
    from matplotlib.colors import Normalize
    from matplotlib.patheffects import withStroke

    mappable = matplotlib.cm.ScalarMappable(Normalize(scale.low, scale.high, clip=True), scale.colors)
    codes = scan.codes[k][scan.box]
    rows, columns = np.arange(-1, codes.shape[0] + 1), np.arange(-1, codes.shape[1] + 1)
    for label in content.label_table:
        mask = codes == label.value
        if not mask.any():
            continue
        mean = means.get(label.value)
        color = _UNMEASURED if mean is None else mappable.to_rgba(np.array([mean]))[0]
        padded = np.pad(mask.astype(float), 1)
        ax.contourf(columns, rows, padded, levels=[0.5, 1.5], colors=[color])
        ax.contour(columns, rows, padded, levels=[0.5], colors=["white" if mean is not None else _SKIN], linewidths=0.8)
        dark = mean is not None and sum(color[:3]) < 1.5
        text = label.abbreviation if mean is None else f"{label.abbreviation}\n{number(mean, 0)}"
        for row, column in middles(mask):
            halo = [withStroke(linewidth=0.9, foreground=color)]  # as text may be wider than its muscle
            ax.text(column, row, text, color="white" if dark else "black", path_effects=halo, **_LABEL)
    return mappable


def _caption(content: ReportContent, scan: LabeledScan, k: int) -> str:
    translate = content.translate
    position = number(scan.position_mm(k), 0, signed=True)
    sentence = translate(_SLICE.format(number=k + 1, count=len(scan.codes), position=position))
    present = {row.label for row in content.rows if row.volume_cm3 is not None}
    hidden = present - set(np.unique(scan.codes[k][scan.box]).tolist())
    if not hidden:
        return sentence
    names = [translate(label.name) for label in content.label_table if label.value in hidden]
    absent = _("Not in it: {muscles}.").format(muscles=", ".join(names))
    return f"{sentence} {translate(absent)}"
