"""Labels on the DICOM images of the scan."""

from pathlib import Path

from MuscleSegLib.scene.dicom_headers import FRAME_OF_REFERENCE, PATIENT_ID, dicom_values
from MuscleSegLib.scene.volumes import local_geometry_of
from MuscleSegLib.volume import Volume
from MuscleSegPanel.exports import made_by
from MuscleSegPanel.measuring import Inputs


def labels_on_source(inputs: Inputs, labels: Volume) -> Volume:
    """Return labels in the coordinates of the scan's DICOM images, without the transforms above it, and of its patient.

    Args:
        inputs: Measured nodes.
        labels: Label values, [k, j, i] uint8, on the scan's grid.
    """
    header = dicom_values(inputs.scan, (PATIENT_ID, FRAME_OF_REFERENCE))
    return Volume(
        labels.array,
        local_geometry_of(inputs.scan),
        path=Path(inputs.segmentation.GetName()),
        description=made_by(inputs),
        patient=header.get(PATIENT_ID, ""),
        frame_of_reference=header.get(FRAME_OF_REFERENCE, ""),
    )
