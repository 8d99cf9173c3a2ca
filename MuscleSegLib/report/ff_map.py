"""Picture of the fat fraction map in color, with the muscles' outlines and a color bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.report.figures import BAR_MM, Box, labeled_box, labeled_slices, new_figure, orient
from MuscleSegLib.volume import Geometry, Volume, canonical, resample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from MuscleSegLib.anatomy import Label

COLUMNS, MOST_SLICES = 2, 6
WIDTH = 3.4  # inches, of one slice
FINE = 3
"""Subdivision of the map's pixels for outlines, since labels are often finer than maps."""

LEAST_SIGNAL = 0.08
"""Signal relative to bright tissue below which the map is noise."""


def draw_ff_map(ff: Volume, labels: Volume, label_table: Sequence[Label], *, signal: Volume | None) -> Figure:
    """Draw slices of the map from the lowest to the highest with a muscle, in radiological convention.

    Args:
        ff: [k, j, i] fat fraction in percent, any orientation.
        labels: [k, j, i] label values, on any grid.
        label_table: Labels of the values.
        signal: [k, j, i] signal on the grid of ``ff``; pixels with next to none stay blank.
    """
    shown, codes = canonical(_blanked(ff, signal)), resample(labels, canonical(ff).geometry, interpolation="nearest")
    chosen, box = _chosen_slices(codes.array), labeled_box(codes)
    columns = min(COLUMNS, len(chosen))
    rows = -(-len(chosen) // columns)
    i_mm, j_mm, _ = codes.geometry.spacing_mm
    height = WIDTH * (box[0].stop - box[0].start) * j_mm / ((box[1].stop - box[1].start) * i_mm)
    figure = new_figure(WIDTH * columns + 0.9, (height + 0.25) * rows)
    panels = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for ax in panels:
        ax.axis("off")
    for ax, k in zip(panels, chosen, strict=False):
        _draw_slice(ax, shown, int(k), box)
        _draw_outlines(ax, labels, shown.geometry, int(k), box, label_table)
    bar = figure.colorbar(panels[0].images[0], ax=list(panels), shrink=0.6, pad=0.02)
    bar.set_label("Fat fraction (%)")
    return figure


def _blanked(ff: Volume, signal: Volume | None) -> Volume:
    if signal is None:
        return ff
    weak = signal.array < LEAST_SIGNAL * np.nanpercentile(signal.array, 98)
    return Volume(np.where(weak, np.nan, ff.array), ff.geometry)


def _chosen_slices(codes: NDArray[Any]) -> NDArray[np.intp]:
    """Return up to ``MOST_SLICES`` slices evenly among those with a label, not the very ends; of all without labels."""
    labeled = labeled_slices(codes)
    count = min(MOST_SLICES, len(labeled))
    places = (np.arange(count) + 0.5) / count * len(labeled)
    return np.unique(labeled[places.astype(int)])


def _draw_slice(ax: Axes, shown: Volume, k: int, box: Box) -> None:
    import matplotlib

    colors = matplotlib.colormaps["viridis"].with_extremes(bad="white")
    i_mm, j_mm, _ = shown.geometry.spacing_mm
    part = shown.array[k][box]
    ax.imshow(part, cmap=colors, vmin=0, vmax=100, aspect=j_mm / i_mm, interpolation="nearest")
    orient(ax, part.shape, "black")
    middle = (np.array(shown.array.shape[:0:-1]) - 1) / 2
    position = shown.geometry.world_from_index((*middle, k))[2]
    ax.set_title(f"{position:+.0f} mm", fontsize=8, pad=2)
    length = BAR_MM / i_mm
    ax.plot([part.shape[1] * 0.97, part.shape[1] * 0.97 - length], [1, 1], color="black", linewidth=2)
    ax.text(part.shape[1] * 0.97 - length / 2, 2, f"{BAR_MM:.0f} mm", fontsize=6, ha="center", va="bottom")


def _draw_outlines(
    ax: Axes, labels: Volume, geometry: Geometry, k: int, box: Box, label_table: Sequence[Label]
) -> None:
    """Draw outlines in white with a black rim, visible on every color, and the muscles' abbreviations."""
    from matplotlib.patheffects import withStroke

    codes = _fine_labels(labels, geometry, k, box)
    rows, columns = ((np.arange(size) + 0.5) / FINE - 0.5 for size in codes.shape)
    present = set(np.unique(codes).tolist())
    for label in label_table:
        if label.value in present:
            mask = np.pad((codes == label.value).astype(float), 1)
            x, y = (np.concatenate([[2 * a[0] - a[1]], a, [2 * a[-1] - a[-2]]]) for a in (columns, rows))
            lines = ax.contour(x, y, mask, levels=[0.5], colors="white", linewidths=0.7)
            lines.set_path_effects([withStroke(linewidth=1.5, foreground="black")])
            for row, column in middles(mask[1:-1, 1:-1] > 0):
                text = ax.text(columns[column], rows[row], label.abbreviation, color="white", fontsize=4.5)
                text.set(ha="center", va="center", path_effects=[withStroke(linewidth=1.1, foreground="black")])


def _fine_labels(labels: Volume, geometry: Geometry, k: int, box: Box) -> NDArray[Any]:
    """Return [row, column] labels of a part of a slice of a grid, in pixels ``FINE`` times as small."""
    step = np.diag([1 / FINE, 1 / FINE, 1.0, 1.0])
    first = np.eye(4)
    edge = 0.5 / FINE - 0.5
    first[:3, 3] = (box[1].start + edge, box[0].start + edge, k)
    shape = (1, *(FINE * (side.stop - side.start) for side in box))
    fine = Geometry(shape, geometry.affine @ first @ step)
    fine_labels: NDArray[Any] = resample(labels, fine, interpolation="nearest").array[0]
    return fine_labels


def middles(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the deepest row and column in each large part of a mask, such as of two legs."""
    from scipy import ndimage

    parts, count = ndimage.label(mask)
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    numbers = range(1, count + 1)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    places = ndimage.maximum_position(depth, parts, numbers)
    large = sizes[1:].max(initial=0) / 4
    return [(int(row), int(column)) for n, (row, column) in zip(numbers, places, strict=True) if sizes[n] >= large]
