"""Fixtures of sources, label maps and validators."""

from Testing.dicom_sources import complaints as complaints
from Testing.dicom_sources import contradictions as contradictions
from Testing.dicom_sources import enhanced_series as enhanced_series
from Testing.dicom_sources import labels_on as labels_on
from Testing.dicom_sources import siemens_series as siemens_series
