"""Tissues of a digital leg."""

from enum import IntEnum


class Tissue(IntEnum):
    """Tissue codes of points. 1 to 10 are the codes of the labeled muscles in the region of ``anatomy``.

    A calf has 1 to 6 only. Muscles without a label (pectineus, glutei, popliteus) share a code.
    """

    AIR = 0
    MUSCLE_1 = 1
    MUSCLE_2 = 2
    MUSCLE_3 = 3
    MUSCLE_4 = 4
    MUSCLE_5 = 5
    MUSCLE_6 = 6
    MUSCLE_7 = 7
    MUSCLE_8 = 8
    MUSCLE_9 = 9
    MUSCLE_10 = 10
    OTHER_MUSCLE = 11
    SUBCUTANEOUS_FAT = 12
    INTERMUSCULAR_FAT = 13
    FASCIA = 14
    SKIN = 15
    CORTEX = 16
    MARROW = 17
    ARTERY = 18
    VEIN = 19
    NERVE = 20
    TENDON = 21


LABELED = tuple(Tissue(code) for code in range(Tissue.MUSCLE_1, Tissue.MUSCLE_10 + 1))
"""Codes of labeled muscles."""

MUSCLES = (*LABELED, Tissue.OTHER_MUSCLE)
"""Codes of all muscle, labeled or not, which fat can infiltrate."""
