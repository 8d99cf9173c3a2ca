"""Inputs of the measurement, chosen in the parameters and the scene."""

import slicer
import slicer.util

from MuscleSegLib.anatomy import LOWER_LIMB, THIGH
from MuscleSegLib.scene.automatic import description_of
from MuscleSegLib.scene.map_nodes import proposed_maps
from MuscleSegLib.scene.recognition import region_in, segments_in
from MuscleSegLib.scene.segmentations import segments_by_value
from MuscleSegLib.scene.volumes import has_voxels
from MuscleSegPanel.map_inputs import is_computed, scalar_volumes, unit_of
from MuscleSegPanel.measuring import MAPS, Inputs
from MuscleSegPanel.parameters import AUTOMATIC_REGION, Parameters


def inputs_of(parameters: Parameters) -> Inputs | None:
    """Return the inputs of the measurement, or None where any is missing."""
    region = measured_region(parameters.segmentation, parameters.region)
    if parameters.scan is None or parameters.segmentation is None or not region or not has_voxels(parameters.scan):
        return None
    maps = {name: node for name in MAPS if (node := getattr(parameters, name)) is not None}
    both = (parameters.fat, parameters.water)
    fat_water = both if is_computed(parameters.ff) and None not in both else None
    units = {name: unit.value for name in maps if (unit := getattr(parameters, unit_of(name))).value}
    if fat_water is not None:
        units.pop("ff", None)  # it is in percent
    return Inputs(parameters.scan, parameters.segmentation, region, maps, fat_water, units)


def region_of(segmentation: slicer.vtkMRMLSegmentationNode | None) -> str:
    """Return the region of a segmentation's muscles, "lower-limb" for both, or "" where unknown."""
    if segmentation is None:
        return ""
    named, description = region_in(segments_in(segmentation)), description_of(segmentation)
    if description is None:
        return named
    # Of thigh and calf the calf may be deleted: the rest keeps its region.
    is_part = description.region == LOWER_LIMB and named == THIGH.name
    return description.region if is_part or not named else named


def measured_region(segmentation: slicer.vtkMRMLSegmentationNode | None, chosen: str) -> str:
    """Return the region whose muscles are measured: the segmentation's, or else the chosen region."""
    region = region_of(segmentation) or chosen
    return LOWER_LIMB if region == AUTOMATIC_REGION else region


def wanted_region(segmentation: slicer.vtkMRMLSegmentationNode | None, scan: slicer.vtkMRMLScalarVolumeNode) -> str:
    """Return the region to segment in a scan, that of the chosen segmentation; "" where unknown, or of another scan."""
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    if segmentation is None or segmentation.GetNodeReference(role) not in (None, scan):
        return ""
    region = region_of(segmentation)
    return AUTOMATIC_REGION if region == LOWER_LIMB else region


def segmentation_of(scan: slicer.vtkMRMLScalarVolumeNode | None) -> slicer.vtkMRMLSegmentationNode | None:
    """Return the newest segmentation that MuscleSeg made of a scan, or None."""
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    segmentations = [
        node
        for node in slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
        if scan is not None and node.GetNodeReference(role) is scan and region_of(node)
    ]
    return segmentations[-1] if segmentations else None


def likely_scan() -> slicer.vtkMRMLScalarVolumeNode | None:
    """Return the only volume that is no likely map, or None where there are several or none."""
    volumes = scalar_volumes()
    maps = proposed_maps(volumes).values()
    others = [node for node in volumes if all(node is not likely_map for likely_map in maps)]
    return others[0] if len(others) == 1 else None


def hide_others(scan: slicer.vtkMRMLScalarVolumeNode) -> None:
    """Hide the muscles of other scans."""
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    for node in slicer.util.getNodesByClass("vtkMRMLSegmentationNode"):
        display, other = node.GetDisplayNode(), node.GetNodeReference(role)
        if display is not None and other not in (None, scan) and segments_by_value(node):
            display.SetVisibility(False)


def show_alone(segmentation: slicer.vtkMRMLSegmentationNode) -> None:
    """Show a segmentation, and hide the muscles of other scans and of earlier results, which would lie over it."""
    for node in slicer.util.getNodesByClass("vtkMRMLSegmentationNode"):
        display = node.GetDisplayNode()
        if display is not None and (node is segmentation or segments_by_value(node)):
            display.SetVisibility(node is segmentation)
