"""Quantitative maps: proposals for the map of each kind, and the colored overlay of a fat fraction map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import slicer
import vtk

from MuscleSegLib.biomarkers import MAP_UNITS, MapUnit, resolve_unit
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps.proposals import Candidate, propose_maps
from MuscleSegLib.scene.dicom_headers import SERIES_DESCRIPTION, dicom_values
from MuscleSegLib.scene.map_volumes import map_of
from MuscleSegLib.scene.missing_values import restore_missing
from MuscleSegLib.scene.volumes import require_voxels

OVERLAY_OPACITY = 0.6
DRAWN_FROM_PERCENT = 0.1
LEGEND_SIZE = (0.1, 0.4)
"""Width and height of the legend, as fractions of those of the view."""

# Seventeen points of "viridis" (S. van der Walt and N. Smith, CC0), as in the report's pictures. It is even to the eye,
# and people who do not see all colors can read it.
_VIRIDIS = (
    "440154 48186A 472D7B 424086 3B528B 33638D 2C728E 26828E 21918C 1FA088 28AE80 3FBC73 5EC962 84D44B ADDC30 D8E219 "
    "FDE725"
)
_COLORS_NAME = "Fat fraction"
_COLORS_TAG = "MuscleSegFatFraction"
_IMAGE_TYPE = "0008,0008"


def proposed_maps(nodes: Iterable[slicer.vtkMRMLScalarVolumeNode]) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Return the likely volume of each of "ff", "fat", "water", "mtr" and "t2"; unsure ones are left out."""
    candidates = []
    for node in nodes:
        header = dicom_values(node, (SERIES_DESCRIPTION, _IMAGE_TYPE))
        described, image_type = header.get(SERIES_DESCRIPTION, ""), header.get(_IMAGE_TYPE, "")
        candidates.append(Candidate(node, node.GetName(), described, tuple(image_type.split("\\"))))
    return propose_maps(candidates)


def fat_fraction_color_node(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLColorTableNode:
    """Return the colors of a fat fraction map, from violet at the lowest to yellow at the highest."""
    node = scene.GetSingletonNode(_COLORS_TAG, "vtkMRMLColorTableNode")
    if node is not None:
        return node
    transfer = vtk.vtkColorTransferFunction()
    points = _VIRIDIS.split()
    for number, digits in enumerate(points):
        transfer.AddRGBPoint(number / (len(points) - 1), *(part / 255 for part in bytes.fromhex(digits)))
    node = slicer.vtkMRMLColorTableNode()
    node.SetSingletonTag(_COLORS_TAG)
    node.SetName(_COLORS_NAME)
    node.SetTypeToUser()
    node.SetNumberOfColors(256)
    for number in range(256):
        node.SetColor(number, f"{number / 2.55:.0f} %", *transfer.GetColor(number / 255), 1.0)
    node.GetLookupTable().SetRange(0, 255)
    return scene.AddNode(node)


def show_overlay(
    volume: slicer.vtkMRMLScalarVolumeNode, ff: slicer.vtkMRMLScalarVolumeNode | None, *, unit: MapUnit | None = None
) -> None:
    """Show a fat fraction map over a volume in all slice views, from 0 to 100 %, or remove the overlay (None).

    Voxels without a value, which Slicer may have read as 0 (``missing_values``), are transparent.

    Args:
        volume: Scan below the overlay.
        ff: Fat fraction map.
        unit: Unit in which the map was measured (``CorrectedTable.map_units``); None takes the unit that its values
            suggest, or else percent.

    Raises:
        MuscleSegError: One of them has no voxels, or several numbers in each.
    """
    for node in (volume, ff):
        if node is not None:
            require_voxels(node)
    if ff is not None:
        restore_missing(ff)
    for composite in slicer.util.getNodesByClass("vtkMRMLSliceCompositeNode"):
        _hide_legend(volume.GetScene().GetNodeByID(composite.GetForegroundVolumeID() or ""))
        composite.SetBackgroundVolumeID(volume.GetID())
        composite.SetForegroundVolumeID(ff.GetID() if ff else None)
        composite.SetForegroundOpacity(OVERLAY_OPACITY if ff else 0.0)
    if ff is not None:
        _color(ff, unit or _assumed_unit(ff))


def _assumed_unit(ff: slicer.vtkMRMLScalarVolumeNode) -> MapUnit:
    try:
        return resolve_unit("ff", map_of(ff))
    except MuscleSegError:
        name, factor = next(iter(MAP_UNITS["ff"].items()))
        return MapUnit(name, factor, True, "assumed")


def _hide_legend(ff: slicer.vtkMRMLVolumeNode | None) -> None:
    legend = slicer.vtkSlicerColorLogic.GetColorLegendDisplayNode(ff) if ff is not None else None
    if legend is not None:
        legend.SetVisibility(False)


def _color(ff: slicer.vtkMRMLScalarVolumeNode, unit: MapUnit) -> None:
    if ff.GetDisplayNode() is None:
        ff.CreateDefaultDisplayNodes()
    display = ff.GetDisplayNode()
    display.SetAndObserveColorNodeID(fat_fraction_color_node(ff.GetScene()).GetID())
    lowest, highest = ff.GetImageData().GetScalarRange()
    one_percent = 1 / unit.factor
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0, 100 * one_percent)
    # Where there is no signal, maps have no number (which no threshold lets pass) or 0: values below it are noise.
    display.AutoThresholdOff()
    drawn_from = lowest if lowest < 0 and not _is_zero_around(ff) else DRAWN_FROM_PERCENT * one_percent
    display.SetThreshold(drawn_from, max(highest, 100 * one_percent))
    display.ApplyThresholdOn()
    legend = slicer.vtkSlicerColorLogic.AddDefaultColorLegendDisplayNode(ff)
    legend.SetTitleText("FF (%)" if unit.name == "percent" else "FF")
    legend.SetLabelFormat("%.2f" if unit.name == "fraction" else "%.0f")
    legend.SetSize(*LEGEND_SIZE)
    legend.SetVisibility(True)


def _is_zero_around(ff: slicer.vtkMRMLScalarVolumeNode) -> bool:
    """Return whether most of the outermost voxels of the slices, which show air, are exactly 0."""
    array = slicer.util.arrayFromVolume(ff)
    edge = np.concatenate([array[:, (0, -1), :].ravel(), array[:, :, (0, -1)].ravel()])
    return bool(np.count_nonzero(edge == 0) > edge.size / 2)
