"""Picture of a segmentation: slices with the muscles' outlines, in radiological convention."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.files import written_whole
from MuscleSegLib.report.figures import BAR_MM, Box, labeled_box, labeled_slices, new_figure, orient
from MuscleSegLib.volume import Segment, Volume, canonical

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 4
WIDTH = 3.2  # inches, of one slice
MOST_SLICES = 8
ENTRY = 1.9  # inches, width of the longest name in the legend
LINE = 0.2  # inches, height of a line of the legend
TINT = 0.25  # opacity of a muscle: dark colors would be lost as a line on black


def draw_overview(
    image: Volume, labels: Volume, segments: Sequence[Segment], path: Path, *, most_slices: int = MOST_SLICES
) -> None:
    """Draw slices from the lowest to the highest with a label: gray image, outlines in the muscles' colors, a legend.

    The subject's right is on the left of the picture, front is up. Above each slice stands its position along the axis
    towards the head, in millimeters; the bar is 50 mm.

    Args:
        image: [k, j, i] image, any orientation.
        labels: [k, j, i] label values on the same grid.
        segments: Names and colors of the labels. Left and right muscles share an entry of the legend.
        path: A .png file.
        most_slices: Largest number of slices, evenly spaced.

    Raises:
        MuscleSegError: The file cannot be written.
    """
    gray, codes = canonical(image), canonical(labels)
    shown = _chosen_slices(codes.array, most_slices)
    rows, columns = math.ceil(len(shown) / COLUMNS), min(COLUMNS, len(shown))
    box = labeled_box(codes)
    spacing = codes.geometry.spacing_mm
    height = WIDTH * (box[0].stop - box[0].start) * spacing[1] / ((box[1].stop - box[1].start) * spacing[0])
    named, named_abreast = _named_colors(segments), min(5, int(WIDTH * columns / ENTRY))
    legend_height = LINE * (1 + math.ceil(len(named) / named_abreast))
    figure = new_figure(WIDTH * columns, (height + 0.25) * rows + legend_height, "black")
    axes = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for ax in axes:
        ax.axis("off")
    for ax, k in zip(axes, shown, strict=False):
        _draw_slice(ax, gray, codes, segments, int(k), box)
    _draw_legend(figure, named, named_abreast)
    with written_whole(path) as temporary:
        figure.savefig(temporary, dpi=110, format="png")


def _chosen_slices(codes: NDArray[Any], most: int) -> NDArray[np.intp]:
    """Return up to ``most`` slices, evenly from the lowest to the highest with a label; of all without labels."""
    labeled = labeled_slices(codes)
    count = min(most, len(labeled))
    return np.unique(labeled[np.linspace(0, len(labeled) - 1, count).round().astype(int)])


def _draw_slice(ax: Axes, gray: Volume, codes: Volume, segments: Sequence[Segment], k: int, box: Box) -> None:
    spacing = gray.geometry.spacing_mm
    part, part_codes = gray.array[k][box], codes.array[k][box]
    brightest = max(float(np.percentile(part, 99.5)), 1e-6)
    ax.imshow(part, cmap="gray", vmin=0, vmax=brightest, aspect=spacing[1] / spacing[0])
    for segment in segments:
        mask = part_codes == segment.value
        if mask.any():
            padded = np.pad(mask.astype(float), 1)  # so that a muscle at the edge is closed
            y, x = np.arange(-1, mask.shape[0] + 1), np.arange(-1, mask.shape[1] + 1)
            ax.contourf(x, y, padded, levels=[0.5, 1.5], colors=[_rgb(segment)], alpha=TINT)
            ax.contour(x, y, padded, levels=[0.5], colors=[_rgb(segment)], linewidths=1.1)
    orient(ax, part.shape, "white")
    _annotate(ax, gray, k, part.shape)


def _annotate(ax: Axes, gray: Volume, k: int, shape: tuple[int, ...]) -> None:
    """Write scale and position; the position is that of the slice's middle."""
    rows, columns = gray.array.shape[1:]
    position = gray.geometry.world_from_index(np.array([columns / 2, rows / 2, k]))[2]
    ax.set_title(f"slice {k + 1}, {position:+.0f} mm", color="white", fontsize=8, pad=2)
    start, length = shape[1] - 0.03 * shape[1], BAR_MM / gray.geometry.spacing_mm[0]
    ax.plot([start, start - length], [2, 2], color="white", linewidth=2)
    ax.text(start - length / 2, 4, f"{BAR_MM:.0f} mm", color="white", fontsize=6, ha="center", va="bottom")


def _named_colors(segments: Sequence[Segment]) -> dict[str, tuple[float, float, float]]:
    colors: dict[str, tuple[float, float, float]] = {}
    for segment in segments:
        name = segment.name.removeprefix("Right ").removeprefix("Left ")
        colors.setdefault(name[0].upper() + name[1:], _rgb(segment))
    return colors


def _draw_legend(figure: Figure, colors: Mapping[str, tuple[float, float, float]], columns: int) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(facecolor=color, edgecolor="white", linewidth=0.5, label=name) for name, color in colors.items()]
    look = {"fontsize": 8, "labelcolor": "white", "frameon": False}
    figure.legend(handles=patches, loc="outside lower center", ncols=columns, **look)


def _rgb(segment: Segment) -> tuple[float, float, float]:
    red, green, blue = segment.color
    return red / 255, green / 255, blue / 255
