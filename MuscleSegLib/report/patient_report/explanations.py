"""How each number of a report was made, and its limits."""

from collections.abc import Iterator

from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Lines, Section
from MuscleSegLib.report.patient_report.norms import norms_text
from MuscleSegLib.report.patient_report.words import capitalized
from MuscleSegLib.translatable import Translatable, _

NOT_A_DEVICE = _("MuscleSeg is research software and not a medical device: this report is no diagnosis.")

_VOLUME = _("Volume: area in each slice times the distance of slices, of what was imaged of the muscle.")
_AREA = _("Largest area: the largest cross section of all slices.")
_FAT = _(
    "FF: mean over the muscle's voxels of fat / (fat + water); a voxel counts by the share of it that the muscle "
    "fills. Contractile volume: volume times 1 − FF. Fat of the muscle's border is in the plain mean."
)
_MERCURI = _(
    "FF in the ranges of Mercuri's scale (below 30 %, 30 to 60 %, above 60 %) is no visual grade: the scale is judged "
    "by eye, its use as cut-offs of FF is not validated, and visual grades read higher than FF."
)
_MTR = _("MTR: (off − on) / off, lowered by fat, not corrected for B1.")
_T2 = _("T2: as the map has it; fat in the muscle prolongs it unless the map is one of water.")
_CONFIDENCE = _(
    "Confidence: the Dice similarity coefficient that the network expects of its own outline, 0 to 1; it does not know "
    "of corrections, and is an estimate, made on digital people and few patients."
)
_LIMITS = _(
    "Limits: outlines come from a network or a person and err more in fatty muscles; muscles that the field of view "
    "cuts are measured in part, and their side difference is one of parts; no normal values of single muscles are "
    "published."
)


def explanation_section(content: ReportContent) -> Section:
    """Return the section on how numbers were made, with limits, norms and the settings of the measurement."""
    texts = [content.translate(text) for text in _sentences(content)]
    return Section(content.translate(_("How the numbers were made, and limits")), [Lines(texts, is_list=True)])


def _sentences(content: ReportContent) -> Iterator[str]:
    rows = content.rows
    has = {
        name: any(getattr(row, column) is not None for row in rows)
        for name, column in (("ff", "ff_mean_percent"), ("mtr", "mtr_mean_percent"), ("t2", "t2_mean_ms"))
    }
    yield _VOLUME
    yield _AREA
    if has["ff"]:
        yield _FAT
        yield _MERCURI
    if has["mtr"]:
        yield _MTR
    if has["t2"]:
        yield _T2
    if any(row.confidence is not None for row in rows):
        yield _CONFIDENCE
    norms = norms_text(content)
    if norms:
        yield norms
    yield _LIMITS
    settings = _settings(content)
    if settings:
        yield content.translate(_("Settings: {settings}.").format(settings=settings))
    yield NOT_A_DEVICE


def _settings(content: ReportContent) -> str:
    """Return units, options and files of the measurement: of files the SHA-256, which names nobody."""
    names: dict[str, Translatable] = {
        "option minimum share": _("minimum share"),
        "option slice thickness": _("slice thickness"),
        **{f"option unit of {name}": _("unit of {map}").format(map=name) for name in ("FF", "MTR", "T2")},
        "network": _("SHA-256 of the network"),
        "file of labels": _("SHA-256 of the labels"),
    }
    parts = []
    for origin in content.provenance:
        if origin.item not in names:
            continue
        value = origin.value if origin.item.startswith("option") else (origin.sha256 or "")[:16]
        if value:
            parts.append(f"{content.translate(capitalized(names[origin.item]))}: {value}")
    return "; ".join(parts)
