"""The row of a table of muscles."""

from dataclasses import dataclass

OTHER_REGION = "other"
"""What the region of a structure is called that belongs to neither thigh nor calf."""

UNITS = {"ff": "percent", "mtr": "percent", "t2": "ms"}
"""The maps and the units of their columns."""


@dataclass(frozen=True)
class Row:
    """What is measured in one muscle. None is a missing value: no such muscle in the labels, or no such map.

    A map's voxel counts for a muscle that fills more than half of it (``minimum_share``), by its share. Each map has
    the same columns; they are described for the fat fraction, and so on for MTR (``mtr_``) and T2 (``t2_``, ms).

    Attributes:
        region: "thigh", "calf" or "other".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        muscle: The muscle's name.
        abbreviation: The same, short.
        label: Its value in the label map.
        volume_cm3: Area in each slice times the distance of slice centers, gaps counted in.
        ff_mean_percent: Weighted mean of the voxels' values: for the fat fraction, the mean of ratios.
        ff_sd_percent: Their sample standard deviation: how uneven the muscle is and not how sure its mean is.
        ff_median_percent: Their median.
        volume_is_partial: Whether the image cuts the muscle off, so that the volume is that of a part of it.
        contractile_cm3: Volume without fat: ``volume_cm3`` times 1 - ``ff_mean_percent`` / 100.
        largest_area_cm2: Largest cross section of the slices of the labels.
        largest_area_position_mm: Where it is, along the normal of the slices, in RAS.
        largest_area_position_percent: The same, in percent of the imaged length from its lower end.
        ff_p05_percent: 5th percentile.
        ff_p95_percent: 95th percentile.
        ff_voxels: How many voxels count.
        ff_excluded_voxels: How many would, but have no value or one that cannot be.
        ff_coverage_percent: Part of the muscle's volume for which the map has values.
        ff_corrected_percent: Mean without what neighbors add at the border: see ``biomarkers.partial_volume``
            and ``biomarkers.outline_doubt``,
            and ``biomarkers.fat_guide`` for T2 where there is a fat fraction besides.
        ff_ratio_of_sums_percent: Summed fat over summed fat and water: points above the mean of ratios in fatty
            muscles, whose fat has more signal than their water.
        ff_eroded_percent: Mean with the outline one voxel of the labels farther in.
        ff_dilated_percent: Mean with the outline one voxel farther out.
        mtr_fat_corrected_percent: MTR of the muscle's water: the mean over 1 - fat fraction, as fat has no MTR.
        confidence: An estimate of the Dice similarity coefficient (DSC) of what a network drew, 0 to 1. None where no
            network with a calibration drew it. It does not know what somebody corrected later.
        warnings: Sentences that say when not to trust which number.

    """

    region: str
    side: str | None
    muscle: str
    abbreviation: str
    label: int
    volume_cm3: float | None
    ff_mean_percent: float | None = None
    ff_sd_percent: float | None = None
    ff_median_percent: float | None = None
    mtr_mean_percent: float | None = None
    mtr_sd_percent: float | None = None
    mtr_median_percent: float | None = None
    t2_mean_ms: float | None = None
    t2_sd_ms: float | None = None
    t2_median_ms: float | None = None
    confidence: float | None = None
    volume_is_partial: bool | None = None
    contractile_cm3: float | None = None
    largest_area_cm2: float | None = None
    largest_area_position_mm: float | None = None
    largest_area_position_percent: float | None = None
    ff_p05_percent: float | None = None
    ff_p95_percent: float | None = None
    ff_voxels: int | None = None
    ff_excluded_voxels: int | None = None
    ff_coverage_percent: float | None = None
    ff_corrected_percent: float | None = None
    ff_ratio_of_sums_percent: float | None = None
    ff_eroded_percent: float | None = None
    ff_dilated_percent: float | None = None
    mtr_p05_percent: float | None = None
    mtr_p95_percent: float | None = None
    mtr_voxels: int | None = None
    mtr_excluded_voxels: int | None = None
    mtr_coverage_percent: float | None = None
    mtr_corrected_percent: float | None = None
    mtr_fat_corrected_percent: float | None = None
    t2_p05_ms: float | None = None
    t2_p95_ms: float | None = None
    t2_voxels: int | None = None
    t2_excluded_voxels: int | None = None
    t2_coverage_percent: float | None = None
    t2_corrected_ms: float | None = None
    warnings: str = ""
