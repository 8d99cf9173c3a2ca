"""Figures of a study, as PNG images in memory."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.evaluation.longitudinal import ChangeRow
from MuscleSegLib.evaluation.statistics import bland_altman
from MuscleSegLib.evaluation.study import muscles_in_both
from MuscleSegLib.evaluation.study.rows import CostRow, MetricRow
from MuscleSegLib.evaluation.study.tables import EVERY_MUSCLE, QUANTITIES, ByMethod
from MuscleSegLib.report.columns import TITLES, header
from MuscleSegLib.report.figures import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 130
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8C8C8C", "#000000")
"""Okabe and Ito's palette, safe for color blindness."""

MOST_LETTERS = 44
LETTERS_AN_INCH = 11
"""Largest length, and letters per inch, of names beside and below a figure."""

MARKERS = ("o", "s", "^", "D")
"""Markers of successive rounds of colors, which distinguish equal colors."""

DARK, PALE = "#1F3864", "#9AA5B8"

SHOWN_BY_MUSCLE = ("dsc", "hd95_mm", "ff_error_percent", "volume_error_percent")

CHANGES_IN_A_ROW = 4
"""Quantities in a row: the volume and three maps, and below them the inner means of the maps."""

A_FEW_DECADES = 200
"""Ratio of the ends of an axis up to which ticks at 2 and 5 have room beside 1."""

COSTS = {
    "parameters": "parameters",
    "memory_mb": "memory (MB)",
    "seconds": "processor time a scan (s)",
    "training_hours": "training (h)",
}


def dsc_distribution(groups: ByMethod) -> bytes | None:
    """Draw the DSC of every muscle as a point, with a box of the quartiles, in a row for each network."""
    values = {name: [row.dsc for row in muscles_in_both(rows) if row.dsc is not None] for name, rows in groups.items()}
    values = {name: coefficients for name, coefficients in values.items() if coefficients}
    if not values:
        return None
    figure = new_figure(8.5, 1.3 + 0.55 * len(values))
    ax = figure.subplots()
    rng = np.random.default_rng(0)
    for place, coefficients in enumerate(values.values()):
        jitter = rng.uniform(-0.22, 0.22, len(coefficients))
        ax.scatter(coefficients, place + jitter, s=9, alpha=0.35, color=_color(place), linewidths=0)
        ax.boxplot(
            [coefficients], positions=[place], orientation="horizontal", widths=0.55, showfliers=False, **_box_style()
        )
    ax.set_yticks(range(len(values)), [_short(name) for name in values])
    ax.invert_yaxis()
    ax.set_xlabel("Dice similarity coefficient (DSC) of each muscle that was found")
    _tidy(ax)
    return png(figure)


def muscle_medians(rows: Sequence[MetricRow]) -> bytes | None:
    """Draw each muscle's median with its quartiles, in a panel for each metric and a color for each network."""
    rows = [row for row in rows if row.muscle != EVERY_MUSCLE and row.median is not None]
    shown = [metric for metric in SHOWN_BY_MUSCLE if any(row.metric == metric for row in rows)]
    if not shown:
        return None
    muscles, networks = (list(dict.fromkeys(getattr(row, name) for row in rows)) for name in ("muscle", "network"))
    figure = new_figure(11, 1.4 + len(muscles) * (0.2 + 0.13 * len(networks)))
    for ax, metric in zip(np.atleast_1d(figure.subplots(1, len(shown), sharey=True)), shown, strict=True):
        for number, network in enumerate(networks):
            shown_rows = [row for row in rows if (row.metric, row.network) == (metric, network)]
            y = [muscles.index(row.muscle) + 0.7 * ((number + 0.5) / len(networks) - 0.5) for row in shown_rows]
            medians, low, high = (
                np.array([getattr(row, name) for row in shown_rows], float)
                for name in ("median", "first_quartile", "third_quartile")
            )
            spread = [medians - low, high - medians]
            ax.errorbar(medians, y, xerr=spread, fmt=_marker(number), ms=4, lw=1.3, color=_color(number), label=network)
        if metric not in ("dsc", "hd95_mm"):
            ax.axvline(0, color=PALE, lw=0.8)
        ax.set_yticks(range(len(muscles)), muscles)
        ax.set_ylim(len(muscles) - 0.4, -0.6)
        ax.set_xlabel(TITLES[metric])
        _tidy(ax)
    _name_below(figure)
    return png(figure)


def bland_altman_against_fat(groups: ByMethod) -> dict[str, bytes]:
    """Draw each network's errors against the FF of the reference, with bias and 95 % limits of agreement."""
    return {name: drawn for name, rows in groups.items() if (drawn := _bland_altman(muscles_in_both(rows)))}


def _bland_altman(rows: Sequence[object]) -> bytes | None:
    errors = [error for _, error in QUANTITIES.values()]
    points = {
        error: [
            (fat, value)
            for row in rows
            if (fat := getattr(row, "ff_true_percent", None)) is not None
            and (value := getattr(row, error, None)) is not None
        ]
        for error in errors
    }
    shown = [error for error in errors if points[error]]
    if not shown:
        return None
    figure = new_figure(3.1 * len(shown), 2.9)
    for ax, error in zip(np.atleast_1d(figure.subplots(1, len(shown))), shown, strict=True):
        fat, values = np.array(points[error]).T
        ax.scatter(fat, values, s=11, alpha=0.55, color=COLORS[0], linewidths=0)
        agreement = bland_altman([float(value) for value in values])
        lines = ((agreement.bias, "-"), (agreement.lower, "--"), (agreement.upper, "--")) if agreement else ()
        for estimate, style in lines:
            if estimate:
                ax.axhline(estimate.value, color=DARK, ls=style, lw=1)
                ax.annotate(
                    f"{estimate.value:.2f}",
                    (1, estimate.value),
                    xycoords=("axes fraction", "data"),
                    ha="right",
                    va="bottom",
                    fontsize=8,
                    color=DARK,
                )
        ax.set_xlabel("FF of the reference (%)")
        ax.set_ylabel(TITLES[error])
        _tidy(ax)
    return png(figure)


