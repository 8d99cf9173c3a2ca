"""The row of a table of adipose tissue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AdiposeRow:
    """Adipose tissue of one leg as a whole, or of one muscle. None is a missing value.

    Attributes:
        region: "thigh" or "calf".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        part: "whole thigh" or "whole calf", or the muscle's name.
        label: The muscle's value in the label map, None for the whole.
        envelope: Source of the fascia's outline, "images" or "network"; None in a muscle's row, or without images.
        length_mm: Length of the limb in which the whole was measured.
        ff_limit_percent: Fat fraction from which on a voxel counts by the second rule.
        sat_tenth_of_maximum_cm3: Subcutaneous, where the fat image is at least a tenth of its maximum.
        sat_above_ff_limit_cm3: Subcutaneous, where the fat fraction is at least the limit.
        intermat_tenth_of_maximum_cm3: Between muscles, inside the fascia, without bones.
        intermat_above_ff_limit_cm3: The same, where the fat fraction is at least the limit.
        intramat_tenth_of_maximum_cm3: In the muscle, or in all muscles of the leg, by the first rule.
        intramat_above_ff_limit_cm3: In the muscle, or in all muscles of the leg, by the second rule.
        intramat_tenth_of_maximum_percent: By the first rule, in percent of the muscle's volume.
        intramat_above_ff_limit_percent: By the second rule, in percent of the muscle's volume.
        warnings: Missing or doubtful numbers, in sentences.
    """

    region: str
    side: str | None
    part: str
    label: int | None
    envelope: str | None
    length_mm: float | None
    ff_limit_percent: float
    sat_tenth_of_maximum_cm3: float | None
    sat_above_ff_limit_cm3: float | None
    intermat_tenth_of_maximum_cm3: float | None
    intermat_above_ff_limit_cm3: float | None
    intramat_tenth_of_maximum_cm3: float | None
    intramat_above_ff_limit_cm3: float | None
    intramat_tenth_of_maximum_percent: float | None
    intramat_above_ff_limit_percent: float | None
    warnings: str
