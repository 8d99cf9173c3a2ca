"""Rows of a study's tables.

None is a missing value; a field's name ends with its unit. A name with ``_sd`` is that of the standard deviation of the
field without; one with ``_low`` or ``_high``, of an end of its 95 % confidence interval.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table1Row:
    """Errors of a network, automatic - manual, in the columns, order and units of Table 1 of Hostin et al. 2023.

    Attributes:
        section: "thigh" or "calf" (the paper calls it leg).
        network: The network, or the person who drew it.
        source: "this study", or the paper.
        dsc: Mean Dice similarity coefficient of the muscles that the segmentation has.
        ff_error_percent: Mean error of the fat fraction.
        mtr_error_percent: Mean error of MTR.
        t2_error_ms: Mean error of T2.
        volume_error_cm3: Mean error of the volume.
        absence_percent: Part of the reference's muscles that the segmentation lacks.
        outlier_percent: Part of outliers among the DSCs.
        muscles: Number of muscles of the reference.
        without_reference: Number of muscles that the reference does not have: excluded.
    """

    section: str
    network: str
    source: str
    dsc: float | None
    dsc_sd: float | None
    ff_error_percent: float | None
    ff_error_sd_percent: float | None
    mtr_error_percent: float | None
    mtr_error_sd_percent: float | None
    t2_error_ms: float | None
    t2_error_sd_ms: float | None
    volume_error_cm3: float | None
    volume_error_sd_cm3: float | None
    absence_percent: float | None
    outlier_percent: float | None
    muscles: int | None
    without_reference: int | None


@dataclass(frozen=True)
class Table2Row:
    """Metric of a network in muscles with little and with much fat, as in Table 2.

    Attributes:
        section: "thigh" or "calf".
        network: The network, or the person who drew it.
        source: "this study", or the paper.
        metric: A column of ``CaseRow``, in its unit.
        little_fat: Mean of the muscles with little fat in the reference (G20-).
        little_fat_muscles: Their number.
        much_fat: Mean of the muscles with much fat (G20+).
        much_fat_muscles: Their number.
        p: P of the difference.
        test: Name of the test.
    """

    section: str
    network: str
    source: str
    metric: str
    little_fat: float | None
    little_fat_sd: float | None
    little_fat_muscles: int | None
    much_fat: float | None
    much_fat_sd: float | None
    much_fat_muscles: int | None
    p: float | None
    test: str | None


@dataclass(frozen=True)
class MetricRow:
    """Metric of a muscle, or of all together, over all cases that have it.

    Attributes:
        section: "thigh" or "calf".
        network: The network, or the person who drew it.
        muscle: Its name, both sides together; "all" for all.
        metric: A column of ``CaseRow``, in its unit.
        count: Number of values.
        mean: Mean of the values.
        sd: Sample standard deviation.
        first_quartile: First quartile, interpolated linearly.
        median: Median of the values.
        third_quartile: Third quartile, interpolated linearly.
    """

    section: str
    network: str
    muscle: str
    metric: str
    count: int
    mean: float | None
    sd: float | None
    first_quartile: float | None
    median: float | None
    third_quartile: float | None


@dataclass(frozen=True)
class AgreementRow:
    """Agreement of a quantity with the reference, with 95 % confidence intervals.

    Attributes:
        section: "thigh" or "calf".
        network: The network, or the person who drew it.
        quantity: "ff_percent", "mtr_percent", "t2_ms" or "volume_cm3"; its unit is that of bias and limits.
        count: Number of muscles.
        bias: Mean difference.
        lower_limit: Lower 95 % limit of agreement, bias - 1.96 SD.
        upper_limit: Upper 95 % limit of agreement, bias + 1.96 SD.
        icc_a1: Intraclass correlation of absolute agreement, ICC(A,1).
        icc_c1: Intraclass correlation of consistency, ICC(C,1).
        r_with_dsc: Pearson's correlation of the DSC with the error.
        r_with_dsc_p: Two-sided P of this correlation.
    """

    section: str
    network: str
    quantity: str
    count: int
    bias: float | None
    bias_low: float | None
    bias_high: float | None
    lower_limit: float | None
    lower_limit_low: float | None
    lower_limit_high: float | None
    upper_limit: float | None
    upper_limit_low: float | None
    upper_limit_high: float | None
    icc_a1: float | None
    icc_a1_low: float | None
    icc_a1_high: float | None
    icc_c1: float | None
    icc_c1_low: float | None
    icc_c1_high: float | None
    r_with_dsc: float | None
    r_with_dsc_low: float | None
    r_with_dsc_high: float | None
    r_with_dsc_p: float | None


@dataclass(frozen=True)
class PairRow:
    """Metric of two networks in the same muscles, which both of them have.

    Attributes:
        section: "thigh" or "calf".
        network: The network, or the person who drew it.
        other: The network with the highest mean DSC.
        metric: A column of ``CaseRow``, in its unit.
        count: Number of muscles.
        mean: Mean of the network.
        mean_of_other: Mean of the other network.
        p: P of the differences.
        test: Name of the test.
    """

    section: str
    network: str
    other: str
    metric: str
    count: int
    mean: float | None
    mean_of_other: float | None
    p: float | None
    test: str | None


@dataclass(frozen=True)
class CostRow:
    """Cost of a network beside its accuracy.

    Attributes:
        section: "thigh" or "calf".
        network: The network, or the person who drew it.
        architecture: The network's architecture.
        parameters: Number of weights.
        memory_mb: Peak memory, estimated for two legs, 20 slices of 320 x 320.
        seconds: Median processor time of a scan in the study, on a core that does nothing else.
        training_hours: Time of training, from its bundle.
        dsc: Mean DSC over the muscles that the segmentations have.
        ff_error_percent: Mean error of FF.
        ff_rms_error_percent: Root mean square error of FF: the error to expect in one muscle.
    """

    section: str
    network: str
    architecture: str
    parameters: int
    memory_mb: float
    seconds: float | None
    training_hours: float | None
    dsc: float | None
    ff_error_percent: float | None
    ff_rms_error_percent: float | None


@dataclass(frozen=True)
class StatusRow:
    """Status of a case.

    Attributes:
        case: Name of the case.
        network: The network, or the person who drew it.
        status: "done", "excluded" (an empty reference) or "failed".
        note: Reason of the status, and other notes for the reader.
        seconds: Processor time of the segmentation, where the study made it.
    """

    case: str
    network: str
    status: str
    note: str
    seconds: float | None


@dataclass(frozen=True)
class TransferRow:
    """Networks of a transfer study that learned from the same number of annotated slices, one a fold.

    Attributes:
        source: Source task.
        slices: Number of annotated slices.
        folds: Number of folds that are done.
        dsc: Mean over folds of the mean DSC; a muscle that a network does not see has 0.
        dsc_sd: SD over folds; None for one fold.
        rmsd_mm: Mean over folds of the mean root-mean-square surface distance, where a network sees the muscle.
        rmsd_mm_sd: SD over folds.
        missed_percent: Share of the muscles that a network does not see at all.
    """

    source: str
    slices: int
    folds: int
    dsc: float
    dsc_sd: float | None
    rmsd_mm: float | None
    rmsd_mm_sd: float | None
    missed_percent: float
