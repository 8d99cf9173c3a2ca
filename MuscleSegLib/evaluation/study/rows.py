"""The rows of a study's tables. None is a missing value; a field's name ends with its unit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table1Row:
    """One network, in the columns, order and units of Table 1 of Hostin et al. 2023: mean and SD, automatic - manual.

    Attributes:
        section: "thigh" or "calf" (the paper calls it leg).
        network: Or whoever drew it.
        source: "this study", or the paper.
        dsc: Mean Dice similarity coefficient of the muscles that were found.
        dsc_sd: Its standard deviation, and so on.
        ff_error_percent: See ``Summary``, as all that follows.
        ff_error_sd_percent: See above.
        mtr_error_percent: See above.
        mtr_error_sd_percent: See above.
        t2_error_ms: See above.
        t2_error_sd_ms: See above.
        volume_error_cm3: See above.
        volume_error_sd_cm3: See above.
        absence_percent: See above.
        outlier_percent: See above.
        muscles: Of the reference.
        without_reference: Muscles that were found and that the reference does not have: excluded.

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
    """One metric of one network in muscles with little and with much fat, as in Table 2.

    Attributes:
        section: As in ``Table1Row``, and so on.
        network: See above.
        source: See above.
        metric: A column of ``CaseRow``, in its unit.
        little_fat: Mean of the muscles with little fat in the reference (G20-).
        little_fat_sd: Their standard deviation.
        little_fat_muscles: How many they are.
        much_fat: Mean of those with much fat (G20+).
        much_fat_sd: Their standard deviation.
        much_fat_muscles: How many they are.
        p: Of the difference.
        test: By which test.

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
    """One metric of one muscle, or of all together, over all cases in which it was found.

    Attributes:
        section: As in ``Table1Row``.
        network: See above.
        muscle: Its name, both sides together; "all" for all.
        metric: A column of ``CaseRow``, in its unit.
        count: Values.
        mean: Of them.
        sd: Sample standard deviation.
        first_quartile: Interpolated linearly.
        median: Of them.
        third_quartile: See above.

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
    """How one quantity agrees with the reference, with 95 % confidence intervals.

    Attributes:
        section: As in ``Table1Row``.
        network: See above.
        quantity: "ff_percent", "mtr_percent", "t2_ms" or "volume_cm3"; its unit is that of bias and limits.
        count: Muscles.
        bias: Mean difference, and its interval.
        bias_low: See above.
        bias_high: See above.
        lower_limit: 95 % limit of agreement, bias - 1.96 SD, and its interval; and the upper one.
        lower_limit_low: See above.
        lower_limit_high: See above.
        upper_limit: See above.
        upper_limit_low: See above.
        upper_limit_high: See above.
        icc_a1: Intraclass correlation of absolute agreement, ICC(A,1), and its interval.
        icc_a1_low: See above.
        icc_a1_high: See above.
        icc_c1: The same of consistency, ICC(C,1).
        icc_c1_low: See above.
        icc_c1_high: See above.
        r_with_dsc: Pearson's correlation of the DSC with the error.
        r_with_dsc_low: See above.
        r_with_dsc_high: See above.
        r_with_dsc_p: Two-sided.

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
    """One metric of two networks in the same muscles, both of which found them.

    Attributes:
        section: As in ``Table1Row``.
        network: See above.
        other: The network with the highest mean DSC.
        metric: A column of ``CaseRow``, in its unit.
        count: Muscles.
        mean: Of the network.
        mean_of_other: Of the other one.
        p: Of the differences.
        test: By which test.

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
    """What a network costs, beside what it is worth.

    Attributes:
        section: As in ``Table1Row``.
        network: See above.
        architecture: Its kind.
        parameters: Weights.
        memory_mb: Most memory, estimated for two legs, 20 slices of 320 x 320.
        seconds: Of processor time that a scan took in the study, median: on a core that does nothing else.
        training_hours: As its bundle says.
        dsc: Mean over the muscles that were found.
        ff_error_percent: Mean error of FF.
        ff_rms_error_percent: Root mean square error of FF: what the error is in one muscle.

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
    """What became of a case.

    Attributes:
        case: Its name.
        network: Or whoever drew it.
        status: "done", "excluded" (an empty reference) or "failed".
        note: Why, and what else a reader must know.
        seconds: Of processor time that the segmentation took, where the study made it.

    """

    case: str
    network: str
    status: str
    note: str
    seconds: float | None
