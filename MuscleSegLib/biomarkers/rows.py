"""The row of a table of muscles."""

from dataclasses import dataclass

from MuscleSegLib.anatomy import Label

OTHER_REGION = "other"
"""What the region of a structure is called that belongs to neither thigh nor calf."""


@dataclass(frozen=True)
class Statistics:
    """Mean, sample standard deviation and median of a map's voxels in one muscle; None where there is none."""

    mean: float | None = None
    sd: float | None = None
    median: float | None = None


@dataclass(frozen=True)
class Row:
    """What is measured in one muscle. None is a missing value: no such muscle in the labels, or no such map.

    ``mean`` is that of the voxels' values: for the fat fraction, the mean of the voxelwise fractions. ``sd`` is the
    sample standard deviation (n - 1) over the voxels, which says how uneven a muscle is and not how sure its mean is.

    Attributes:
        region: "thigh", "calf" or "other".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        muscle: The muscle's name.
        abbreviation: The same, short.
        label: Its value in the label map.
        volume_cm3: Number of label voxels times the volume of one, in cubic centimeters.
        ff_mean_percent: Fat fraction, and so on.
        ff_sd_percent: See above.
        ff_median_percent: See above.
        mtr_mean_percent: Magnetization transfer ratio, and so on.
        mtr_sd_percent: See above.
        mtr_median_percent: See above.
        t2_mean_ms: Transverse relaxation time, and so on.
        t2_sd_ms: See above.
        t2_median_ms: See above.
        confidence: An estimate of the Dice similarity coefficient (DSC) of what a network drew, 0 to 1. None where no
            network with a calibration drew it. It does not know what somebody corrected later.

    """

    region: str
    side: str | None
    muscle: str
    abbreviation: str
    label: int
    volume_cm3: float | None
    ff_mean_percent: float | None
    ff_sd_percent: float | None
    ff_median_percent: float | None
    mtr_mean_percent: float | None
    mtr_sd_percent: float | None
    mtr_median_percent: float | None
    t2_mean_ms: float | None
    t2_sd_ms: float | None
    t2_median_ms: float | None
    confidence: float | None


def row(
    label: Label,
    volume_cm3: float | None,
    *,
    ff: Statistics,
    mtr: Statistics,
    t2: Statistics,
    confidence: float | None,
) -> Row:
    """Return the row of a label."""
    return Row(
        region=label.region or OTHER_REGION,
        side=str(label.side) if label.side else None,
        muscle=label.muscle,
        abbreviation=label.abbreviation,
        label=label.value,
        volume_cm3=volume_cm3,
        ff_mean_percent=ff.mean,
        ff_sd_percent=ff.sd,
        ff_median_percent=ff.median,
        mtr_mean_percent=mtr.mean,
        mtr_sd_percent=mtr.sd,
        mtr_median_percent=mtr.median,
        t2_mean_ms=t2.mean,
        t2_sd_ms=t2.sd,
        t2_median_ms=t2.median,
        confidence=confidence,
    )
