"""Scanning: from digital legs and a protocol to a scanner's images, and to maps.

A voxel's protons are those of points in it, in planes through its slice; its signal is the sum over them. B0, B1 and
the coil are smooth, and taken at the voxel's center. The chemical shift turns the phase of fat; it does not move fat
along the readout.

**Maps** are those of a perfect reconstruction, with known B0, B1, coil and phase: made of signals of uniform fields,
with the noise of the raw images.

- ``ff``: water and fat by least squares over the echoes, corrected for T1 and T2*: proton-density fat fraction. Noise
  is left on both sides of 0 and of 100 percent: cut off, it would lift the mean of a lean muscle.
- ``mtr``: from the magnitudes off and on.
- ``t2``: one exponential through all echoes, free of what stimulated echoes add.

A voxel with hardly any visible protons (air, cortical bone) has no value: NaN.

**A map differs from the truth** by noise, which averages out over a muscle, and by partial volume, which does not and
which no reconstruction undoes. Labels keep every muscle's area in every slice, so that volumes are right but for
what happens in gaps. The voxels of a border reach out of a muscle as far as they fall short of it, and their values are
mixtures. Along a straight border an eighth of a voxel's width is fat (or another neighbor) that is counted in, and the
mean of a muscle with cross section A and circumference C, in voxels of width h, is off by about C h / (8 A) of the way
to what surrounds it. On a map with pixels and slices of its own, where labels reach through the gaps between their
slices, it is more.
"""

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import region
from MuscleSegLib.phantom.physics.planes import PlaneGroup, ScanSlice, plane_groups
from MuscleSegLib.phantom.physics.receiving import Images, Receiver
from MuscleSegLib.phantom.physics.sampling import POINTS, Floats, Plane, Subject, points_of, protons
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.phantom.physics.truth import Tally, TruthRow, truth_rows
from MuscleSegLib.phantom.physics.voxel_labels import labels_of
from MuscleSegLib.phantom.protocols import Protocol
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.volume import Volume

THREADS = 2
"""Number of threads. NumPy releases Python's lock while it computes; the result does not depend on it."""

_DESCRIPTIONS = {
    "anatomy": "digital legs: T1-weighted",
    "ff": "digital legs: fat fraction, percent",
    "mtr": "digital legs: MTR, percent",
    "t2": "digital legs: T2, ms",
    "labels": "digital legs: muscles",
}
_UNITS = {"ff": "%", "mtr": "%", "t2": "ms"}


@dataclass(frozen=True)
class Acquisition:
    """Images, labels and truth of a session.

    Attributes:
        images: By name: "anatomy", "ff", "mtr", "t2", and the raw images, whose names begin with "raw/".
        labels: uint8 on the grid of the anatomy, + 100 in the left leg.
        truth: A row a label, with the keys of ``muscleseg measure --json``.
    """

    images: Mapping[str, Volume]
    labels: Volume
    truth: tuple[TruthRow, ...]


def acquire(subject: Subject, protocol: Protocol, *, progress: Progress = silent) -> Acquisition:
    """Scan digital legs.

    Args:
        subject: Digital legs, which have to fit into the protocol's field of view.
        protocol: Scans of the session.
        progress: Called with the fraction done.
    """
    fields = ScannerFields.draw(np.random.default_rng([subject.seed, 0]))
    session = _Session(subject, Receiver(protocol, fields, subject.seed))
    with ThreadPoolExecutor(THREADS) as threads:
        futures = [threads.submit(session.scan, group) for group in plane_groups(protocol)]
        try:
            for number, future in enumerate(as_completed(futures), 1):
                future.result()
                progress(number / len(futures), "scanning")
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    labels = region(subject.region).labels(two_legs=len(subject.legs) == 2)
    rows = truth_rows(labels, session.tallies, protocol.mtr.sequence, protocol.t2.sequence, _point_mm3(protocol))
    return Acquisition(session.volumes, session.volumes.pop("labels"), tuple(rows))


class _Session:
    """Volumes and counts that threads fill together, each other slices: only new volumes and counts need the lock."""

    def __init__(self, subject: Subject, receiver: Receiver) -> None:
        self.volumes: dict[str, Volume] = {}
        self.tallies = {scan: Tally() for scan in ("ff", "mtr", "t2")}
        self._subject, self._receiver = subject, receiver
        self._lock = Lock()

    def scan(self, group: PlaneGroup) -> None:
        """Make all slices of a group."""
        x, y = points_of(group.geometry)
        totals: dict[ScanSlice, Floats] = {}
        planes: dict[ScanSlice, list[Plane]] = defaultdict(list)
        tallies = {
            scan: Tally() for scan in {scan for slices in group.planes.values() for scan, _ in slices} - {"anatomy"}
        }
        for height, slices in group.planes.items():
            plane = self._subject.plane(height, x, y)
            plane_protons = protons(plane)
            for scan_slice in slices:
                share = plane_protons / getattr(self._receiver.protocol, scan_slice[0]).planes
                totals[scan_slice] = totals[scan_slice] + share if scan_slice in totals else share
                planes[scan_slice].append(plane)
        for (scan, k), total in totals.items():
            self._put(scan, k, self._receiver.images(scan, k, total))
            if scan == "anatomy":
                self._put(scan, k, {"labels": labels_of(self._centers(k), planes[scan, k])})
            else:
                tallies[scan].add(planes[scan, k])
        with self._lock:
            for scan, tally in tallies.items():
                self.tallies[scan].points += tally.points

    def _centers(self, k: int) -> Plane:
        """Return the tissue at the voxel centers of a slice of the anatomy."""
        geometry = self._receiver.protocol.anatomy.geometry
        height = round(float(geometry.world_from_index((0, 0, k))[2]), 4)
        return self._subject.plane(height, *points_of(geometry, points=1))

    def _put(self, scan: str, k: int, images: Images) -> None:
        geometry = getattr(self._receiver.protocol, scan).geometry
        for name, image in images.items():
            with self._lock:
                if name not in self.volumes:
                    array: NDArray[Any] = np.empty(geometry.shape, image.dtype)
                    description = _DESCRIPTIONS.get(name, "digital legs: raw")
                    self.volumes[name] = Volume(array, geometry, description=description, unit=_UNITS.get(name, ""))
            self.volumes[name].array[k] = image


def _point_mm3(protocol: Protocol) -> float:
    scan = protocol.ff
    i_mm, j_mm, _ = scan.geometry.spacing_mm
    return i_mm * j_mm / POINTS**2 * scan.thickness_mm / scan.planes
