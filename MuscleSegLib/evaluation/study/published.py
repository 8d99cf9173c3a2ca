"""Published results of Hostin et al., for comparison with ours.

J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708): 112 volumes of thighs and 106 of legs, 67 patients and 14
controls, one leg each, at 1.5 T. Manual segmentations are the reference.
"""

from collections.abc import Mapping
from types import MappingProxyType

from MuscleSegLib.evaluation.statistics import Spread
from MuscleSegLib.evaluation.study.summary import Summary


def _summary(*columns: float) -> Summary:
    """Return a row of the columns mean, SD, mean, SD, ..., absence and outlier rate."""
    *pairs, absence, outliers = columns
    dsc, ff, mtr, t2, volume = (Spread(*pair) for pair in zip(pairs[::2], pairs[1::2], strict=True))
    return Summary(dsc, ff, mtr, t2, volume, absence_percent=absence, outlier_percent=outliers)


HOSTIN2023_TABLE1: Mapping[str, Mapping[str, Summary]] = MappingProxyType(
    {
        "thigh": {
            "HRNet": _summary(0.93, 0.04, -0.37, 0.91, 0.25, 0.76, -0.62, 1.84, -0.25, 3.18, 0.00, 5.77),
            "TransUNet": _summary(0.92, 0.04, -0.34, 0.94, 0.21, 0.78, -0.60, 1.99, -0.17, 3.56, 2.28, 6.68),
            "U-Net 2D": _summary(0.93, 0.04, -0.32, 0.82, 0.20, 0.75, -0.55, 1.77, -0.11, 3.11, 1.70, 4.53),
            "U-Net 3D": _summary(0.92, 0.05, -0.34, 1.20, 0.17, 0.86, -0.55, 2.12, -0.11, 3.47, 4.04, 4.76),
        },
        "calf": {
            "HRNet": _summary(0.89, 0.11, -0.23, 0.93, 0.09, 0.77, -0.42, 2.12, -0.63, 4.40, 0.00, 7.52),
            "TransUNet": _summary(0.88, 0.08, -0.16, 1.13, 0.07, 0.94, -0.33, 2.73, 0.44, 3.44, 0.00, 6.64),
            "U-Net 2D": _summary(0.89, 0.12, -0.17, 0.88, 0.07, 0.68, -0.41, 2.16, -0.51, 3.45, 3.89, 7.48),
            "U-Net 3D": _summary(0.88, 0.08, -0.10, 1.12, 0.07, 0.99, -0.04, 2.27, 0.50, 3.45, 1.39, 6.39),
        },
    }
)
"""By region and network."""

HOSTIN2023_TABLE2: Mapping[str, tuple[Spread, Spread]] = MappingProxyType(
    {
        "dsc": (Spread(0.92, 0.04), Spread(0.87, 0.09)),
        "ff_error_percent": (Spread(-0.27, 0.77), Spread(-1.09, 2.11)),
        "mtr_error_percent": (Spread(0.17, 0.73), Spread(0.56, 1.25)),
        "t2_error_ms": (Spread(-0.48, 1.82), Spread(-1.69, 3.20)),
        "volume_error_cm3": (Spread(-0.19, 2.91), Spread(-1.90, 4.63)),
    }
)
"""HRNet: muscles with less and with more than 20 % of fat; every P is 0.001 or less."""
