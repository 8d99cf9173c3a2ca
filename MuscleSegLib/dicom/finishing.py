"""What all objects of a source share: patient and study or anonymity, their date, and UIDs that do not change."""

from datetime import datetime
from typing import TYPE_CHECKING

from MuscleSegLib.dicom.headers import METHOD
from MuscleSegLib.dicom.identity import add_identity
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid

if TYPE_CHECKING:
    from highdicom.base import SOPClass
    from pydicom import Dataset


def finished(dataset: "SOPClass", source: SourceSeries, now: datetime) -> "Dataset":
    """Return an object of highdicom with patient and study, and derived UIDs and its date in place of random ones."""
    from pydicom.valuerep import DA, DT, TM

    now = now.replace(microsecond=0)
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = DA(now.date()), TM(now.time())
    if "ContentLabel" in dataset:
        dataset.ContentCreatorName = ""  # which has to be there (PS3.3, table 10-12)
    if "ContributingEquipmentSequence" in dataset:  # the last of them is highdicom, with the time of the call
        dataset.ContributingEquipmentSequence[-1].ContributionDateTime = DT(now)
    if "DimensionOrganizationSequence" in dataset:
        organization = derived_uid("dimensions", str(dataset.SOPInstanceUID))
        for item in (*dataset.DimensionOrganizationSequence, *dataset.DimensionIndexSequence):
            item.DimensionOrganizationUID = organization
    if source.whose is not None:
        add_identity(dataset, source.whose)
    else:
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = METHOD
    return dataset
