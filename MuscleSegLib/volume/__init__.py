"""Volumes, voxels on a grid in the patient: reading, writing, reorienting, resampling and comparing them.

Arrays are indexed [k, j, i] (slice, row, column) and affines map (i, j, k) to RAS millimeters. Files and SimpleITK use
LPS, which is turned here and nowhere else.
"""

from MuscleSegLib.volume.checks import check_image as check_image
from MuscleSegLib.volume.checks import require_overlap as require_overlap
from MuscleSegLib.volume.dicom_contrast import CONTRASTS as CONTRASTS
from MuscleSegLib.volume.dicom_seg import label_tracking_id as label_tracking_id
from MuscleSegLib.volume.dicom_writing import write_dicom as write_dicom
from MuscleSegLib.volume.echoes import Echo as Echo
from MuscleSegLib.volume.echoes import read_echoes as read_echoes
from MuscleSegLib.volume.geometry import GRID_TOLERANCE_MM as GRID_TOLERANCE_MM
from MuscleSegLib.volume.geometry import Geometry as Geometry
from MuscleSegLib.volume.geometry import start_on as start_on
from MuscleSegLib.volume.label_values import voxel_counts as voxel_counts
from MuscleSegLib.volume.origin import LabelOrigin as LabelOrigin
from MuscleSegLib.volume.origin import origin_of as origin_of
from MuscleSegLib.volume.reading import ValueDescription as ValueDescription
from MuscleSegLib.volume.reading import describe_values as describe_values
from MuscleSegLib.volume.reading import read_volume as read_volume
from MuscleSegLib.volume.remarks import gathered_remarks as gathered_remarks
from MuscleSegLib.volume.resampling import resample as resample
from MuscleSegLib.volume.segmentation import read_labels as read_labels
from MuscleSegLib.volume.segmentation import require_label_format as require_label_format
from MuscleSegLib.volume.segmentation import write_labels as write_labels
from MuscleSegLib.volume.segments import REMARK as REMARK
from MuscleSegLib.volume.segments import Segment as Segment
from MuscleSegLib.volume.surface_distances import surface_distances_mm as surface_distances_mm
from MuscleSegLib.volume.volume import Volume as Volume
from MuscleSegLib.volume.volume import canonical as canonical
from MuscleSegLib.volume.volume import like as like
from MuscleSegLib.volume.volume import padded_to as padded_to
from MuscleSegLib.volume.writing import require_image_format as require_image_format
from MuscleSegLib.volume.writing import write_volume as write_volume
