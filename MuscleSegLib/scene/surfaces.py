"""Surfaces of a segmentation's muscles in the 3D views."""

from __future__ import annotations

import slicer

_SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()


def are_surfaces_shown(node: slicer.vtkMRMLSegmentationNode) -> bool:
    """Return whether the 3D views show a segmentation."""
    display = node.GetDisplayNode()
    has_surfaces = node.GetSegmentation().ContainsRepresentation(_SURFACE)
    return bool(has_surfaces and display and display.GetVisibility() and display.GetVisibility3D())


def show_surfaces(node: slicer.vtkMRMLSegmentationNode, *, is_on: bool) -> None:
    """Make a segmentation's surfaces and show them in the 3D views, or take them away.

    Surfaces that a segmentation was drawn as are hidden and stay.
    """
    if is_on:
        node.CreateClosedSurfaceRepresentation()
        if node.GetDisplayNode() is None:
            node.CreateDefaultDisplayNodes()
        node.GetDisplayNode().SetVisibility(True)
    elif node.GetSegmentation().GetSourceRepresentationName() != _SURFACE:
        node.RemoveClosedSurfaceRepresentation()
    if node.GetDisplayNode() is not None:
        node.GetDisplayNode().SetVisibility3D(is_on)
