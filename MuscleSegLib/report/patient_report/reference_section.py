"""Section of a report with z-scores and percentiles against the user's reference values."""

from collections.abc import Sequence

from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import MISSING, Head, Lines, Section, Table, TableRow
from MuscleSegLib.report.patient_report.reference_scores import ReferenceScore, reference_scores
from MuscleSegLib.report.patient_report.side_difference import RELATIVE
from MuscleSegLib.report.patient_report.words import (
    DIGITS,
    QUANTITIES,
    SHORT_SIDES,
    capitalized,
    number,
    sides_in,
)
from MuscleSegLib.translatable import _

_QUANTITIES_ABREAST = 3
_NAME_SHARE = 0.2
_LEAST_PERCENT = 0.1


def reference_section(content: ReportContent) -> Section | None:
    """Return the section, or None where no reference values were given.

    Raises:
        MuscleSegError: Sex or age is unknown.
    """
    if not content.reference_values:
        return None
    translate = content.translate
    scores = reference_scores(content.rows, content.reference_values, content.examination)
    title = translate(_("Against reference values"))
    if not scores:
        sentence = _(
            "None of the reference values that were given is for these muscles in a person of this sex and age."
        )
        return Section(title, [Lines([translate(sentence)])])
    names = [name for name in QUANTITIES if any(score.reference.quantity == name for score in scores)]
    parts = [names[first : first + _QUANTITIES_ABREAST] for first in range(0, len(names), _QUANTITIES_ABREAST)]
    texts = [translate(_MEANING)]
    if any(score.row.volume_is_partial and score.reference.quantity in RELATIVE for score in scores):
        texts.append(translate(_OF_PARTS))
    return Section(title, [*(_table(content, scores, part) for part in parts), Lines(texts)])


_MEANING = _(
    "Reference values are those that were given for this report, of the patient's sex and age. z is the number less "
    "their mean, in their standard deviations; in brackets the percentile, if values are distributed normally."
)
_OF_PARTS = _(
    "Muscles are cut off by the field of view: scores of their volumes and areas hold only if the reference values are "
    "of the same part of the muscles."
)


def _table(content: ReportContent, scores: Sequence[ReferenceScore], names: Sequence[str]) -> Table:
    translate, sides = content.translate, sides_in(content.rows)
    heads = [Head(translate(_("Muscle")))]
    below = (*(f"{translate(SHORT_SIDES[side])}: z" for side in sides), translate(_("reference")))
    heads += [Head(translate(QUANTITIES[name]), below) for name in names]
    rows = []
    for muscle in dict.fromkeys((score.row.muscle, score.row.abbreviation) for score in scores):
        cells = [f"{translate(capitalized(muscle[0]))} ({muscle[1]})"]
        for name in names:
            sided = {
                score.row.side: score
                for score in scores
                if (score.row.muscle, score.row.abbreviation) == muscle and score.reference.quantity == name
            }
            cells += [score_text(sided.get(side)) for side in sides]
            cells.append(_references(sided.values(), name))
        rows.append(TableRow(cells))
    columns = len(names) * len(below)
    return Table(heads, rows, [_NAME_SHARE, *[(1 - _NAME_SHARE) / columns] * columns])


def score_text(score: ReferenceScore | None) -> str:
    """Return a z-score with its percentile in brackets."""
    if score is None:
        return MISSING
    percentile = f"{score.percentile:.1f}"
    if score.percentile < _LEAST_PERCENT:
        percentile = f"<{_LEAST_PERCENT}"
    elif score.percentile > 100 - _LEAST_PERCENT:
        percentile = f">{100 - _LEAST_PERCENT}"
    return f"{number(score.z, 2, signed=True)} ({percentile})"


def _references(scores: object, name: str) -> str:
    digits = DIGITS.get(name, 1)
    texts = [
        f"{number(score.reference.mean, digits)} ± {number(score.reference.sd, digits)}"
        for score in list(scores)  # type: ignore[call-overload] # mypy takes the scores for one object
    ]
    return " / ".join(dict.fromkeys(texts)) or MISSING
