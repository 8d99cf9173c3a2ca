"""The application around the scene."""

from __future__ import annotations

import slicer


def application_logic() -> slicer.vtkMRMLApplicationLogic:
    """Return what knows the views and what is selected in them.

    It is asked of a module, so that it is found where there is a scene and no window too.
    """
    return slicer.modules.volumes.logic().GetMRMLApplicationLogic()
