"""Published norms of whole thighs, as context where the field of view has whole muscles."""

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.words import number
from MuscleSegLib.translatable import Translatable, _

_FAT = {"F": ("6.94 ± 1.59", "8.83 ± 1.92"), "M": ("5.83 ± 1.30", "7.85 ± 1.89")}
_LEAN = {"F": ("8.80 ± 1.29", "7.60 ± 0.97"), "M": ("13.26 ± 1.85", "11.16 ± 1.40")}
"""At 45 to 54 and at 75 to 84 years: UK Biobank, n = 50,332 (10.1007/s11357-024-01304-y)."""

_YOUNGEST, _OLDEST = 45, 84
_CM3_PER_L = 1000.0

_PEOPLE: dict[str, Translatable] = {"F": _("women"), "M": _("men")}

_NORMS = _(
    "Context, no threshold: in {people} of the UK Biobank, intramuscular fat of the thighs was {young_fat} % at 45 to "
    "54 and {old_fat} % at 75 to 84 years, and fat-free muscle of both thighs {young_lean} L and {old_lean} L (mean ± "
    "SD; 10.1007/s11357-024-01304-y), by another segmentation. Here, ten muscles of each side: {fat} % and {lean} L."
)


def norms_text(content: ReportContent) -> str:
    """Return the norms for a person, or why there are none; "" for scans that are not of thighs."""
    thigh = [row for row in content.rows if row.region == "thigh"]
    if not any(row.volume_cm3 is not None for row in thigh):
        return ""
    translate, examination = content.translate, content.examination
    means = _whole_thighs(thigh)
    if means is None:
        return translate(_("Published norms of whole thighs do not apply: the scan does not show all of every muscle."))
    age = examination.age_years
    if examination.sex not in _PEOPLE or age is None or not _YOUNGEST <= age <= _OLDEST:
        return translate(
            _("Published norms of whole thighs are of women and men of 45 to 84 years: none is given here.")
        )
    fat, lean = means
    sentence = _NORMS.format(
        people=_PEOPLE[examination.sex],
        young_fat=_FAT[examination.sex][0],
        old_fat=_FAT[examination.sex][1],
        young_lean=_LEAN[examination.sex][0],
        old_lean=_LEAN[examination.sex][1],
        fat=number(fat, 2),
        lean=number(lean, 2),
    )
    return translate(sentence)


def _whole_thighs(rows: list[Row]) -> tuple[float, float] | None:
    """Return mean fat fraction by volume in percent and fat-free volume in liters of both thighs.

    Returns:
        None unless all muscles of both sides are there, whole and with a fat fraction.
    """
    fat = [row.ff_mean_percent for row in rows if row.ff_mean_percent is not None]
    volumes = [row.volume_cm3 for row in rows if row.volume_cm3 is not None and row.volume_is_partial is False]
    is_whole = len(fat) == len(volumes) == len(rows) and {row.side for row in rows} == {"right", "left"}
    if not is_whole or not sum(volumes):
        return None
    fat_cm3 = sum(volume * percent / 100 for volume, percent in zip(volumes, fat, strict=True))
    return 100 * fat_cm3 / sum(volumes), (sum(volumes) - fat_cm3) / _CM3_PER_L
