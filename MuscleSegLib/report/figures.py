"""Figures without a window, and slices in them in radiological convention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARGIN_MM = 15.0
BAR_MM = 50.0

Box = tuple[slice, slice]
"""Rows and columns."""


def new_figure(width: float, height: float, background: str = "white") -> Figure:
    """Return a figure of a size in inches, without a window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=background, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def labeled_slices(codes: NDArray[Any]) -> NDArray[np.intp]:
    """Return the slices with a label, or all where there is none."""
    labeled = np.flatnonzero(codes.any(axis=(1, 2)))
    return labeled if len(labeled) else np.arange(len(codes))


def labeled_box(codes: Volume) -> Box:
    """Return rows and columns of the drawn part: the labels and a margin."""
    sides = []
    for axis, size in ((1, codes.geometry.spacing_mm[1]), (2, codes.geometry.spacing_mm[0])):
        filled = np.flatnonzero(codes.array.any(axis=(0, 3 - axis)))
        length = codes.array.shape[axis]
        margin = round(MARGIN_MM / size)
        first, last = (int(filled[0]), int(filled[-1])) if len(filled) else (0, length - 1)
        sides.append(slice(max(0, first - margin), min(length, last + margin + 1)))
    return sides[0], sides[1]


def orient(ax: Axes, shape: tuple[int, ...], color: str) -> None:
    """Put the right of the subject on the left of the picture and front up, and name the sides."""
    ax.set_xlim(shape[1] - 0.5, -0.5)
    ax.set_ylim(-0.5, shape[0] - 0.5)
    for place, side in ((0.02, "R"), (0.98, "L")):
        ax.text(place, 0.97, side, color=color, fontsize=9, ha="center", va="top", transform=ax.transAxes)
