import math
from dataclasses import dataclass

import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, Row
from MuscleSegLib.volume import Volume


@dataclass(frozen=True)
class Line:
    muscle: str
    side: str | None
    label: int
    volume_cm3: float | None
    ff_voxels: int | None
    is_cut: bool | None
    warnings: str = ""


LINES = (
    Line("soleus", "right", 6, 412.25, 1200, True, 'Cut off; "partial".'),
    Line("gracilis", None, 3, None, None, None),
    Line("sartorius", "left", 105, 0.0, 0, False, "=1+1"),
)


@pytest.fixture
def table(scene):
    from MuscleSegLib.scene.table_nodes import fill_table

    node = scene.AddNewNodeByClass("vtkMRMLTableNode", "results")
    fill_table(node, LINES, Line)
    return node


def test_columns_have_types_names_and_titles_with_units(table):
    kinds = {table.GetColumnName(n): table.GetTable().GetColumn(n).GetClassName() for n in range(7)}

    assert kinds == {
        "muscle": "vtkStringArray",
        "side": "vtkStringArray",
        "label": "vtkIntArray",
        "volume_cm3": "vtkDoubleArray",
        "ff_voxels": "vtkDoubleArray",
        "is_cut": "vtkStringArray",
        "warnings": "vtkStringArray",
    }
    assert table.GetColumnTitle("volume_cm3") == "Volume (cm3)"
    assert table.GetUseColumnTitleAsColumnHeader()


def test_what_is_missing_is_an_empty_cell_or_no_number(table):
    columns = table.GetTable()

    assert columns.GetColumnByName("side").GetValue(1) == ""
    assert columns.GetColumnByName("is_cut").GetValue(1) == ""
    assert math.isnan(columns.GetColumnByName("volume_cm3").GetValue(1))
    assert columns.GetColumnByName("volume_cm3").GetValue(2) == 0.0


def test_rows_come_back_after_a_reload(scene, table, reloaded):
    from Testing.scene.table_rows import rows_of

    reloaded()

    rows = rows_of(scene.GetFirstNodeByName("results"), Line)
    assert rows[1:] == LINES[1:]
    assert rows[0] == Line("soleus", "right", 6, 412.25, 1200, True, "Cut off; 'partial'.")


def test_a_second_filling_replaces_the_first(table):
    from MuscleSegLib.scene.table_nodes import fill_table
    from Testing.scene.table_rows import rows_of

    fill_table(table, LINES[:1], Line)

    assert len(rows_of(table, Line)) == 1
    assert table.GetNumberOfColumns() == 7


def test_a_table_without_rows_has_its_columns(table):
    from MuscleSegLib.scene.table_nodes import fill_table
    from Testing.scene.table_rows import rows_of

    fill_table(table, (), Line)

    assert table.GetNumberOfColumns() == 7
    assert rows_of(table, Line) == ()


def test_a_filling_is_told_once(table):
    from MuscleSegLib.scene.table_nodes import fill_table

    events = []
    table.AddObserver("ModifiedEvent", lambda *_: events.append(1))
    fill_table(table, LINES, Line)

    assert len(events) == 1


def test_measured_rows_come_back(scene, labels, image):
    from MuscleSegLib.scene.table_nodes import fill_table
    from Testing.scene.table_rows import rows_of

    t2 = Volume(30 + image.array % 20, image.geometry)
    rows = Measurement(labels, scheme("thigh"), maps={"t2": t2}, units={"t2": "ms"}).rows()
    node = scene.AddNewNodeByClass("vtkMRMLTableNode")
    fill_table(node, rows, Row)

    assert rows_of(node, Row) == rows


def test_a_first_column_with_empty_cells_is_refused(table):
    """Slicer reads such a row, once saved, one column to the left."""
    from MuscleSegLib.scene.table_nodes import fill_table

    @dataclass(frozen=True)
    class Shifting:
        side: str | None

    with pytest.raises(ValueError, match="side"):
        fill_table(table, (), Shifting)


def test_a_table_of_something_else_is_refused(table):
    from Testing.scene.table_rows import rows_of

    with pytest.raises(KeyError, match="region"):
        rows_of(table, Row)
