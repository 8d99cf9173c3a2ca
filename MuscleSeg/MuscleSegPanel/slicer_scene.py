"""Slicer's scene for the presenter: a module with the functions of ``interfaces.Scene``."""

import time
from pathlib import Path

import slicer
import slicer.util
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import FINE_REGIONS, LOWER_LIMB, THIGH
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import AUTO, require_one_scan, segments_of
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.scene import map_nodes
from MuscleSegLib.scene.automatic import Description, describe, description_of, keep_automatic
from MuscleSegLib.scene.corrected_slices import keep_drawn
from MuscleSegLib.scene.map_nodes import show_overlay as show_overlay
from MuscleSegLib.scene.recognition import region_in, segments_in
from MuscleSegLib.scene.segmentations import segments_by_value, show_labels
from MuscleSegLib.scene.untouched import may_be_written as may_be_written
from MuscleSegLib.scene.views import show_in_views as show_in_views
from MuscleSegLib.scene.volumes import add_volume, fill_volume, has_voxels, volume_of
from MuscleSegLib.scene.volumes import export_volume as export_volume
from MuscleSegLib.scene.volumes import geometry_of as geometry_of
from MuscleSegLib.scene.volumes import voxels_digest as voxels_digest
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.volume import Volume
from MuscleSegPanel.identity import name_result
from MuscleSegPanel.identity import new_result as new_result
from MuscleSegPanel.interfaces import Answer
from MuscleSegPanel.map_choices import unit_of
from MuscleSegPanel.measuring import MAPS, Inputs
from MuscleSegPanel.parameters import Parameters
from MuscleSegPanel.slicer_slices import corrected_slices as corrected_slices
from MuscleSegPanel.slicer_slices import labels_of as labels_of
from MuscleSegPanel.slicer_slices import mark_slice as mark_slice
from MuscleSegPanel.slicer_slices import names_by_value as names_by_value
from MuscleSegPanel.slicer_slices import network_of as network_of
from MuscleSegPanel.slicer_slices import put_propagated as put_propagated
from MuscleSegPanel.slicer_slices import show_slice as show_slice
from MuscleSegPanel.slicer_slices import shown_slice as shown_slice
from MuscleSegPanel.slicer_slices import write_corrected as write_corrected
from MuscleSegPanel.slicer_slices import write_labels as write_labels

_COMPUTED = "MuscleSeg.ComputedFrom"
"""Attribute of a fat fraction that was computed here: the IDs of its fat and its water image."""


def is_present(node: slicer.vtkMRMLNode) -> bool:
    """Return whether a node is in the scene."""
    return bool(slicer.mrmlScene.IsNodePresent(node))


def new_table() -> slicer.vtkMRMLTableNode:
    """Return a new table node for the results."""
    name = slicer.mrmlScene.GenerateUniqueName(_("Muscles"))
    return slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)


def proposed_maps() -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Return the volumes that are likely maps, by role; the scan too, which may be the water image of the pair."""
    return map_nodes.proposed_maps(scalar_volumes())


def temporary_folder() -> TemporaryFolder:
    """Make a folder for a job; images that a Slicer which crashed has left there are removed."""
    return TemporaryFolder(Path(slicer.app.temporaryPath))


def write_result(
    node: slicer.vtkMRMLSegmentationNode,
    labels: Volume,
    region: str,
    answer: Answer,
    *,
    reference: slicer.vtkMRMLScalarVolumeNode,
) -> None:
    """Write label values, [k, j, i] uint8, into a segmentation with their names, and keep their origin."""
    confidence = {int(value): float(number) for value, number in answer["confidence"].items()}
    two_legs, notes = len(answer["sides"]) == 2, tuple(answer["notes"])
    name_result(node, scan=reference.GetName(), network=answer["network"])
    segments = segments_of(region, two_legs=two_legs, confidence=confidence)
    show_labels(node, labels, segments, reference=reference)
    keep_automatic(node, labels)
    keep_drawn(node, labels, reference=reference)
    made = time.strftime("%Y-%m-%d %H:%M")
    network, device, images = answer["network"], answer["device"], answer.get("images", 1)
    describe(node, Description(region, two_legs, network, device, confidence, notes, made, images))


def inputs_of(parameters: Parameters) -> Inputs | None:
    """Return the inputs of the measurement, or None where any is missing."""
    region = measured_region(parameters.segmentation, parameters.region)
    if parameters.scan is None or parameters.segmentation is None or not region or not has_voxels(parameters.scan):
        return None
    chosen = {name: node for name in MAPS if (node := getattr(parameters, name)) is not None}
    both = (parameters.fat, parameters.water)
    fat_water = both if sources_of(parameters.ff) and None not in both else None
    units = {name: unit.value for name in chosen if (unit := getattr(parameters, unit_of(name))).value}
    if fat_water is not None:
        units.pop("ff", None)  # it is in percent
    return Inputs(parameters.scan, parameters.segmentation, region, chosen, fat_water, units)


def region_of(segmentation: slicer.vtkMRMLSegmentationNode | None) -> str:
    """Return the region of a segmentation's muscles, "lower-limb" for both, or "" where unknown."""
    if segmentation is None:
        return ""
    named, description = region_in(segments_in(segmentation)), description_of(segmentation)
    if description is None:
        return named
    # Of thigh and calf the calf may be deleted: the rest keeps its region.
    fine = {each.name for each in FINE_REGIONS}
    is_part = (description.region == LOWER_LIMB and named == THIGH.name) or fine >= {description.region, named}
    return description.region if is_part or not named else named


