"""Pictures of a measurement: the FF map with the muscles' outlines, bars per muscle, and profiles along the limb."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from MuscleSegLib.anatomy import SIDE_COLORS, Label
from MuscleSegLib.biomarkers import ProfileRow, Row
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.columns import header
from MuscleSegLib.report.ff_map import draw_ff_map
from MuscleSegLib.report.figures import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from MuscleSegLib.volume import Volume

PICTURES = ("ff_map.png", "bars.png", "profiles.png")
"""Names of the files. The first is left out without a fat fraction."""

DPI = 200
SPREAD = {
    "volume_cm3": None,
    "ff_mean_percent": "ff_sd_percent",
    "mtr_mean_percent": "mtr_sd_percent",
    "t2_mean_ms": "t2_sd_ms",
}
"""Columns of the bars, and of their error lines."""

ALONG = ("area_cm2", "ff_mean_percent", "mtr_mean_percent", "t2_mean_ms")

LINES = ("-", "--")
"""Line styles of muscles in turn, since ten colors alone are hard to distinguish."""


def draw_pictures(
    folder: Path,
    rows: Sequence[Row],
    profiles: Sequence[ProfileRow],
    *,
    labels: Volume,
    label_table: Sequence[Label],
    ff: Volume | None,
    signal: Volume | None = None,
) -> list[Path]:
    """Draw all pictures, and return the files.

    Args:
        folder: An existing folder.
        rows: Rows of the muscles.
        profiles: Rows of the profiles.
        labels: [k, j, i] label values, any orientation.
        label_table: Labels of the values.
        ff: [k, j, i] fat fraction map in percent, on any grid.
        signal: [k, j, i] sum of fat and water on the grid of ``ff``; pixels with next to none stay blank.

    Raises:
        MuscleSegError: The folder cannot be written to.
    """
    figures = {
        "ff_map.png": None if ff is None else draw_ff_map(ff, labels, label_table, signal=signal),
        "bars.png": _bars(rows),
        "profiles.png": _profiles(profiles, label_table),
    }
    drawn = []
    with contextlib.ExitStack() as stack:  # all are replaced, or none where the disk is full
        for name, figure in figures.items():
            if figure is not None:
                figure.savefig(stack.enter_context(written_whole(folder / name)), dpi=DPI, format="png")
                drawn.append(folder / name)
    return drawn


def _bars(rows: Sequence[Row]) -> Figure:
    """Draw a panel for each quantity, right and left side by side, with one standard deviation of the voxels."""
    shown = [name for name in SPREAD if any(getattr(row, name) is not None for row in rows)] or ["volume_cm3"]
    muscles = list(dict.fromkeys(row.muscle for row in rows))
    sides = list(dict.fromkeys(row.side for row in rows)) or [None]
    figure = new_figure(max(5.0, 0.62 * len(muscles) + 1.2), 2.1 * len(shown) + 1.3)
    panels = np.atleast_1d(figure.subplots(len(shown), 1, sharex=True))
    for ax, name in zip(panels, shown, strict=True):
        for number, side in enumerate(sides):
            side_rows = {row.muscle: row for row in rows if row.side == side}
            offset = (number - (len(sides) - 1) / 2) * 0.4
            _draw_bars(ax, [side_rows.get(muscle) for muscle in muscles], name, offset, side)
        ax.set_ylabel(header(name).replace("cm3", "cm\u00b3"))
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(axis="y", linewidth=0.4, color="0.85")
        ax.set_axisbelow(True)
        ax.set_ylim(bottom=0)
    names = [muscle[0].upper() + muscle[1:] for muscle in muscles]
    panels[-1].set_xticks(range(len(muscles)), names, rotation=40, ha="right", rotation_mode="anchor")
    cut = " Hatched: cut by the field of view." if any(row.volume_is_partial for row in rows) else ""
    figure.supxlabel(f"Lines: one standard deviation of the voxels.{cut}", fontsize=8)
    if sides != [None]:
        handles, words = panels[0].get_legend_handles_labels()
        figure.legend(handles, words, loc="outside upper right", ncols=len(sides), frameon=False)
    return figure


def _draw_bars(ax: Axes, rows: Sequence[Row | None], name: str, offset: float, side: str | None) -> None:
    """Draw the bars of one side: none for a muscle without a value, hatched for one cut by the field of view."""
    spread = SPREAD[name]
    places, values, errors, cut = [], [], [], []
    for place, row in enumerate(rows):
        value = None if row is None else getattr(row, name)
        if row is not None and value is not None:
            places.append(place + offset)
            values.append(value)
            errors.append((getattr(row, spread) if spread else None) or 0.0)
            cut.append(name == "volume_cm3" and bool(row.volume_is_partial))
    bars = ax.bar(
        places,
        values,
        0.38,
        color=tuple(part / 255 for part in SIDE_COLORS.get(side, SIDE_COLORS[None])),
        label=(side or "").capitalize() or None,
        yerr=errors if spread else None,
        error_kw={"elinewidth": 0.8, "ecolor": "0.2"},
    )
    for bar, is_cut in zip(bars, cut, strict=True):
        if is_cut:
            bar.set(hatch="////", edgecolor="white", linewidth=0)


def _profiles(profiles: Sequence[ProfileRow], label_table: Sequence[Label]) -> Figure:
    """Draw a row of panels for each quantity, a column for each side, and a line for each muscle."""
    shown = [name for name in ALONG if any(row.quantity == name for row in profiles)] or ["area_cm2"]
    sides = list(dict.fromkeys(row.side for row in profiles)) or [None]
    colors = {label.value: tuple(part / 255 for part in label.color) for label in label_table}
    muscles = list(dict.fromkeys(row.muscle for row in profiles))
    figure = new_figure(3.6 * len(sides) + 0.8, 2.0 * len(shown) + 1.4)
    panels = figure.subplots(len(shown), len(sides), sharex=True, sharey="row", squeeze=False)
    lines = {}
    for ax, (name, side) in zip(panels.flat, ((name, side) for name in shown for side in sides), strict=True):
        for number, muscle in enumerate(muscles):
            profile = [row for row in profiles if (row.quantity, row.side, row.muscle) == (name, side, muscle)]
            if profile:
                profile.sort(key=lambda row: row.position_mm)
                positions, values = [row.position_percent for row in profile], [row.value for row in profile]
                style = {"color": colors.get(profile[0].label, "0.4"), "linestyle": LINES[number % 2]}
                marker = {"marker": "o", "markersize": 2.2} if len(profile) < 15 else {}
                (lines[muscle],) = ax.plot(positions, values, linewidth=1.3, **style, **marker)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(linewidth=0.4, color="0.88")
    for ax, name in zip(panels[:, 0], shown, strict=True):
        ax.set_ylabel(header(name).replace("cm2", "cm\u00b2"))
        ax.set_ylim(bottom=0)
    for ax, side in zip(panels[0], sides, strict=True):
        ax.set_title((side or "").capitalize(), fontsize=10)
    for ax in panels[-1]:
        ax.set_xlabel("Position (% of the imaged length)", fontsize=9)
    names = [muscle[0].upper() + muscle[1:] for muscle in lines]
    if lines:
        figure.legend(
            list(lines.values()), names, loc="outside lower center", ncols=2 * len(sides), frameon=False, fontsize=8
        )
    return figure
