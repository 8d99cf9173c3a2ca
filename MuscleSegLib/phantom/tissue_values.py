"""Proton densities and MR constants of tissues at 1.5 T.

A point holds protons of one or more *pools*: fat, the water of its tissue and, where a muscle is edematous, the water
of edema. The signal of a pool follows from a few constants, so that the signal of a voxel is a sum over pools: amount
of the pool times the signal of a unit of it.

Sources of the constants:

- (G) Gold et al., AJR 2004;183:343-351, knees of volunteers at 1.5 T: T1 and T2 of muscle and of subcutaneous fat.
- (S) Stanisz et al., Magn Reson Med 2005;54:507-512, samples at 1.5 T: T1 and T2 of blood and of (optic) nerve.
- (H) Hostin et al., J Magn Reson Imaging 2023;58:1826-1835, patients and controls at 1.5 T: MTR of muscle, on average
  48 at 9 percent of fat.
- (a) assumed, of the right order. So are all T2*, and all proton densities, of which the visible ones count: the water
  in bone and tendon is mostly too short-lived for any echo here.

The values of (G) and (S) were not checked again against those papers: check them before you build on one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.tissues import MUSCLES, Tissue
from MuscleSegLib.physics import PROTON_MHZ_PER_T

FIELD_STRENGTH_T = 1.5
LARMOR_MHZ = PROTON_MHZ_PER_T * FIELD_STRENGTH_T


class Pool(IntEnum):
    """Pools of protons with common constants."""

    MUSCLE_WATER = 0
    EDEMA_WATER = 1
    FAT = 2
    FIBER_WATER = 3
    SKIN_WATER = 4
    BONE_WATER = 5
    ARTERIAL_BLOOD = 6
    VENOUS_BLOOD = 7
    NERVE_WATER = 8


@dataclass(frozen=True)
class PoolConstants:
    """MR constants of a pool, from which its signal in a sequence follows.

    Attributes:
        t1_ms: Longitudinal relaxation time.
        t2_ms: Transverse relaxation time.
        t2_star_ms: Effective transverse relaxation time, without refocusing.
        mtr_percent: Loss of signal by the MT pulse of the protocols.
        stays: Share in a spin echo: blood that leaves the slice between its pulses is lost.
    """

    t1_ms: float
    t2_ms: float
    t2_star_ms: float
    mtr_percent: float
    stays: float = 1.0


POOLS: Mapping[Pool, PoolConstants] = MappingProxyType(
    {
        Pool.MUSCLE_WATER: PoolConstants(1130, 35.3, 28, 54),  # G; H, with the 9 percent of fat taken out
        # severe edema, whose amount is a point's edema: T2 as in florid myositis, less MT (a)
        Pool.EDEMA_WATER: PoolConstants(1400, 65, 45, 30),
        Pool.FAT: PoolConstants(288, 165, 40, 0),  # G; no macromolecules exchange with it, so that it has no MT
        Pool.FIBER_WATER: PoolConstants(600, 20, 8, 40),  # a: fascia, tendon
        Pool.SKIN_WATER: PoolConstants(900, 30, 20, 40),  # a
        Pool.BONE_WATER: PoolConstants(400, 15, 5, 20),  # a
        Pool.ARTERIAL_BLOOD: PoolConstants(1441, 290, 150, 5, stays=0.1),  # S; a
        Pool.VENOUS_BLOOD: PoolConstants(1441, 290, 60, 5, stays=0.4),  # S; a
        Pool.NERVE_WATER: PoolConstants(815, 77, 40, 35),  # S; a
    }
)


@dataclass(frozen=True)
class Content:
    """Protons of a tissue.

    Attributes:
        protons: Visible proton density, relative to pure water.
        water: Pool of its water. The fat fraction of the protons differs from point to point.
    """

    protons: float
    water: Pool


_MUSCLE = Content(0.80, Pool.MUSCLE_WATER)
_ADIPOSE = Content(0.90, Pool.MUSCLE_WATER)  # a few percent of water, taken to be like that of muscle
_FIBERS = Content(0.15, Pool.FIBER_WATER)

CONTENTS: Mapping[Tissue, Content] = MappingProxyType(
    dict.fromkeys(MUSCLES, _MUSCLE)
    | {
        Tissue.AIR: Content(0.0, Pool.MUSCLE_WATER),
        Tissue.SUBCUTANEOUS_FAT: _ADIPOSE,
        Tissue.INTERMUSCULAR_FAT: _ADIPOSE,
        Tissue.MARROW: _ADIPOSE,
        Tissue.FASCIA: _FIBERS,
        Tissue.TENDON: _FIBERS,
        Tissue.SKIN: Content(0.65, Pool.SKIN_WATER),
        Tissue.CORTEX: Content(0.05, Pool.BONE_WATER),
        Tissue.ARTERY: Content(0.85, Pool.ARTERIAL_BLOOD),
        Tissue.VEIN: Content(0.85, Pool.VENOUS_BLOOD),
        Tissue.NERVE: Content(0.75, Pool.NERVE_WATER),
    }
)

MUSCLE_PROTONS = _MUSCLE.protons
FAT_PROTONS = _ADIPOSE.protons


def pool_constants(attribute: str) -> NDArray[np.float64]:
    """Return an attribute of ``PoolConstants`` of every pool, [pool]."""
    return np.array([getattr(POOLS[pool], attribute) for pool in Pool], dtype=np.float64)
