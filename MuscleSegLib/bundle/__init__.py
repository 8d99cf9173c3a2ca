"""Trained networks on disk: found, verified, described. Importing this imports no torch."""

from MuscleSegLib.bundle.bundle import Bundle, find_bundle, read_bundle, shipped_bundles
from MuscleSegLib.bundle.input import LegInput, VolumeInput, context_slices, places
from MuscleSegLib.bundle.metadata import Metadata, read_metadata

__all__ = [
    "Bundle",
    "LegInput",
    "Metadata",
    "VolumeInput",
    "context_slices",
    "find_bundle",
    "places",
    "read_bundle",
    "read_metadata",
    "shipped_bundles",
]
