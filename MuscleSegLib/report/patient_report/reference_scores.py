"""Place of a person's muscles among reference values: z-score and percentile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.patient_report.content import Examination
from MuscleSegLib.report.patient_report.reference_values import ReferenceValue
from MuscleSegLib.translatable import _


@dataclass(frozen=True)
class ReferenceScore:
    """Place of a number among reference values.

    Attributes:
        row: Muscle.
        reference: Reference values that apply to the person.
        value: The muscle's number.
    """

    row: Row
    reference: ReferenceValue
    value: float

    @property
    def z(self) -> float:
        """Difference from the mean in standard deviations."""
        return (self.value - self.reference.mean) / self.reference.sd

    @property
    def percentile(self) -> float:
        """Percent of people with a smaller value, if values are distributed normally."""
        return 50 * (1 + math.erf(self.z / math.sqrt(2)))


def require_sex_and_age(values: Sequence[ReferenceValue], examination: Examination) -> None:
    """Check, before any work is done, that it is known which reference values apply.

    Raises:
        MuscleSegError: The person's age is unknown, or the sex where references are of one sex.
    """
    if values and examination.age_years is None:
        raise MuscleSegError(_("Reference values need the age of the patient, which no header tells: give it (--age)."))
    if any(value.sex for value in values) and examination.sex not in ("F", "M"):
        raise MuscleSegError(_("Reference values need the sex of the patient, which no header tells: give it (--sex)."))


def reference_scores(
    rows: Sequence[Row], values: Sequence[ReferenceValue], examination: Examination
) -> tuple[ReferenceScore, ...]:
    """Return the scores of all numbers for which there is a reference for a person of this sex and age.

    Raises:
        MuscleSegError: Sex or age is unknown.
    """
    require_sex_and_age(values, examination)
    scores = []
    for row in rows:
        for reference in values:
            value = getattr(row, reference.quantity)
            if value is not None and _applies(reference, row, examination):
                scores.append(ReferenceScore(row, reference, value))
    return tuple(scores)


def _applies(reference: ReferenceValue, row: Row, examination: Examination) -> bool:
    age = examination.age_years
    return (
        reference.muscle == row.muscle
        and reference.side in (None, row.side)
        and reference.sex in (None, examination.sex)
        and age is not None
        and reference.age_from <= age <= reference.age_to
    )
