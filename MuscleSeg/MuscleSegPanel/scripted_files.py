"""Files of results for scripts, by the panel's rules, without its widgets."""

import logging
from pathlib import Path

from MuscleSegLib.scene.segmentations import labels_of
from MuscleSegPanel import dicom_export
from MuscleSegPanel.measuring import Inputs, table_in_steps
from MuscleSegPanel.steps import at_once

_log = logging.getLogger("MuscleSeg")


def export_dicom(
    folder: Path, inputs: Inputs, *, source: Path | None, with_maps: bool, with_patient: bool
) -> list[Path]:
    """Measure, write DICOM objects as the panel does, and return their files. Remarks are written to the log.

    Args:
        folder: A new or an empty folder.
        inputs: Inputs of the measurement.
        source: Folder with the scan's DICOM images; None for those that Slicer's DICOM database names.
        with_maps: Whether the maps are written too.
        with_patient: Whether the objects are of the patient.

    Raises:
        MuscleSegError: As for ``dicom_export.export_dicom``, or something cannot be measured.
    """
    table = at_once(table_in_steps(inputs))
    labels = labels_of(inputs.segmentation, inputs.scan)
    options = {"with_patient": with_patient, "with_maps": with_maps, "source": source}
    for remark in at_once(dicom_export.export_dicom(folder, inputs, table, labels, **options)):
        _log.warning(remark)
    return sorted(folder.iterdir())
