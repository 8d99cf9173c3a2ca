"""Automatic segmentation: the network's labels and their description, kept in the scene beside the corrected ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import slicer

from MuscleSegLib.inference.muscle_segments import CONFIDENCE, confidence_in
from MuscleSegLib.scene.hierarchy import put_beside
from MuscleSegLib.scene.recognition import region_in, segments_in
from MuscleSegLib.scene.segmentations import TAGS, segments_by_value, tag_of
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.scene.volumes import fill_volume, volume_of
from MuscleSegLib.volume import Geometry, Volume

_ROLE = "MuscleSeg.automatic"
_DESCRIPTION = "MuscleSeg.description"


@dataclass(frozen=True)
class Description:
    """Origin of a segmentation.

    Attributes:
        region: "thigh" or "calf", or "lower-limb" for both.
        two_legs: Whether the labels are those of two legs.
        network: Name and version of the network.
        device: Device that the network ran on: "cpu" or "cuda".
        confidence: Expected Dice similarity coefficient by label value, 0 to 1.
        notes: Sentences of the network for the user.
        made: Date and time of this computer, "2026-11-30 09:16"; empty where unknown.
        images: Number of images of the scan that were segmented together.
    """

    region: str
    two_legs: bool
    network: str = ""
    device: str = ""
    confidence: Mapping[int, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    made: str = ""
    images: int = 1


def describe(segmentation: slicer.vtkMRMLSegmentationNode, description: Description) -> None:
    """Keep a segmentation's origin as an attribute of its node, which is saved with the scene."""
    fields = asdict(description)
    if description.images == 1:
        del fields["images"]  # which earlier versions do not read
    segmentation.SetAttribute(_DESCRIPTION, json.dumps(fields))


def description_of(segmentation: slicer.vtkMRMLSegmentationNode) -> Description | None:
    """Return a segmentation's origin, or None where MuscleSeg did not make it."""
    text = segmentation.GetAttribute(_DESCRIPTION)
    if not text:
        return None
    fields = json.loads(text)
    fields["confidence"] = {int(value): float(number) for value, number in fields["confidence"].items()}
    fields["notes"] = tuple(fields["notes"])
    return Description(**fields)


def confidence_of(segmentation: slicer.vtkMRMLSegmentationNode) -> dict[int, float]:
    """Return the expected Dice similarity coefficient by label value, 0 to 1.

    A tag of each segment holds it, which goes along in a .seg.nrrd file and with an undo; for a segment without the
    tag, the description does.
    """
    segments, description = segmentation.GetSegmentation(), description_of(segmentation)
    if description is not None and region_in(segments_in(segmentation)) != description.region:
        description = None  # its label values are those of other muscles here
    tags = {
        value: tag_of(segments.GetSegment(identity), TAGS + CONFIDENCE)
        for value, identity in segments_by_value(segmentation).items()
    }
    return {**(description.confidence if description else {}), **confidence_in(tags)}


def keep_automatic(segmentation: slicer.vtkMRMLSegmentationNode, labels: Volume) -> None:
    """Keep the network's labels as a label map beside the segmentation in the module Data.

    The label map is no hidden node, since Slicer leaves those out when it saves a scene as single files; nor does it
    lie under the segmentation, whose branch holds its segments alone and is made anew at will.

    Args:
        segmentation: Segmentation; its earlier label map is replaced.
        labels: Label values, [k, j, i] uint8, in RAS millimeters.

    Raises:
        MuscleSegError: A transform above the segmentation is not linear.
    """
    # In the segmentation's own coordinates, so that it goes along when somebody moves the segmentation.
    affine = np.linalg.inv(world_from_node(segmentation)) @ labels.geometry.affine
    copy = Volume(labels.array.astype(np.uint8, copy=False), Geometry(labels.geometry.shape, affine))
    node = segmentation.GetNodeReference(_ROLE)
    if node is None or _is_shared(node, segmentation):
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", f"{segmentation.GetName()} as drawn")
        segmentation.SetNodeReferenceID(_ROLE, node.GetID())
    fill_volume(node, copy)
    put_beside(node, segmentation)


def automatic_of(segmentation: slicer.vtkMRMLSegmentationNode) -> Volume | None:
    """Return the network's labels, [k, j, i] uint8, placed with the segmentation's transforms; None without any.

    Raises:
        MuscleSegError: A transform above the segmentation is not linear.
    """
    node = segmentation.GetNodeReference(_ROLE)
    if node is None or node.GetImageData() is None:
        return None
    stored = volume_of(node)
    affine = world_from_node(segmentation) @ stored.geometry.affine
    return Volume(stored.array.astype(np.uint8, copy=False), Geometry(stored.geometry.shape, affine))


def _is_shared(automatic_node: slicer.vtkMRMLLabelMapVolumeNode, segmentation: slicer.vtkMRMLSegmentationNode) -> bool:
    """Return whether another segmentation refers to the same label map, as a copy of a node does."""
    others = slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
    return any(other is not segmentation and other.GetNodeReference(_ROLE) is automatic_node for other in others)
