"""Row of a table of muscles."""

from dataclasses import dataclass

OTHER_REGION = "other"
"""Region of a structure that belongs to neither thigh nor calf."""

UNITS = {"ff": "percent", "mtr": "percent", "t2": "ms"}
"""The maps and the units of their columns."""


@dataclass(frozen=True)
class Row:
    """Numbers of one muscle. None is a missing value: no such muscle in the labels, or no such map.

    A map's voxel counts for a muscle that fills more than half of it (``minimum_share``), weighted by the fraction that
    the muscle fills. Each map has the same columns, described here for the fat fraction; those of MTR begin with
    ``mtr_``, those of T2 with ``t2_`` and are in ms.

    Attributes:
        region: "thigh", "calf" or "other".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        muscle: The muscle's name.
        abbreviation: The muscle's short name.
        label: The muscle's value in the label map.
        volume_cm3: Area in each slice times the distance of slice centers, gaps counted in.
        ff_mean_percent: Weighted mean of the voxels' values: for the fat fraction, the mean of ratios.
        ff_sd_percent: Their sample standard deviation: how uneven the muscle is and not how sure its mean is.
        ff_median_percent: Their median.
        volume_is_partial: Whether the image cuts the muscle off, so that the volume is that of a part.
        contractile_cm3: Volume without fat: ``volume_cm3`` times 1 - ``ff_mean_percent`` / 100.
        largest_area_cm2: Largest cross section of the slices of the labels.
        largest_area_position_mm: Position of this slice along the normal of the slices, in RAS.
        largest_area_position_percent: The same, in percent of the imaged length from its lower end.
        ff_p05_percent: 5th percentile.
        ff_p95_percent: 95th percentile.
        ff_voxels: Number of voxels that count.
        ff_excluded_voxels: Number of voxels that would count, but have no value or an impossible one.
        ff_coverage_percent: Part of the muscle's volume for which the map has values.
        ff_corrected_percent: Mean corrected for partial volume at the border: see ``partial_volume`` and
            ``contour_uncertainty`` in ``biomarkers.coverage``, and ``fat_covariate`` for T2 where there is an FF map.
        ff_ratio_of_sums_percent: Summed fat over summed fat and water: points above the mean of ratios in fatty
            muscles, whose fat has more signal than their water.
        ff_eroded_percent: Mean with the outline one voxel of the labels farther in.
        ff_dilated_percent: Mean with the outline one voxel farther out.
        mtr_fat_corrected_percent: MTR of the muscle's water: the mean over 1 - fat fraction, as fat has no MTR.
        confidence: Estimate of the Dice similarity coefficient (DSC) of the muscle as a network drew it, 0 to 1. None
            where no network with a calibration drew it. It does not know of later corrections.
        parent: Name of the muscle, of the ten and six, that holds this one of a finer label set; None for those ten and
            six, and for a muscle in none of them.
        warnings: Missing or doubtful numbers, in sentences.
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
    parent: str | None = None
    warnings: str = ""