def complexity(rows: Sequence[CostRow]) -> bytes | None:
    """Draw the accuracy of networks (DSC above, error of FF below) against their costs."""
    shown = [cost for cost in COSTS if any(getattr(row, cost) for row in rows)]
    accuracies = {"dsc": "mean DSC", "ff_rms_error_percent": "RMS error of FF (%)"}
    accuracies = {
        name: title for name, title in accuracies.items() if any(getattr(row, name) is not None for row in rows)
    }
    if not shown or not accuracies:
        return None
    figure = new_figure(3.0 * len(shown), 2.7 * len(accuracies) + 0.5)
    grid = figure.subplots(len(accuracies), len(shown), sharey="row", squeeze=False)
    for line, (accuracy, title) in zip(grid, accuracies.items(), strict=True):
        for ax, cost in zip(line, shown, strict=True):
            for number, row in enumerate(rows):
                x, y = getattr(row, cost), getattr(row, accuracy)
                if x and y is not None:
                    ax.scatter(x, y, s=38, marker=_marker(number), color=_color(number), label=row.network, zorder=3)
            _logarithmic(ax)
            ax.set_xlabel(COSTS[cost])
            _tidy(ax)
        line[0].set_ylabel(title)
    _name_below(figure)
    return png(figure)


def change_figure(rows: Sequence[ChangeRow]) -> bytes | None:
    """Draw each muscle's change with the smallest detectable change around zero.

    A significant change is a full point; one beyond the smallest detectable change alone is open.
    """
    rows = [row for row in rows if row.change is not None]
    quantities = sorted(dict.fromkeys(row.quantity for row in rows), key=lambda quantity: "_inner_" in quantity)
    if not quantities:
        return None
    names = list(dict.fromkeys(_name(row) for row in rows))
    columns = min(len(quantities), CHANGES_IN_A_ROW)
    lines = -(-len(quantities) // columns)
    figure = new_figure(2.2 + 2.8 * columns, lines * (1.2 + 0.24 * len(names)))
    panels = figure.subplots(lines, columns, sharey=True, squeeze=False).ravel()
    for ax in panels[len(quantities) :]:
        ax.set_axis_off()
    for ax, quantity in zip(panels, quantities, strict=False):
        ax.use_sticky_edges = False  # so that a bar does not end where the picture does
        for row in (row for row in rows if row.quantity == quantity):
            place, least = names.index(_name(row)), row.smallest_detectable_change
            if least is not None:
                ax.barh(place, 2 * least, left=-least, height=0.8, color="#E3E8F0", zorder=0)
            edge = COLORS[4] if row.is_beyond_noise or row.is_detectable else PALE
            inside = "white" if row.is_detectable and not row.is_beyond_noise else edge
            ax.scatter(row.change, place, s=26, color=inside, edgecolors=edge, zorder=3)
        ax.axvline(0, color=PALE, lw=0.8)
        ax.set_yticks(range(len(names)), names)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlabel(f"change of: {header(quantity).replace('cm3', 'cm³')}")
        _tidy(ax)
    return png(figure)


def _name(row: ChangeRow) -> str:
    return f"{row.side} {row.muscle}" if row.side else row.muscle


def _name_below(figure: Figure) -> None:
    """Name the networks below the panels, in as many columns as there is room for."""
    named = {label: handle for ax in figure.axes for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    labels = [_short(label) for label in named]
    columns = int(LETTERS_AN_INCH * figure.get_figwidth() / (max(map(len, labels), default=0) + 6))
    columns = max(1, min(columns, len(labels)))
    figure.legend(list(named.values()), labels, loc="outside lower center", ncols=columns, frameon=False)


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS // 2]}…{name[-MOST_LETTERS // 2 :]}"


def _color(number: int) -> str:
    return COLORS[number % len(COLORS)]


def _marker(number: int) -> str:
    return MARKERS[number // len(COLORS) % len(MARKERS)]


def _logarithmic(ax: Axes) -> None:
    """Make the horizontal axis logarithmic, with numbers in words that fit it."""
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter

    ax.set_xscale("log")
    low, high = ax.get_xlim()
    steps = (1, 2, 5) if high / low < A_FEW_DECADES else (1,)
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)))
    ticks = [float(step * 10**decade) for decade in decades for step in steps]
    # values that differ by little have none of these between them, or a single one
    are_enough = sum(low <= tick <= high for tick in ticks) > 1
    ax.xaxis.set_major_locator(FixedLocator(ticks) if are_enough else MaxNLocator(3))
    ax.xaxis.set_major_formatter(lambda value, _: _amount(value))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _amount(value: float) -> str:
    """Return a number as short as can be: 20k, 5M."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e4 else f"{value:g}"


def _box_style() -> dict[str, Any]:
    line = {"color": DARK, "linewidth": 1.2}
    return dict.fromkeys(("boxprops", "whiskerprops", "capprops", "medianprops"), line)


def _tidy(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="x", color="#E5E5E5", lw=0.6)
    ax.set_axisbelow(True)


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG image."""
    image = io.BytesIO()
    figure.savefig(image, dpi=DPI, format="png")
    return image.getvalue()
