"""Volumes, voxels on a grid in the patient: reading, writing, reorienting, resampling and comparing them.

Arrays are indexed [k, j, i] (slice, row, column) and affines map (i, j, k) to RAS millimeters. Files and SimpleITK use
LPS, which is turned here and nowhere else.
"""

from MuscleSegLib.volume.checks import check_image, require_overlap
from MuscleSegLib.volume.dicom_contrast import CONTRASTS
from MuscleSegLib.volume.dicom_writing import write_dicom
from MuscleSegLib.volume.echoes import Echo, read_echoes
from MuscleSegLib.volume.geometry import GRID_TOLERANCE_MM, Geometry
from MuscleSegLib.volume.orientation import canonical, like
from MuscleSegLib.volume.origin import LabelOrigin, origin_of
from MuscleSegLib.volume.reading import ValueDescription, describe_values, read_volume
from MuscleSegLib.volume.remarks import gathered_remarks
from MuscleSegLib.volume.resampling import resample
from MuscleSegLib.volume.segmentation import read_labels, require_label_format, write_labels
from MuscleSegLib.volume.segments import REMARK, Segment
from MuscleSegLib.volume.surface_distances import surface_distances_mm
from MuscleSegLib.volume.volume import Volume
from MuscleSegLib.volume.writing import require_image_format, write_volume

__all__ = [
    "CONTRASTS",
    "GRID_TOLERANCE_MM",
    "REMARK",
    "Echo",
    "Geometry",
    "LabelOrigin",
    "Segment",
    "ValueDescription",
    "Volume",
    "canonical",
    "check_image",
    "describe_values",
    "gathered_remarks",
    "like",
    "origin_of",
    "read_echoes",
    "read_labels",
    "read_volume",
    "require_image_format",
    "require_label_format",
    "require_overlap",
    "resample",
    "surface_distances_mm",
    "write_dicom",
    "write_labels",
    "write_volume",
]
