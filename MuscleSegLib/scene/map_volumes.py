"""Map nodes to ``Volume``, with what their files say of the values, which a node does not keep."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import slicer

from MuscleSegLib.scene.dicom import SERIES_DESCRIPTION, dicom_values
from MuscleSegLib.scene.missing_values import is_as_in_file
from MuscleSegLib.scene.volumes import file_of, volume_of, voxels_digest
from MuscleSegLib.volume import Volume

_SAID = "MuscleSeg.ValueDescription"
"""Attribute of a volume node: what the file that it came from says, and the digest of the voxels that it says it of."""


def map_of(node: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return a map, [k, j, i], with the file's path, description and unit, as ``read_volume`` has them of the file.

    They are kept with the node, since a scene is saved with other files, which do not say it. Where the voxels have
    been changed, no file says of them what they are.

    Raises:
        MuscleSegError: As for ``volume_of``.

    """
    volume, file, digest = volume_of(node), file_of(node), voxels_digest(node)
    said = json.loads(node.GetAttribute(_SAID) or "{}")
    if file is None or not is_as_in_file(node):
        header = {} if file else dicom_values(node, (SERIES_DESCRIPTION,))
        volume = replace(volume, description=header.get(SERIES_DESCRIPTION, ""), unit="" if file else volume.unit)
    elif volume.description or volume.unit or said.get("voxels") != digest:
        said = {"voxels": digest, "path": str(file), "description": volume.description, "unit": volume.unit}
        node.SetAttribute(_SAID, json.dumps(said))
    if said.get("voxels") != digest:
        return volume
    return replace(volume, path=Path(said["path"]), description=said["description"], unit=said["unit"])
