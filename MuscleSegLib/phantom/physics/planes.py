"""Which planes of the legs are sampled, and for which slices: each plane is made once, whoever needs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from MuscleSegLib.phantom.protocols import Protocol, Scan
from MuscleSegLib.volume import Geometry

Slice = tuple[str, int]
"""Name of a scan in its protocol, and which of its slices."""


@dataclass(frozen=True)
class PlaneGroup:
    """Slices that share planes with one another and with no others, so that they are made together.

    Attributes:
        geometry: Of one of the scans; the others have the same voxels in plane.
        planes: The slices that lie at a height in millimeters.

    """

    geometry: Geometry
    planes: Mapping[float, tuple[Slice, ...]]


def plane_groups(protocol: Protocol) -> list[PlaneGroup]:
    """Return all that has to be sampled, largest groups first."""
    groups = []
    for scans in _by_pixels(protocol):
        geometry = next(iter(scans.values())).geometry
        groups += [PlaneGroup(geometry, planes) for planes in _connected(scans)]
    return sorted(groups, key=lambda group: -len(group.planes))


def _by_pixels(protocol: Protocol) -> list[dict[str, Scan[Any]]]:
    """Group scans that have the same voxels in plane."""
    groups: list[dict[str, Scan[Any]]] = []
    for name in ("anatomy", "ff", "mtr", "t2"):
        scan: Scan[Any] = getattr(protocol, name)
        for group in groups:
            if _same_pixels(next(iter(group.values())).geometry, scan.geometry):
                group[name] = scan
                break
        else:
            groups.append({name: scan})
    return groups


def _same_pixels(one: Geometry, other: Geometry) -> bool:
    return one.shape[1:] == other.shape[1:] and np.array_equal(one.affine[:2], other.affine[:2])


def _connected(scans: Mapping[str, Scan[Any]]) -> Iterator[dict[float, tuple[Slice, ...]]]:
    slices = [(scan.heights_mm(k), (name, k)) for name, scan in scans.items() for k in range(scan.geometry.shape[0])]
    planes: dict[float, tuple[Slice, ...]] = {}
    for heights, one in sorted(slices):
        if planes and heights[0] > max(planes):
            yield planes
            planes = {}
        for height in heights:
            planes[height] = (*planes.get(height, ()), one)
    yield planes
