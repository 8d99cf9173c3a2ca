"""Protocols: sequences, and the grids of their images.

All grids are stored LPS, as scanners store axial slices: i runs to the left, j to the back, k up. They are centered on
the origin, and each scan's slices and gaps together cover the whole length of the legs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom.physics.mt_gradient_echo import MagnetizationTransfer
from MuscleSegLib.phantom.physics.multi_gradient_echo import Dixon, opposed_and_in_phase_ms
from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho
from MuscleSegLib.phantom.physics.spin_echo import SpinEcho
from MuscleSegLib.volume import Geometry

SequenceT = TypeVar("SequenceT", SpinEcho, Dixon, MagnetizationTransfer, MultiSpinEcho)


@dataclass(frozen=True)
class Scan(Generic[SequenceT]):
    """Sequence on a grid.

    Attributes:
        sequence: Pulse sequence.
        geometry: Voxel grid, with axial slices.
        thickness_mm: Slice thickness. The rest of the spacing is a gap without excitation.
        planes: Number of sampled planes through the thickness.
        snr: Signal of muscle without fat in the first image, in the middle of the coil, over the SD of the noise.
    """

    sequence: SequenceT
    geometry: Geometry
    thickness_mm: float
    planes: int
    snr: float

    def heights_mm(self, k: int) -> list[float]:
        """Return the heights of the sampled planes of slice ``k``."""
        middle = self.geometry.world_from_index((0, 0, k))[2]
        offsets = ((np.arange(self.planes) + 0.5) / self.planes - 0.5) * self.thickness_mm
        return [round(float(middle + offset), 4) for offset in offsets]


@dataclass(frozen=True)
class Protocol:
    """Scans of one session.

    Attributes:
        name: Name on the command line.
        anatomy: T1-weighted spin echo.
        ff: Dixon for the fat fraction, in slices without a gap, whose planes give the truth.
        mtr: Gradient echoes for the magnetization transfer ratio.
        t2: Multi-spin-echo for T2.
    """

    name: str
    anatomy: Scan[SpinEcho]
    ff: Scan[Dixon]
    mtr: Scan[MagnetizationTransfer]
    t2: Scan[MultiSpinEcho]


def hostin2023(length_mm: float, *, legs: int) -> Protocol:
    """Return the scans of Hostin et al., J Magn Reson Imaging 2023;58:1826-1835, at 1.5 T.

    Theirs hold one leg: 320 x 320 pixels of 0.68 mm and 128 x 128 of 1.72 mm. Of two legs, the anatomy has the same
    matrix with twice the pixel, since that is what a network gets; the maps have twice the matrix of the same pixel.
    Fat fraction and MTR have as many slices of 5 mm as cover the legs, 60 for 300 mm, where the paper's 36 cover 180.
    Echo times of the Dixon are in steps of 2.383 ms, from 2.38 to 19.06; the step that the paper prints, 2.80, does not
    lead there. The paper gives no SNR; those here are usual ones.
    """
    t1_weighted = _axial(0.68 * legs, 320, length_mm, spacing_mm=15)
    maps = _axial(1.72, 128 * legs, length_mm, spacing_mm=5)
    t2 = _axial(1.72, 128 * legs, length_mm, spacing_mm=30)
    echoes_ms = tuple(round(2.38 + (19.06 - 2.38) / 7 * number, 3) for number in range(8))
    return Protocol(
        "hostin2023",
        anatomy=Scan(SpinEcho(549, 11), t1_weighted, thickness_mm=10, planes=2, snr=30),
        ff=Scan(Dixon(22, 5, echoes_ms), maps, thickness_mm=5, planes=2, snr=40),
        mtr=Scan(MagnetizationTransfer(36, 10, 3.5), maps, thickness_mm=5, planes=2, snr=60),
        t2=Scan(MultiSpinEcho(2500, 8.7, 16), t2, thickness_mm=20, planes=8, snr=80),
    )


def isotropic(length_mm: float, *, legs: int) -> Protocol:
    """Return scans in voxels of 2 mm, all on one grid: a three-point Dixon, and T2 from eight echoes.

    No scanner does all of this within an hour. It separates the effects of partial volume and gaps.
    """
    grid = _axial(2.0, 110 * legs, length_mm, spacing_mm=2)
    return Protocol(
        "isotropic",
        anatomy=Scan(SpinEcho(549, 11), grid, thickness_mm=2, planes=1, snr=30),
        ff=Scan(Dixon(12, 5, opposed_and_in_phase_ms(3)), grid, thickness_mm=2, planes=1, snr=40),
        mtr=Scan(MagnetizationTransfer(36, 10, 3.5), grid, thickness_mm=2, planes=1, snr=60),
        t2=Scan(MultiSpinEcho(2500, 10, 8), grid, thickness_mm=2, planes=1, snr=80),
    )


def quick(length_mm: float, *, legs: int) -> Protocol:
    """Return coarse scans, made in seconds, to try MuscleSeg with.

    As in a real session, the anatomy, FF and MTR, and T2 each have a grid of their own.
    """
    maps = _axial(3.44, 64 * legs, length_mm, spacing_mm=10)
    return Protocol(
        "quick",
        anatomy=Scan(SpinEcho(549, 11), _axial(2.2, 100 * legs, length_mm, spacing_mm=20), 10, planes=1, snr=30),
        ff=Scan(Dixon(12, 5, opposed_and_in_phase_ms(3)), maps, thickness_mm=10, planes=1, snr=40),
        mtr=Scan(MagnetizationTransfer(36, 10, 3.5), maps, thickness_mm=10, planes=1, snr=60),
        t2=Scan(MultiSpinEcho(2500, 10, 8), _axial(3.44, 64 * legs, length_mm, spacing_mm=30), 20, planes=2, snr=80),
    )


PROTOCOLS: Mapping[str, Callable[..., Protocol]] = MappingProxyType(
    {maker.__name__: maker for maker in (hostin2023, isotropic, quick)}
)
"""Constructors of protocols by name."""


def protocol(name: str, *, length_mm: float, legs: int) -> Protocol:
    """Return the protocol of this name.

    Args:
        name: Name in ``PROTOCOLS``.
        length_mm: Length of the legs.
        legs: Number of legs, one or two, which have to fit into the field of view.

    Raises:
        MuscleSegError: There is no such protocol.
    """
    if name not in PROTOCOLS:
        raise MuscleSegError(f"There is no protocol called {name!r}: the protocols are {' and '.join(PROTOCOLS)}.")
    return PROTOCOLS[name](length_mm, legs=legs)


def _axial(pixel_mm: float, matrix: int, length_mm: float, *, spacing_mm: float) -> Geometry:
    slices = max(1, round(length_mm / spacing_mm))
    steps = np.array([-pixel_mm, -pixel_mm, spacing_mm])
    affine = np.diag([*steps, 1.0])
    affine[:3, 3] = -steps * (np.array([matrix, matrix, slices]) - 1) / 2
    return Geometry((slices, matrix, matrix), affine)
