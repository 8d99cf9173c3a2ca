"""Facts at the top of a report: who and what was scanned, and by what and by whom the muscles were drawn."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from MuscleSegLib import __version__
from MuscleSegLib.report.patient_report.content import ReportContent, Translate
from MuscleSegLib.report.patient_report.words import SEXES, number, region_names
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import origin_of

_OLDEST = 89
"""Highest age of which an anonymous report gives the years: few people are older (45 CFR 164.514)."""


def facts_of(content: ReportContent) -> list[tuple[str, str]]:
    """Return names and values of facts in the reader's language, without those that are unknown."""
    pairs = [*_person(content), *_scan(content), *_drawing(content)]
    return [(content.translate(name), value) for name, value in pairs if value]


def running_title(content: ReportContent) -> str:
    """Return who a report is about, in a line."""
    examination = content.examination
    if content.is_anonymous:
        return content.translate(_("Anonymous report"))
    parts = [examination.patient_name, examination.patient_id, _day(examination.scan_date)]
    return " · ".join(filter(None, parts))


def measured_on(content: ReportContent) -> date:
    """Return the date of the measurement."""
    return content.measured_on or datetime.now(UTC).date()


def _person(content: ReportContent) -> Iterator[tuple[str, str]]:
    examination, translate = content.examination, content.translate
    if content.is_anonymous:
        yield _("Patient"), translate(_("left out (anonymous report)"))
    else:
        yield _("Patient"), examination.patient_name
        yield _("Patient ID"), examination.patient_id
        yield _("Date of birth"), _day(examination.birth_date)
    yield _("Sex"), translate(SEXES[examination.sex]) if examination.sex else ""
    yield _("Age"), _age(examination.age_years, translate, is_anonymous=content.is_anonymous)


def _scan(content: ReportContent) -> Iterator[tuple[str, str]]:
    examination, translate = content.examination, content.translate
    if not content.is_anonymous:
        yield _("Scan date"), _day(examination.scan_date)
        yield _("Study"), examination.description
    series = "" if content.is_anonymous else examination.series
    yield _("Sequence"), ", ".join(filter(None, (series, examination.settings)))
    yield _("Scanner"), examination.scanner
    names = region_names()
    regions = [names[region] for region in dict.fromkeys(row.region for row in content.rows) if region in names]
    yield _("Region"), ", ".join(translate(region) for region in regions)


def _drawing(content: ReportContent) -> Iterator[tuple[str, str]]:
    translate = content.translate
    origin = origin_of(content.labels.description)
    yield _("Network"), origin.network if origin and origin.network else translate(_("unknown"))
    yield _("Correction"), _correction(content)
    yield _("Measured"), f"{_day(measured_on(content))}, MuscleSeg {__version__}"


def _correction(content: ReportContent) -> str:
    """Return who corrected what."""
    translate = content.translate
    if content.corrected is None and not content.corrections:
        return translate(_("unknown whether a person corrected the muscles"))
    if content.corrected is False:
        return translate(_("none: muscles as the network drew them"))
    person = content.corrector if content.corrector and not content.is_anonymous else ""
    sentence = translate(_("by {person}").format(person=person)) if person else translate(_("by a person"))
    labels = {label.value: label for label in content.label_table}
    effects = [
        f"{translate(labels[correction.label].name)} (DSC {correction.dsc:.2f}"
        + (f", FF {number(correction.ff_points, signed=True)}" if correction.ff_points is not None else "")
        + ")"
        for correction in content.corrections
        if correction.label in labels
    ]
    return f"{sentence}: {', '.join(effects)}" if effects else sentence


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _age(years: int | None, translate: Translate, *, is_anonymous: bool) -> str:
    if years is None:
        return ""
    if is_anonymous and years > _OLDEST:
        return translate(_("{years} years or older").format(years=_OLDEST + 1))
    return translate(_("{years} years").format(years=years))
