"""DICOM objects of results, in the study of the images that were measured."""

from MuscleSegLib.dicom.segmentation import MuscleSegmentation as MuscleSegmentation
from MuscleSegLib.dicom.segmentation import segmentation_of as segmentation_of
from MuscleSegLib.dicom.source import SourceSeries as SourceSeries
from MuscleSegLib.dicom.source import read_source as read_source
from MuscleSegLib.dicom.source import require_patient as require_patient
