"""Sampling planes of the legs and the slices that they belong to: each plane is made once for all its slices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from MuscleSegLib.phantom.protocols import Protocol, Scan
from MuscleSegLib.volume import Geometry

ScanSlice = tuple[str, int]
"""Name of a scan in its protocol, and index of a slice."""


@dataclass(frozen=True)
class PlaneGroup:
    """Slices that share planes with one another and with no others, so that they are made together.

    Attributes:
        geometry: Grid of one of the scans; the others have the same voxels in plane.
        planes: Slices by the height of a plane in millimeters.
    """

    geometry: Geometry
    planes: Mapping[float, tuple[ScanSlice, ...]]


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


def _same_pixels(first: Geometry, second: Geometry) -> bool:
    return first.shape[1:] == second.shape[1:] and np.array_equal(first.affine[:2], second.affine[:2])


def _connected(scans: Mapping[str, Scan[Any]]) -> Iterator[dict[float, tuple[ScanSlice, ...]]]:
    slices = [(scan.heights_mm(k), (name, k)) for name, scan in scans.items() for k in range(scan.geometry.shape[0])]
    planes: dict[float, tuple[ScanSlice, ...]] = {}
    for heights, scan_slice in sorted(slices):
        if planes and heights[0] > max(planes):
            yield planes
            planes = {}
        for height in heights:
            planes[height] = (*planes.get(height, ()), scan_slice)
    yield planes
