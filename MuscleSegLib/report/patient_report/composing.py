"""Composition of a report: its sections in order, on two pages."""

from MuscleSegLib.report.patient_report.body_map import body_maps
from MuscleSegLib.report.patient_report.change_section import change_section
from MuscleSegLib.report.patient_report.composite_section import composite_section
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Document, Pictures, Section
from MuscleSegLib.report.patient_report.drawing import LabeledScan, labeled_scan
from MuscleSegLib.report.patient_report.explanations import NOT_A_DEVICE, explanation_section
from MuscleSegLib.report.patient_report.facts import facts_of, running_title
from MuscleSegLib.report.patient_report.muscle_table import muscle_section
from MuscleSegLib.report.patient_report.outlined_slices import outlined_slices
from MuscleSegLib.report.patient_report.profile_picture import profile_picture
from MuscleSegLib.report.patient_report.reference_section import reference_section
from MuscleSegLib.translatable import _


def composed(content: ReportContent) -> Document:
    """Return a report as a document in the reader's language.

    Raises:
        MuscleSegError: Reference values need a sex or an age that is unknown.
    """
    translate = content.translate
    reference = reference_section(content)
    scan = labeled_scan(content)
    maps = body_maps(content, scan)
    sections = [Section(translate(_("Body map")), [Pictures(maps)])] if maps else []
    sections.append(muscle_section(content))
    later = [
        _slices(content, scan, starts_page=bool(maps)),
        change_section(content),
        reference,
        composite_section(content),
    ]
    sections += [*filter(None, later), explanation_section(content)]
    return Document(
        title=translate(_("Quantitative MRI of the leg muscles")),
        notice=translate(NOT_A_DEVICE),
        facts=facts_of(content),
        sections=sections,
        running=running_title(content),
        page_word=lambda number, count: translate(_("page {number} of {count}").format(number=number, count=count)),
        language=content.language,
    )


def _slices(content: ReportContent, scan: LabeledScan, *, starts_page: bool) -> Section:
    pictures = [Pictures([outlined_slices(content, scan)])]
    profile = profile_picture(content)
    if profile is not None:
        pictures.append(Pictures([profile]))
    return Section(content.translate(_("Slices and profile along the limb")), pictures, starts_page)