def measured_region(segmentation: slicer.vtkMRMLSegmentationNode | None, chosen: str) -> str:
    """Return the region whose muscles are measured: the segmentation's, or else the chosen region."""
    region = region_of(segmentation) or chosen
    return LOWER_LIMB if region == AUTO else region


def wanted_region(segmentation: slicer.vtkMRMLSegmentationNode | None, scan: slicer.vtkMRMLScalarVolumeNode) -> str:
    """Return the region to segment in a scan, that of the chosen segmentation; "" where unknown, or of another scan."""
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    if segmentation is None or segmentation.GetNodeReference(role) not in (None, scan):
        return ""
    region = region_of(segmentation)
    for fine in FINE_REGIONS:  # a network for fine muscles is one of those of their region
        if fine.name == region:
            return fine.region or AUTO
    return AUTO if region == LOWER_LIMB else region


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
    """Return the only volume that is no likely map, or the water image where there is none beside a Dixon pair."""
    likely_maps = proposed_maps()
    others = [node for node in scalar_volumes() if all(node is not likely_map for likely_map in likely_maps.values())]
    if not others:
        return likely_maps.get("water")
    return others[0] if len(others) == 1 else None


def require_together(scan: slicer.vtkMRMLScalarVolumeNode, companion: slicer.vtkMRMLScalarVolumeNode) -> None:
    """Check that an image can be segmented together with a scan.

    Raises:
        MuscleSegError: It is the scan itself or of another scan, or cannot be read.
    """
    if companion is scan:
        message = _("{image} is the scan itself: choose another image of it, or none.")
        raise MuscleSegError(message.format(image=scan.GetName()))
    require_one_scan(volume_of(scan), volume_of(companion))


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


def scalar_volumes() -> list[slicer.vtkMRMLScalarVolumeNode]:
    """Return the scene's images and maps; label maps are none, nor are volumes without voxels."""
    nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
    return [node for node in nodes if not node.IsA("vtkMRMLLabelMapVolumeNode") and has_voxels(node)]


def computed_fat_fraction(
    fat: slicer.vtkMRMLScalarVolumeNode,
    water: slicer.vtkMRMLScalarVolumeNode,
    ff: slicer.vtkMRMLScalarVolumeNode | None = None,
) -> slicer.vtkMRMLScalarVolumeNode:
    """Compute the fat fraction of a fat and a water image.

    Args:
        fat: Of a Dixon acquisition.
        water: Of the same.
        ff: A node that was computed before, to be filled anew; None for a new one.

    Raises:
        MuscleSegError: The images do not belong together.
    """
    computed = fat_fraction(volume_of(fat), volume_of(water))
    if ff is None:
        ff = add_volume(computed, _("Fat fraction (%)"))
    else:
        fill_volume(ff, computed)
    ff.SetAttribute(_COMPUTED, f"{fat.GetID()} {water.GetID()}")
    return ff


def sources_of(ff: slicer.vtkMRMLScalarVolumeNode | None) -> str:
    """Return the IDs of the fat and the water image, on whose grid a fat fraction was computed here; "" for others."""
    return "" if ff is None else ff.GetAttribute(_COMPUTED) or ""
