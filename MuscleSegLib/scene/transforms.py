"""Parent transforms: where a node's own coordinates lie in the patient."""

from __future__ import annotations

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _


def world_from_node(node: slicer.vtkMRMLTransformableNode) -> NDArray[np.float64]:
    """Return the 4x4 matrix from a node's own coordinates to RAS millimeters: that of all transforms above it.

    Raises:
        MuscleSegError: One of them is not linear.

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
