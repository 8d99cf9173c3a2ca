"""Map nodes to ``Volume``, with the description of the values in their files, which a node does not keep."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import slicer

from MuscleSegLib.scene.dicom_headers import SERIES_DESCRIPTION, dicom_values
from MuscleSegLib.scene.missing_values import is_as_in_file
from MuscleSegLib.scene.volumes import file_of, volume_of, voxels_digest
from MuscleSegLib.volume import Volume

_FILE_DESCRIPTION = "MuscleSeg.ValueDescription"
"""Attribute of a volume node: description of the values in its file, and digest of the voxels described."""


def map_of(node: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return a map, [k, j, i], with its file's path, description and unit, as ``read_volume`` returns them.

    The node keeps them, since the files of a saved scene do not. Changed voxels have no description and no unit.

    Raises:
        MuscleSegError: As for ``volume_of``.
    """
    volume, file, digest = volume_of(node), file_of(node), voxels_digest(node)
    stored = json.loads(node.GetAttribute(_FILE_DESCRIPTION) or "{}")
    if file is None or not is_as_in_file(node):
        header = {} if file else dicom_values(node, (SERIES_DESCRIPTION,))
        volume = replace(volume, description=header.get(SERIES_DESCRIPTION, ""), unit="" if file else volume.unit)
    elif volume.description or volume.unit or stored.get("voxels") != digest:
        stored = {"voxels": digest, "path": str(file), "description": volume.description, "unit": volume.unit}
        node.SetAttribute(_FILE_DESCRIPTION, json.dumps(stored))
    if stored.get("voxels") != digest:
        return volume
    return replace(volume, path=Path(stored["path"]), description=stored["description"], unit=stored["unit"])
