"""Places in the subject hierarchy, Slicer's tree of patients, studies and series."""

from __future__ import annotations

import slicer


def put_beside(node: slicer.vtkMRMLNode, other: slicer.vtkMRMLNode) -> None:
    """Put a node beside another node, under the same study, which export to DICOM needs.

    A node under a study already, or in a folder of the user, stays there.
    """
    hierarchy = _hierarchy(node)
    item, beside = _item(hierarchy, node), _item(hierarchy, other)
    if hierarchy.GetItemParent(item) == hierarchy.GetSceneItemID():
        hierarchy.SetItemParent(item, hierarchy.GetItemParent(beside))


def _hierarchy(node: slicer.vtkMRMLNode) -> slicer.vtkMRMLSubjectHierarchyNode:
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(node.GetScene())


def _item(hierarchy: slicer.vtkMRMLSubjectHierarchyNode, node: slicer.vtkMRMLNode) -> int:
    item = hierarchy.GetItemByDataNode(node)
    if item == hierarchy.GetInvalidItemID():  # Slicer's windows make an item for each node; without them, nobody does
        return hierarchy.CreateItem(hierarchy.GetSceneItemID(), node)
    return item
