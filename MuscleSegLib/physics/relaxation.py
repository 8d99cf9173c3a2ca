"""Relaxation times of muscle and fat at the field strengths of clinical scanners."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Relaxation:
    """Relaxation times at one field strength.

    Attributes:
        muscle_t1_ms: T1 of muscle.
        muscle_t2_ms: T2 of muscle.
        fat_t1_ms: T1 of subcutaneous fat.
        fat_t2_ms: T2 of subcutaneous fat.
    """

    muscle_t1_ms: float
    muscle_t2_ms: float
    fat_t1_ms: float
    fat_t2_ms: float


_MEASURED = MappingProxyType({1.5: Relaxation(1130, 35.3, 288, 165), 3.0: Relaxation(1420, 31.7, 371, 133)})


def relaxation(field_strength_t: float) -> Relaxation:
    """Return the relaxation times at 1.5 or 3 T, whichever is nearer.

    Gold et al., AJR 2004;183:343-351, knees of volunteers.
    """
    return _MEASURED[min(_MEASURED, key=lambda strength: abs(strength - field_strength_t))]
