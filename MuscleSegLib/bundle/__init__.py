"""Trained networks on disk: search, verification, description. Importing this imports no torch."""

from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.holes import without_holes
from MuscleSegLib.bundle.input import LegInput, VolumeInput, context_slices, interleaved, limb_places, window_pixels
from MuscleSegLib.bundle.metadata import AccuracyFigure, Calibration, Metadata
from MuscleSegLib.bundle.monai_configuration import SCHEMA, inference_configuration
from MuscleSegLib.bundle.places import (
    Available,
    Unusable,
    available_bundles,
    find_bundle,
    read_bundle,
    shipped_bundles,
    user_folder,
)
from MuscleSegLib.bundle.section import read_metadata, write_confidence
from MuscleSegLib.bundle.weights import write_weights

__all__ = [
    "SCHEMA",
    "Available",
    "Bundle",
    "Calibration",
    "LegInput",
    "AccuracyFigure",
    "Metadata",
    "Unusable",
    "VolumeInput",
    "available_bundles",
    "context_slices",
    "find_bundle",
    "inference_configuration",
    "interleaved",
    "limb_places",
    "read_bundle",
    "read_metadata",
    "shipped_bundles",
    "user_folder",
    "window_pixels",
    "without_holes",
    "write_confidence",
    "write_weights",
]
