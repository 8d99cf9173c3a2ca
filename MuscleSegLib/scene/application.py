"""The application around the scene."""

from __future__ import annotations

import slicer


def application_logic() -> slicer.vtkMRMLApplicationLogic:
    """Return the logic of the views and of the selection in them.

    A module gives it, with a window and without.
    """
    return slicer.modules.volumes.logic().GetMRMLApplicationLogic()
