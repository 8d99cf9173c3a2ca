"""Exporting the table: the window works meanwhile, one file at a time is written, and a file is whole or absent."""

import csv
import sys
import time

import openpyxl
import pytest
import slicer

ENDINGS = ["csv", "json", "xlsx"]
GRACILIS = 3


@pytest.fixture
def desk(at_desk, monkeypatch):
    """A person at muscles, of whom each step of an export can be seen."""
    monkeypatch.setattr(sys.modules["MuscleSegPanel.steps"], "SLICE_S", 1e-4)
    return at_desk


def start(desk, path):
    """Press *Export table*, choose a file, and let the export begin."""
    desk.host.dialogs.will_answer(path)
    desk.ui.exportTableButton.click()
    desk.host.turn()


def go_on(desk):
    """Let the export come to its end, and all that follows."""
    desk.host.spin(lambda: not desk.panel.review.measuring.is_busy)
    desk.host.work()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_window_works_while_a_table_is_written(desk, ending, tmp_path, message, monkeypatch):
    from Testing.slicer_host.timers import Gaps

    measurement = desk.panel.review.measuring.table.measurement
    adipose = measurement.adipose

    def slowly():  # as with many slices
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            sum(range(1000))
        return adipose()

    monkeypatch.setattr(measurement, "adipose", slowly)
    path, begin = tmp_path / f"table.{ending}", time.monotonic()
    with Gaps() as gaps:
        start(desk, path)
        assert "Exporting" in message(desk.ui.resultsMessage)
        while desk.panel.review.measuring.is_busy:
            desk.host.turn()
    assert gaps.longest_s < 0.5 * (time.monotonic() - begin)
    assert message(desk.ui.resultsMessage) == f"Saved: {path}"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_second_export_cannot_begin_before_the_first_has_ended(desk, ending, tmp_path):
    buttons = (desk.ui.exportTableButton, desk.ui.exportLabelsButton)
    start(desk, tmp_path / f"table.{ending}")
    assert not any(button.enabled for button in buttons)
    go_on(desk)
    assert all(button.enabled for button in buttons)


def close_scene(desk):
    slicer.mrmlScene.Clear(0)


def unload_the_module(desk):
    desk.host.close()


def remove_the_scan(desk):
    slicer.mrmlScene.RemoveNode(desk.scans["anatomy"])


@pytest.mark.parametrize(
    ("end", "ending"), [(close_scene, "xlsx"), (unload_the_module, "csv"), (remove_the_scan, "json")]
)
def test_what_ends_an_export_leaves_the_old_file_and_nothing_beside_it(desk, ending, end, tmp_path):
    path = tmp_path / f"table.{ending}"
    path.write_text("old")
    start(desk, path)
    assert desk.panel.review.measuring.is_busy
    end(desk)
    desk.host.work()
    assert [path_left.name for path_left in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "old"


def test_an_export_that_a_choice_has_ended_says_so_beside_the_new_table(desk, tmp_path, message):
    path = tmp_path / "table.xlsx"
    start(desk, path)
    desk.ui.mtrSelector.setCurrentNode(None)
    go_on(desk)
    assert not path.exists()
    assert message(desk.ui.resultsMessage).startswith(f"{path} was not written")
    assert desk.ui.exportTableButton.enabled


def test_an_edit_during_an_export_is_measured_after_it_and_not_in_the_file(desk, tmp_path):
    before = desk.table()["Gracilis"]
    start(desk, tmp_path / "table.csv")
    desk.shrink(GRACILIS)
    go_on(desk)
    desk.host.spin(lambda: desk.table()["Gracilis"] != before)

    with (tmp_path / "table.csv").open() as file:
        volume = next(float(row["volume_cm3"]) for row in csv.DictReader(file) if row["muscle"] == "gracilis")
    with (tmp_path / "table_profiles.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (row["muscle"], row["quantity"]) == ("gracilis", "area_cm2")]
    assert volume == pytest.approx(float(before[0]), abs=0.051)
    thickness_cm = volume / sum(float(row["value"]) for row in rows)
    assert thickness_cm == pytest.approx(desk.parameters.scan.GetSpacing()[2] / 10, rel=1e-3)  # of the same muscle


def test_an_edit_just_before_an_export_is_in_the_file(desk, tmp_path):
    before = float(desk.table()["Gracilis"][0])
    desk.shrink(GRACILIS)
    start(desk, tmp_path / "table.xlsx")
    go_on(desk)
    page = openpyxl.load_workbook(tmp_path / "table.xlsx")["Muscles"]
    names, *rows = ([cell.value for cell in row] for row in page.iter_rows())
    row = next(dict(zip(names, row, strict=True)) for row in rows if "gracilis" in row)
    assert row["Volume (cm\u00b3)"] < 0.8 * before


def test_an_export_goes_on_when_the_panel_is_left(desk, tmp_path):
    start(desk, tmp_path / "table.xlsx")
    desk.widget.parent.exit()
    go_on(desk)
    assert openpyxl.load_workbook(tmp_path / "table.xlsx")["Muscles"].max_row == 11
    desk.widget.parent.enter()
