"""Bars per muscle and profiles along the limb as Slicer's charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import slicer
import vtk

from MuscleSegLib.anatomy import LABEL_SETS, SIDE_COLORS, Side
from MuscleSegLib.biomarkers import OTHER_REGION, ProfileRow, Row
from MuscleSegLib.report.columns import header
from MuscleSegLib.scene.table_nodes import add_column
from MuscleSegLib.scene.views import application_logic

BARS = ("ff_mean_percent", "mtr_mean_percent", "t2_mean_ms", "volume_cm3", "contractile_cm3")
"""Quantities of the bars; the chart of the first measured quantity stands in front."""

PROFILES = ("ff_mean_percent", "mtr_mean_percent", "t2_mean_ms", "area_cm2")

_POSITION, _MUSCLE = "position_mm", "muscle"
_KEY, _TABLE = "MuscleSeg.chart", "MuscleSeg.table"
_SIDES = (*Side, None)
_LINE_WIDTH = 2.0
_BEYOND = 0.6  # what is left of the first and right of the last bar, of the distance between two
_LABELS, _LEGEND, _TITLE = 12, 11, 14  # font sizes: twenty lines of a legend fit beside a plot


def show_bars(rows: Sequence[Row]) -> slicer.vtkMRMLPlotChartNode | None:
    """Chart each measured quantity, with a bar a muscle, side by side for the two legs.

    Earlier charts are filled anew, so that every edit may call this.

    Returns:
        Chart in front, which the plot views now show; the others are in their lists. None if nothing was measured.
    """
    measured = [name for name in BARS if any(getattr(row, name) is not None for row in rows)]
    charts = [_fill_bars(_chart(f"bars {name}", header(name)), rows, name) for name in measured]
    return _front(charts)


def show_profiles(profiles: Sequence[ProfileRow]) -> slicer.vtkMRMLPlotChartNode | None:
    """Chart each quantity along the limb, with a line a muscle in its color: full on the right, dashed on the left.

    Returns:
        Chart in front, as for ``show_bars``.
    """
    measured = [name for name in PROFILES if any(row.quantity == name for row in profiles)]
    charts = [
        _fill_profiles(_chart(f"profiles {name}", f"{header(name)} along the limb"), profiles, name)
        for name in measured
    ]
    return _front(charts)


def dress(view: vtk.vtkChartXY, chart: slicer.vtkMRMLPlotChartNode | None) -> None:
    """Write the muscles' names below the bars and put the legend beside the plot, which a chart node cannot say.

    Args:
        view: Drawing of a plot view.
        chart: Its chart. For charts that are not of muscles, the axis has its numbers, and the legend its place.
    """
    key = "" if chart is None else chart.GetAttribute(_KEY) or ""
    axis, legend = view.GetAxis(vtk.vtkAxis.BOTTOM), view.GetLegend()
    legend.SetInline(not key)
    legend.SetHorizontalAlignment(vtk.vtkChartLegend.RIGHT)
    if not key.startswith("bars "):
        axis.SetCustomTickPositions(None, None)
        return
    names = chart.GetNodeReference(_TABLE).GetTable().GetColumnByName(_MUSCLE)
    places, labels = vtk.vtkDoubleArray(), vtk.vtkStringArray()
    for number in range(names.GetNumberOfValues()):
        places.InsertNextValue(number)
        labels.InsertNextValue(names.GetValue(number))
    axis.SetCustomTickPositions(places, labels)
    axis.SetTitle("")


def _fill_bars(chart: slicer.vtkMRMLPlotChartNode, rows: Sequence[Row], quantity: str) -> slicer.vtkMRMLPlotChartNode:
    muscles = list(dict.fromkeys(row.abbreviation for row in rows))
    sides = [side for side in _SIDES if any(row.side == side for row in rows)]
    columns = {}
    for side in sides:
        values = {row.abbreviation: getattr(row, quantity) for row in rows if row.side == side}
        columns["Muscles" if side is None else side.capitalize()] = [values.get(muscle) for muscle in muscles]
    table = _fill(chart, {_MUSCLE: muscles}, columns)
    chart.SetYAxisTitle(header(quantity))
    chart.SetXAxisRangeAuto(False)
    chart.SetXAxisRange(-_BEYOND, len(muscles) - 1 + _BEYOND)
    # A plot view numbers the bars, and shows their names only to who points at one, until ``dress`` was called.
    chart.SetXAxisTitle(", ".join(f"{number} {muscle}" for number, muscle in enumerate(muscles)))
    series = _series(chart, list(columns))
    for side, bars in zip(sides, series, strict=True):
        bars.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeBar)
        bars.SetAndObserveTableNodeID(table.GetID())
        bars.SetLabelColumnName(_MUSCLE)
        bars.SetYColumnName(bars.GetName())
        bars.SetColor(*(part / 255 for part in SIDE_COLORS[side]))
    return chart


def _fill_profiles(
    chart: slicer.vtkMRMLPlotChartNode, profiles: Sequence[ProfileRow], quantity: str
) -> slicer.vtkMRMLPlotChartNode:
    rows = [row for row in profiles if row.quantity == quantity]
    # By slice: positions of two muscles differ in the last digit.
    positions = {row.slice: row.position_mm for row in reversed(rows)}
    slices = sorted(positions, key=lambda number: positions[number])
    lines = {row.label: row for row in reversed(rows)}
    columns = {}
    for label in sorted(lines):
        values = {row.slice: row.value for row in rows if row.label == label}
        columns[_line_name(lines[label])] = [values.get(number) for number in slices]
    table = _fill(chart, {}, {_POSITION: [positions[number] for number in slices], **columns})
    chart.SetXAxisTitle(header(_POSITION))
    chart.SetYAxisTitle(header(quantity))
    kind = slicer.vtkMRMLPlotSeriesNode
    for label, line in zip(sorted(lines), _series(chart, list(columns)), strict=True):
        line.SetPlotType(kind.PlotTypeScatter)
        line.SetAndObserveTableNodeID(table.GetID())
        line.SetXColumnName(_POSITION)
        line.SetYColumnName(line.GetName())
        line.SetLineStyle(kind.LineStyleDash if lines[label].side == Side.LEFT else kind.LineStyleSolid)
        line.SetLineWidth(_LINE_WIDTH)
        line.SetMarkerStyle(kind.MarkerStyleNone)
        line.SetColor(*(part / 255 for part in _color_of(lines[label])))
    return chart


def _chart(key: str, title: str) -> slicer.vtkMRMLPlotChartNode:
    for node in slicer.util.getNodesByClass("vtkMRMLPlotChartNode"):
        if node.GetAttribute(_KEY) == key:
            return node
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotChartNode", title)
    node.SetAttribute(_KEY, key)
    node.SetTitle(title)
    node.SetTitleFontSize(_TITLE)
    node.SetAxisTitleFontSize(_LABELS)
    node.SetAxisLabelFontSize(_LABELS)
    node.SetLegendFontSize(_LEGEND)
    return node


def _fill(
    chart: slicer.vtkMRMLPlotChartNode,
    words: Mapping[str, Sequence[str]],
    numbers: Mapping[str, Sequence[float | None]],
) -> slicer.vtkMRMLTableNode:
    """Fill the chart's table; a missing number is NaN, which is not drawn."""
    node = chart.GetNodeReference(_TABLE)
    if node is None:
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", f"{chart.GetName()} (table)")
        chart.SetNodeReferenceID(_TABLE, node.GetID())
    before = node.StartModify()
    node.RemoveAllColumns()
    for name, texts in words.items():
        add_column(node, name, vtk.vtkStringArray(), texts)
    for name, values in numbers.items():
        add_column(node, name, vtk.vtkDoubleArray(), values)
    node.EndModify(before)
    return node


