"""Section of a report with composites: means over several muscles, as trials use them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Head, Lines, Section, Table, TableRow
from MuscleSegLib.report.patient_report.words import QUANTITIES, number
from MuscleSegLib.translatable import _

LOW_PERCENT, HIGH_PERCENT = 10.0, 70.0
"""Fat fractions between which muscles change most (CMT1A, PMC10963306; FSHD, 10.1186/s12891-021-04134-7)."""

_MEANS = ("ff_mean_percent", "mtr_mean_percent", "t2_mean_ms")
_SHARES = (0.37, 0.13)


@dataclass(frozen=True)
class Composite:
    """Muscles that are taken together, of both sides.

    Attributes:
        name: Name.
        rows: Their rows.
        labels: Their label values.
    """

    name: str
    rows: Sequence[Row]

    def mean(self, column: str) -> float | None:
        """Return the plain mean of a column over the muscles that have a value; None without any."""
        values = [value for row in self.rows if (value := getattr(row, column)) is not None]
        return sum(values) / len(values) if values else None


def composite_section(content: ReportContent) -> Section | None:
    """Return the section, or None where no fat fraction was measured and no composite named."""
    composites = list(composites_of(content))
    if not composites:
        return None
    translate = content.translate
    columns = [name for name in _MEANS if any(getattr(row, name) is not None for row in content.rows)]
    heads = [Head(translate(_("Mean over"))), Head(translate(_("Muscles")))]
    heads += [Head(translate(QUANTITIES[name])) for name in columns]
    has_change = content.earlier is not None and "ff_mean_percent" in columns
    if has_change:
        heads.append(Head(translate(_("Change of FF"))))
    rows = []
    for composite in composites:
        cells = [composite.name, str(len(composite.rows)), *(number(composite.mean(name)) for name in columns)]
        if has_change:
            cells.append(number(_change(composite, content), signed=True))
        rows.append(TableRow(cells))
    columns_share = (1 - sum(_SHARES)) / max(1, len(heads) - 2)
    table = Table(heads, rows, [*_SHARES, *[columns_share] * (len(heads) - 2)])
    sentence = _("Plain means of the muscles' means, of both sides: each muscle counts once, whatever its size.")
    return Section(translate(_("Composites for trials")), [table, Lines([translate(sentence)])])


def composites_of(content: ReportContent) -> Iterator[Composite]:
    """Yield the named composites, and the muscles with 10 to 70 % fat at baseline, as far as they have values."""
    present = [row for row in content.rows if row.volume_cm3 is not None]
    for name, muscles in content.composites.items():
        yield Composite(name, [row for row in present if row.muscle in muscles])
    baseline = content.rows if content.earlier is None else content.earlier.rows
    between = {
        row.label
        for row in baseline
        if row.ff_mean_percent is not None and LOW_PERCENT <= row.ff_mean_percent <= HIGH_PERCENT
    }
    rows = [row for row in present if row.label in between]
    if rows:
        template = _("muscles with {low} to {high} % fat at this visit")
        if content.earlier is not None:
            template = _("muscles with {low} to {high} % fat at the earlier visit")
        name = content.translate(template.format(low=f"{LOW_PERCENT:.0f}", high=f"{HIGH_PERCENT:.0f}"))
        yield Composite(name, rows)


def _change(composite: Composite, content: ReportContent) -> float | None:
    """Return the mean change of the fat fraction over the muscles of which it is known."""
    labels = {row.label for row in composite.rows}
    changes = [
        row.change
        for row in (content.earlier.changes if content.earlier else ())
        if row.quantity == "ff_mean_percent" and row.label in labels and row.change is not None
    ]
    return sum(changes) / len(changes) if changes else None
