import math

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.volume import Volume


@pytest.fixture
def measurement(labels, grid):
    """Fat fraction: 10 % on the right, 30 % on the left; the sartorius is in neither leg."""
    ff = np.where(np.arange(60) < 30, 10.0, 30.0) * np.ones(grid.shape)
    return Measurement(labels, scheme("thigh"), maps={"ff": Volume(ff, grid)})


def column(chart, series_name):
    for number in range(chart.GetNumberOfPlotSeriesNodes()):
        series = chart.GetNthPlotSeriesNode(number)
        if series.GetName() == series_name:
            column = series.GetTableNode().GetTable().GetColumnByName(series.GetYColumnName())
            return [column.GetValue(row) for row in range(column.GetNumberOfValues())]
    raise AssertionError(series_name)


def series_of(chart):
    return [chart.GetNthPlotSeriesNode(number) for number in range(chart.GetNumberOfPlotSeriesNodes())]


def test_bars_have_the_two_legs_side_by_side(scene, measurement):
    from MuscleSegLib.scene.plots import show_bars

    chart = show_bars(measurement.rows())

    assert [series.GetName() for series in series_of(chart)] == ["Right", "Left"]
    assert column(chart, "Right")[0] == pytest.approx(10)
    assert column(chart, "Left")[9] == pytest.approx(30)
    assert chart.GetYAxisTitle() == "FF mean (%)"
    assert chart.GetXAxisTitle() == "0 Ad, 1 BF, 2 Gr, 3 RF, 4 Sar, 5 SM, 6 ST, 7 VI, 8 VL, 9 VM"
    names = series_of(chart)[0].GetTableNode().GetTable().GetColumnByName("muscle")
    assert [names.GetValue(row) for row in range(3)] == ["Ad", "BF", "Gr"]


def test_a_muscle_that_is_not_there_has_no_bar(scene, measurement):
    from MuscleSegLib.scene.plots import show_bars

    chart = show_bars(measurement.rows())

    assert math.isnan(column(chart, "Right")[4])
    assert len(column(chart, "Right")) == 10


def test_each_quantity_that_was_measured_has_a_chart_and_no_other(scene, measurement):
    import slicer

    from MuscleSegLib.scene.plots import show_bars

    show_bars(measurement.rows())

    titles = {node.GetTitle() for node in slicer.util.getNodesByClass("vtkMRMLPlotChartNode")}
    assert titles == {"FF mean (%)", "Volume (cm3)", "Contractile (cm3)"}


def test_charts_are_filled_anew_after_an_edit(scene, measurement, labels, grid):
    from MuscleSegLib.scene.plots import show_bars

    first = show_bars(measurement.rows())
    nodes = scene.GetNumberOfNodes()
    other = Measurement(labels, scheme("thigh"), maps={"ff": Volume(np.full(grid.shape, 55.0), grid)})
    second = show_bars(other.rows())

    assert second is first
    assert scene.GetNumberOfNodes() == nodes
    assert column(second, "Left")[0] == pytest.approx(55)


def test_one_leg_after_two_has_one_bar_a_muscle(scene, measurement, labels, grid):
    import slicer

    from MuscleSegLib.scene.plots import show_bars

    show_bars(measurement.rows())
    right_leg = Volume(np.where(labels.array < 100, labels.array, 0), grid)
    chart = show_bars(
        Measurement(right_leg, scheme("thigh"), maps={"ff": Volume(np.full(grid.shape, 5.0), grid)}).rows()
    )

    assert [series.GetName() for series in series_of(chart)] == ["Muscles"]
    assert len(slicer.util.getNodesByClass("vtkMRMLPlotSeriesNode")) == 3  # a chart of each quantity


def test_profiles_have_a_line_a_muscle_in_its_color(scene, measurement, grid):
    import slicer

    from MuscleSegLib.scene.plots import show_profiles

    chart = show_profiles(measurement.profiles())

    lines = {series.GetName(): series for series in series_of(chart)}
    assert len(lines) == 18
    gracilis = lines["Left Gr"]
    assert [round(255 * part) for part in gracilis.GetColor()] == [0xFF, 0xAA, 0xBB]
    assert gracilis.GetLineStyle() == slicer.vtkMRMLPlotSeriesNode.LineStyleDash
    assert lines["Right Gr"].GetLineStyle() == slicer.vtkMRMLPlotSeriesNode.LineStyleSolid
    right = column(chart, "Right Gr")
    assert right == pytest.approx([10] * 6)  # the right leg's slices 1 to 6
    left = column(chart, "Left Gr")
    assert math.isnan(left[0])
    assert math.isnan(left[-1])
    assert left[1:-1] == pytest.approx([30] * 4)


def test_positions_go_upward_by_the_slices_spacing(scene, measurement):
    from MuscleSegLib.scene.plots import show_profiles

    table = series_of(show_profiles(measurement.profiles()))[0].GetTableNode().GetTable()
    positions = table.GetColumnByName("position_mm")

    assert np.diff([positions.GetValue(row) for row in range(6)]) == pytest.approx([5.0] * 5)


def test_what_was_not_measured_has_no_chart(scene):
    from MuscleSegLib.scene.plots import show_bars, show_profiles

    assert show_bars(()) is None
    assert show_profiles(()) is None


def test_the_chart_in_front_is_the_active_one(scene, measurement):
    from MuscleSegLib.scene.plots import show_bars
    from Testing.slicer_host.scene_setup import scene_host

    chart = show_bars(measurement.rows())

    assert scene_host().application.GetSelectionNode().GetActivePlotChartID() == chart.GetID()


def test_charts_are_there_after_a_reload(scene, measurement, reloaded):
    import slicer

    from MuscleSegLib.scene.plots import show_bars

    show_bars(measurement.rows())
    reloaded()

    chart = slicer.util.getNode("FF mean (%)")
    assert column(chart, "Left")[9] == pytest.approx(30)
    assert math.isnan(column(chart, "Left")[4])
    charts = len(slicer.util.getNodesByClass("vtkMRMLPlotChartNode"))
    show_bars(measurement.rows())
    assert len(slicer.util.getNodesByClass("vtkMRMLPlotChartNode")) == charts
