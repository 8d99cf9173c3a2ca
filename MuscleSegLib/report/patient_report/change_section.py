"""Section of a report with the change since an earlier visit."""

from collections.abc import Mapping, Sequence

from MuscleSegLib.evaluation.longitudinal import ChangeRow
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Head, Lines, Section, Table, TableRow
from MuscleSegLib.report.patient_report.words import QUANTITIES, SHORT_SIDES, capitalized, number, sides_in
from MuscleSegLib.translatable import _

_QUANTITIES_ABREAST = (("ff_mean_percent", "volume_cm3"), ("mtr_mean_percent", "t2_mean_ms"))
_NAME_SHARE = 0.2
_NARROWEST = 6
"""Letters of a column, which are as many as a number's."""

_MATCHED = _(
    "Change: this visit less the earlier one, over the {length} mm of the limb that both visits show, which the "
    "muscles' areas tell; so numbers differ from those of all that was imaged."
)
_NOT_MATCHED = _(
    "Change: this visit less the earlier one, each of all that was imaged. The profiles of the earlier visit were not "
    "given: where the visits do not show the same part of the limb, the change is due to that too."
)
_UNUSED_ERRORS = _(
    "The repeatability that was given is of the same levels of the limb at each measurement, and so is not used here."
)
_SDC = _(
    "SDC: smallest detectable change, 1.96 √2 SEM. * beyond the SDC; of twenty unchanged muscles one is so by chance. "
    "** beyond noise with all muscles looked at (P < 0.05 after Holm)."
)
_PUBLISHED = _(
    "The SDC of this scanner and these readers is not known, since no repeated measurements were given: the SDC here "
    "is of a published measurement error (coefficients of variation of 1.5 % for volumes and 2.1 % for FF; PMC6240750)."
)
_MEASURED = _("The SDC here is of the repeated measurements that were given.")
_LACKING = _("An SDC of – is not known: whether this muscle changed cannot be told.")
_BEYOND = _("Changes beyond the SDC: {changes}.")
_NONE_BEYOND = _("No change is beyond the SDC.")
_CHANGED = _("{quantity} of {muscles}")
_NO_ERROR = _("No smallest detectable change is known for {quantities}: whether they changed cannot be told.")


def change_section(content: ReportContent) -> Section | None:
    """Return the section, or None without an earlier visit."""
    if content.earlier is None:
        return None
    translate, changes = content.translate, content.earlier.changes
    title = translate(_("Change since the earlier visit"))
    if content.earlier.measured_on and not content.is_anonymous:
        day = content.earlier.measured_on.isoformat()
        title = translate(_("Change since the earlier visit of {date}").format(date=day))
    tables = [
        _table(content, changes, names)
        for part in _QUANTITIES_ABREAST
        if (names := [name for name in part if any(row.quantity == name for row in changes)])
    ]
    return Section(title, [*tables, Lines(_texts(content, changes))])


def _texts(content: ReportContent, changes: Sequence[ChangeRow]) -> list[str]:
    translate = content.translate
    shown = [row for row in changes if row.quantity in QUANTITIES]
    texts = [translate(_NOT_MATCHED)]
    if content.earlier and content.earlier.is_matched:
        lengths = sorted({round(row.matched_mm) for row in shown})
        length = f"{lengths[0]}–{lengths[-1]}" if len(lengths) > 1 else "".join(map(str, lengths))
        texts = [translate(_MATCHED.format(length=length))]
    elif content.earlier and content.earlier.has_unused_errors:
        texts.append(translate(_UNUSED_ERRORS))
    judged = {row.quantity for row in shown if row.noise_from}
    if judged:
        is_published = any(row.noise_from == "published" for row in shown)
        texts.insert(0, _beyond(content, shown))
        texts.append(f"{translate(_SDC)} {translate(_PUBLISHED if is_published else _MEASURED)}")
    if any(row.quantity in judged and row.change is not None and not row.noise_from for row in shown):
        texts.append(translate(_LACKING))
    names = [_short_name(content, name) for name in QUANTITIES if name in {row.quantity for row in shown} - judged]
    if names:
        texts.append(translate(_NO_ERROR.format(quantities=", ".join(names))))
    return texts


def _beyond(content: ReportContent, changes: Sequence[ChangeRow]) -> str:
    """Return in words which changes are beyond the smallest detectable one."""
    translate = content.translate
    abbreviations = {row.label: row.abbreviation for row in content.rows}
    parts = []
    for name in QUANTITIES:
        detected = [row for row in changes if row.quantity == name and row.is_detectable]
        muscles = [
            " ".join(filter(None, (abbreviations.get(row.label, row.muscle), _side_letter(content, row.side))))
            for row in detected
        ]
        if muscles:
            text = _CHANGED.format(quantity=_short_name(content, name), muscles=", ".join(muscles))
            parts.append(translate(text))
    return translate(_BEYOND.format(changes="; ".join(parts)) if parts else _NONE_BEYOND)


def _side_letter(content: ReportContent, side: str | None) -> str:
    """Return the letter of a side; "" where there is none."""
    return content.translate(SHORT_SIDES[side]) if side else ""


def _short_name(content: ReportContent, quantity: str) -> str:
    """Return the name of a quantity without its unit."""
    return content.translate(QUANTITIES[quantity]).rpartition(" (")[0]


def _table(content: ReportContent, changes: Sequence[ChangeRow], names: Sequence[str]) -> Table:
    translate, sides = content.translate, sides_in(content.rows)
    heads, keys = [Head(translate(_("Muscle")))], []
    for name in names:
        has_error = any(row.smallest_detectable_change is not None for row in changes if row.quantity == name)
        below = [translate(_("earlier")), translate(_("change")), *([translate(_("SDC"))] if has_error else [])]
        for side in sides:
            word = f", {translate(SHORT_SIDES[side])}" if side else ""
            heads.append(Head(f"{translate(QUANTITIES[name])}{word}", below))
            keys.append((name, side, has_error))
    rows = []
    for muscle in dict.fromkeys((row.region, row.muscle, row.abbreviation) for row in content.rows):
        labels = {row.side: row.label for row in content.rows if (row.region, row.muscle, row.abbreviation) == muscle}
        cells = [f"{translate(capitalized(muscle[1]))} ({muscle[2]})"]
        for name, side, has_error in keys:
            cells += _cells(_row_of(changes, labels, name, side), has_error=has_error)
        rows.append(TableRow(cells))
    letters = [max(len(text), _NARROWEST) for head in heads[1:] for text in head.below]
    shares = [(1 - _NAME_SHARE) * count / sum(letters) for count in letters]
    return Table(heads, rows, [_NAME_SHARE, *shares])


def _row_of(
    changes: Sequence[ChangeRow], labels: Mapping[str | None, int], name: str, side: str | None
) -> ChangeRow | None:
    wanted = (labels.get(side), name)
    return next((row for row in changes if (row.label, row.quantity) == wanted), None)


def _cells(row: ChangeRow | None, *, has_error: bool) -> list[str]:
    if row is None:
        return [number(None)] * (3 if has_error else 2)
    mark = " **" if row.is_beyond_noise else " *" if row.is_detectable else ""
    cells = [number(row.first), number(row.change, signed=True) + mark]
    return [*cells, number(row.smallest_detectable_change)] if has_error else cells
