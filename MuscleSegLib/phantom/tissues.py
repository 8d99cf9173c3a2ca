"""What the digital thigh is made of, and what a voxel of each tissue measures."""

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType


class Tissue(IntEnum):
    """What is at a point. 1 to 10 are the muscles' own codes, as ``anatomy.THIGH`` has them."""

    AIR = 0
    ADDUCTOR = 1
    BICEPS_FEMORIS = 2
    GRACILIS = 3
    RECTUS_FEMORIS = 4
    SARTORIUS = 5
    SEMIMEMBRANOSUS = 6
    SEMITENDINOSUS = 7
    VASTUS_INTERMEDIUS = 8
    VASTUS_LATERALIS = 9
    VASTUS_MEDIALIS = 10
    ADDUCTOR_LONGUS = 11
    GLUTEUS_MAXIMUS = 12
    TENSOR_FASCIAE_LATAE = 13
    TENDON = 14
    VESSEL = 15
    NERVE = 16
    INNER_FAT = 17
    SUBCUTANEOUS_FAT = 18
    MARROW = 19
    CORTEX = 20
    SKIN = 21


MUSCLES = tuple(Tissue(code) for code in range(1, 11))
"""The muscles that get a label."""

OTHER_MUSCLES = (Tissue.ADDUCTOR_LONGUS, Tissue.GLUTEUS_MAXIMUS, Tissue.TENSOR_FASCIAE_LATAE)
"""Muscles that an image shows and no label names. The first stands for adductor longus and brevis and pectineus."""


@dataclass(frozen=True)
class Properties:
    """What a tissue that is no muscle measures.

    Attributes:
        fat_percent: Proton-density fat fraction.
        protons: Of what an image shows, relative to muscle; next to none in cortical bone.
        t1_weighted: Signal of the water in it, relative to that of pure fat.
        mtr_percent: Magnetization transfer ratio.
        t2_ms: Transverse relaxation time.

    """

    fat_percent: float
    protons: float
    t1_weighted: float
    mtr_percent: float
    t2_ms: float


LEAN_T1_WEIGHTED = 0.34  # spin echo, TR 549 ms, TE 11 ms: a third of fat
LEAN_MTR_PERCENT = 52.0
LEAN_T2_MS = 36.0
MTR_PER_FAT = -0.46  # 42 to 26 percent from 5 to 40 percent of oil
T2_MS_PER_FAT = 1.15  # up to some 150 ms in pure fat


def of_muscle(fat_percent: float) -> Properties:
    """Return what a muscle with this much fat measures: water and fat side by side, so everything is linear in it."""
    return Properties(
        fat_percent=fat_percent,
        protons=1.0,
        t1_weighted=LEAN_T1_WEIGHTED,
        mtr_percent=LEAN_MTR_PERCENT + MTR_PER_FAT * fat_percent,
        t2_ms=LEAN_T2_MS + T2_MS_PER_FAT * fat_percent,
    )


PROPERTIES = MappingProxyType(
    {
        Tissue.AIR: Properties(0.0, 0.0, 0.0, 0.0, 0.0),
        Tissue.TENDON: Properties(2.0, 0.15, 0.34, 55.0, 20.0),
        Tissue.VESSEL: Properties(2.0, 0.9, 0.12, 15.0, 110.0),
        Tissue.NERVE: Properties(25.0, 0.9, 0.4, 35.0, 65.0),
        Tissue.INNER_FAT: of_muscle(90.0),
        Tissue.SUBCUTANEOUS_FAT: of_muscle(95.0),
        Tissue.MARROW: of_muscle(88.0),
        Tissue.CORTEX: Properties(0.0, 0.05, 0.34, 20.0, 15.0),
        Tissue.SKIN: Properties(10.0, 0.8, 0.4, 40.0, 35.0),
    }
)
"""Tissues other than muscle. Fatty ones lie on the same line as fatty muscle."""
