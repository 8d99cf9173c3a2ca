"""What the pictures of a report share: slices on the labels' grid, in radiological convention, as PNG files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.report.figures import BAR_MM, Box, labeled_box
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Picture
from MuscleSegLib.report.patient_report.letters import lacking_letters
from MuscleSegLib.volume import Volume, canonical, resample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 220
_BRIGHTEST_PERCENT = 99.5
_OF_TEXT: dict[str, Any] = {"fontsize": 6, "ha": "center"}


@dataclass(frozen=True)
class LabeledScan:
    """Labels and scan on one grid, right, anterior and superior.

    Attributes:
        codes: [k, j, i] label values.
        gray: [k, j, i] scan; None without one.
        box: Rows and columns with labels.
        spacing_mm: Of columns, rows and slices.
    """

    codes: NDArray[Any]
    gray: NDArray[Any] | None
    box: Box
    spacing_mm: tuple[float, float, float]
    labels: Volume

    @property
    def height_per_width(self) -> float:
        """Height of a picture of the box per its width."""
        rows, columns = (side.stop - side.start for side in self.box)
        return float(rows * self.spacing_mm[1] / (columns * self.spacing_mm[0]))

    def position_mm(self, k: int) -> float:
        """Return the position of a slice's middle along the axis towards the head."""
        rows, columns = self.codes.shape[1:]
        place = self.labels.geometry.world_from_index(np.array([columns / 2, rows / 2, k]))
        return float(place[2])


def labeled_scan(content: ReportContent) -> LabeledScan:
    """Return a report's labels and scan on the labels' grid; without a scan the fat fraction stands in for it."""
    labels = canonical(content.labels)
    image = content.image if content.image is not None else content.maps.get("ff")
    gray = None
    if image is not None:
        values = Volume(np.nan_to_num(image.array.astype(np.float32)), image.geometry)
        gray = resample(values, labels.geometry, interpolation="linear").array
    i_mm, j_mm, k_mm = labels.geometry.spacing_mm
    return LabeledScan(labels.array, gray, labeled_box(labels), (i_mm, j_mm, k_mm), labels)


def drawn_text(content: ReportContent, text: str) -> str:
    """Return a text in the reader's language, in English where pictures lack its letters."""
    translation = content.translate(text)
    return str(text) if lacking_letters(translation) else translation


def brightness(gray: NDArray[Any]) -> float:
    """Return the value that is shown white."""
    return max(float(np.percentile(gray, _BRIGHTEST_PERCENT)), 1e-6)


def draw_bar(ax: Axes, scan: LabeledScan, color: str) -> None:
    """Draw a bar of some millimeters into the corner of a slice."""
    columns = scan.box[1].stop - scan.box[1].start
    length = BAR_MM / scan.spacing_mm[0]
    start = 0.97 * columns
    ax.plot([start, start - length], [1.5, 1.5], color=color, linewidth=1.2)
    ax.text(start - length / 2, 3, f"{BAR_MM:.0f} mm", color=color, va="bottom", **_OF_TEXT)


def rgb(color: tuple[int, int, int]) -> tuple[float, float, float]:
    """Return a color as Matplotlib takes it."""
    red, green, blue = color
    return red / 255, green / 255, blue / 255


def picture_of(figure: Figure, caption: str, share: float) -> Picture:
    """Return a figure as a picture of a document."""
    file = io.BytesIO()
    figure.savefig(file, dpi=_DPI, format="png", metadata={"Software": None})
    width, height = (round(side * _DPI) for side in figure.get_size_inches())
    return Picture(file.getvalue(), caption, share, (width, height))
