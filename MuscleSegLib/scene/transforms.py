"""Parent transforms of a node."""

from __future__ import annotations

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _


def world_from_node(node: slicer.vtkMRMLTransformableNode) -> NDArray[np.float64]:
    """Return the matrix, [4, 4] float64, from a node's coordinates to RAS millimeters: that of all transforms above it.

    Raises:
        MuscleSegError: A transform is not linear.
    """
    parent = node.GetParentTransformNode()
    if parent is None:
        return np.eye(4)
    if not parent.IsTransformToWorldLinear():
        message = _(
            "{node} is warped by the transform {parent}: right-click on it in the module Data and choose Harden "
            "transform, or take it out of the transform."
        )
        raise MuscleSegError(message, node=node.GetName(), parent=parent.GetName())
    matrix = vtk.vtkMatrix4x4()
    parent.GetMatrixTransformToWorld(matrix)
    return np.array(slicer.util.arrayFromVTKMatrix(matrix), dtype=np.float64)