def _series(chart: slicer.vtkMRMLPlotChartNode, names: Sequence[str]) -> list[slicer.vtkMRMLPlotSeriesNode]:
    """Return the chart's series of these names, new where needed; series of other names are deleted."""
    nodes = (chart.GetNthPlotSeriesNode(number) for number in range(chart.GetNumberOfPlotSeriesNodes()))
    existing = {node.GetName(): node for node in nodes if node}
    chart.RemoveAllPlotSeriesNodeIDs()
    for name in existing.keys() - set(names):
        slicer.mrmlScene.RemoveNode(existing[name])
    series = []
    for name in names:
        node = existing.get(name) or slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
        chart.AddAndObservePlotSeriesNodeID(node.GetID())
        series.append(node)
    return series


def _front(charts: Sequence[slicer.vtkMRMLPlotChartNode]) -> slicer.vtkMRMLPlotChartNode | None:
    if not charts:
        return None
    logic = application_logic()
    logic.GetSelectionNode().SetActivePlotChartID(charts[0].GetID())
    logic.PropagatePlotChartSelection()
    return charts[0]


def _line_name(row: ProfileRow) -> str:
    return " ".join(filter(None, (row.side and row.side.capitalize(), row.abbreviation)))


def _color_of(row: ProfileRow) -> tuple[int, int, int]:
    colors = {
        (label.region or OTHER_REGION, label.muscle): label.color
        for each in LABEL_SETS
        for label in each.labels(two_legs=False)
    }
    return colors.get((row.region, row.muscle), SIDE_COLORS[None])
