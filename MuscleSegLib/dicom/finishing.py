"""What all objects of a source share: their date, their anonymity, and UIDs that do not change."""

from datetime import datetime
from typing import TYPE_CHECKING

from MuscleSegLib.dicom.headers import METHOD
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid

if TYPE_CHECKING:
    from pydicom import Dataset


def finished(dataset: "Dataset", source: SourceSeries, now: datetime) -> "Dataset":
    """Return an object of highdicom with derived UIDs in place of random ones, its date, and its anonymity said."""
    dataset.InstanceCreationDate = now.strftime("%Y%m%d")
    dataset.InstanceCreationTime = now.strftime("%H%M%S")
    if "ContributingEquipmentSequence" in dataset:  # the last of them is highdicom, with the time of the call
        dataset.ContributingEquipmentSequence[-1].ContributionDateTime = now.strftime("%Y%m%d%H%M%S")
    if "DimensionOrganizationSequence" in dataset:
        organization = derived_uid("dimensions", str(dataset.SOPInstanceUID))
        for item in (*dataset.DimensionOrganizationSequence, *dataset.DimensionIndexSequence):
            item.DimensionOrganizationUID = organization
    if source.is_anonymous:
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = METHOD
    return dataset
