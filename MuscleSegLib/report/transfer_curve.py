"""Transfer study on paper: its curve, and its page in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from MuscleSegLib.evaluation.study.rows import TransferRow
from MuscleSegLib.report.figures import new_figure
from MuscleSegLib.report.study_figures import COLORS, DARK, png

CURVE, PAGE = "curve.png", "transfer.md"

_METRICS = {"dsc": "mean DSC", "rmsd_mm": "mean RMSD (mm)"}


@dataclass(frozen=True)
class HumanLevel:
    """Agreement of people with one another.

    Attributes:
        dsc: Mean DSC over pairs of raters, cases and muscles.
        rmsd_mm: Mean root-mean-square surface distance.
        cases: Number of comparisons.
    """

    dsc: float
    rmsd_mm: float | None
    cases: int


def curve(rows: Sequence[TransferRow], human: HumanLevel | None = None) -> bytes:
    """Draw DSC and RMSD against the number of annotated slices, a line for each source task with its SD over folds.

    Args:
        rows: Rows of all sources.
        human: Agreement of people, drawn as a dashed line.

    Returns:
        A PNG image.
    """
    figure = new_figure(10, 4.2)
    sources = list(dict.fromkeys(row.source for row in rows))
    for ax, (metric, title) in zip(figure.subplots(1, 2), _METRICS.items(), strict=True):
        for number, source in enumerate(sources):
            shown = [row for row in rows if row.source == source and getattr(row, metric) is not None]
            spread = [getattr(row, f"{metric}_sd") or 0.0 for row in shown]
            places = [row.slices * (1 + 0.012 * (number - len(sources) / 2)) for row in shown]  # bars side by side
            values = [getattr(row, metric) for row in shown]
            ax.errorbar(places, values, yerr=spread, fmt="o-", ms=4, lw=1.3, color=COLORS[number], label=source)
        if human is not None and getattr(human, metric) is not None:
            ax.axhline(getattr(human, metric), color=DARK, ls="--", lw=1, label="between raters")
        ax.set_xscale("log")
        ticks = sorted({row.slices for row in rows})
        ax.set_xticks(ticks, [str(tick) for tick in ticks])
        ax.minorticks_off()
        ax.set_xlabel("annotated slices")
        ax.set_ylabel(title)
        ax.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False, fontsize=8)
    return png(figure)


def transfer_page(rows: Sequence[TransferRow], title: str, notes: Sequence[str]) -> str:
    """Return the study's page in Markdown: a table of DSC and one of RMSD, a line for each source task.

    Args:
        rows: Rows of all sources.
        title: Heading.
        notes: Paragraphs below the heading.
    """
    counts = sorted({row.slices for row in rows})
    parts = [f"# {title}", *notes, f"![Curve]({CURVE})"]
    for metric, name in _METRICS.items():
        digits = 3 if metric == "dsc" else 1
        lines = [f"| {name} | {' | '.join(map(str, counts))} |", f"|---|{'---|' * len(counts)}"]
        for source in dict.fromkeys(row.source for row in rows):
            by_count = {row.slices: row for row in rows if row.source == source}
            cells = [_cell(by_count.get(count), metric, digits) for count in counts]
            lines.append(f"| {source} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _cell(row: TransferRow | None, metric: str, digits: int) -> str:
    value = None if row is None else getattr(row, metric)
    if row is None or value is None:
        return "-"
    spread = getattr(row, f"{metric}_sd")
    return f"{value:.{digits}f}" + ("" if spread is None else f" ± {spread:.{digits}f}")
