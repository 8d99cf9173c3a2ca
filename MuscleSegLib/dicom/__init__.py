"""DICOM objects of results, in the study of the images that were measured."""

from MuscleSegLib.dicom.document import encapsulated_pdf as encapsulated_pdf
from MuscleSegLib.dicom.examination import examination_of as examination_of
from MuscleSegLib.dicom.map_object import parametric_map as parametric_map
from MuscleSegLib.dicom.objects import result_objects as result_objects
from MuscleSegLib.dicom.quantities import Quantity as Quantity
from MuscleSegLib.dicom.quantities import quantities_of as quantities_of
from MuscleSegLib.dicom.report import measurement_report as measurement_report
from MuscleSegLib.dicom.segmentation import Kind as Kind
from MuscleSegLib.dicom.segmentation import MuscleSegmentation as MuscleSegmentation
from MuscleSegLib.dicom.segmentation import segmentation_of as segmentation_of
from MuscleSegLib.dicom.source import SourceSeries as SourceSeries
from MuscleSegLib.dicom.source import identifiers_of as identifiers_of
from MuscleSegLib.dicom.source import read_source as read_source
from MuscleSegLib.dicom.source import require_patient as require_patient
from MuscleSegLib.dicom.writing import Objects as Objects
from MuscleSegLib.dicom.writing import encoded as encoded
from MuscleSegLib.dicom.writing import require_new_folder as require_new_folder
from MuscleSegLib.dicom.writing import write_objects as write_objects
from MuscleSegLib.dicom.writing import written_in_steps as written_in_steps
