"""List of the networks: names that a clinician understands, and what they reach on people from whom nobody learned."""

import pytest

from Testing.inference.fine_bundles import write_fine_bundle


def rows(desk):
    """Return the cells of each network by its name, which stands in the last column."""
    table = desk.ui.networkTable
    last = table.columnCount - 1
    return {
        table.item(row, last).text(): [table.item(row, column).text() for column in range(last)]
        for row in range(table.rowCount)
    }


def tip(desk, name):
    table = desk.ui.networkTable
    return table.item(list(rows(desk)).index(name), 0).toolTip()


@pytest.mark.parametrize(
    ("name", "title", "dsc"),  # kept apart: means over the scans of Testing/benchmarks/kept_apart.md
    [
        ("thigh-unet2d-small", "Fast", "0.75"),
        ("thigh-unet3d", "U-Net 3D (Hostin 2023)", "0.70"),
        ("thigh-spatial-channel-unet", "Spatial-Channel U-Net (Henson 2024)", "0.78"),
        ("thigh-hrnet", "HRNet (Sun 2019)", "-"),
    ],
)
def test_a_network_is_called_by_its_title_and_judged_by_people_left_out(at_desk, name, title, dsc):
    assert rows(at_desk)[name][:2] == [title, dsc]


def test_the_default_stands_first_and_is_chosen(at_desk):
    assert next(iter(rows(at_desk))) == "thigh-paired-unet"
    assert at_desk.panel.network.chosen == "thigh-paired-unet"
    assert at_desk.ui.networkSection.text.startswith("Network: Default · ")


def test_the_tooltip_names_the_scans_that_the_dsc_is_from(at_desk):
    shown = tip(at_desk, "thigh-unet2d-small")

    assert "a patient with severe dystrophy, water: 0.66" in shown
    assert "a healthy thigh, knee to hip, 30 mm slices: 0.83" in shown


def test_the_tooltip_of_a_network_without_such_a_scan_has_the_dsc_on_digital_legs(at_desk):
    assert "Not measured on real people left out" in tip(at_desk, "thigh-hrnet")
    assert "0.90 on digital legs" in tip(at_desk, "thigh-hrnet")


@pytest.fixture
def with_fine_network(tmp_path, monkeypatch, request):
    """Person at the panel with a network for fine muscles among the user's."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path))
    write_fine_bundle(tmp_path / "thigh-fine", "thigh")
    return request.getfixturevalue("at_desk")


@pytest.mark.slow
def test_a_network_for_fine_muscles_has_a_title_and_is_not_the_default(with_fine_network):
    listed = rows(with_fine_network)
    assert listed["thigh-fine"][0] == "Fine muscles"
    assert next(iter(listed)) == "thigh-paired-unet"
    assert with_fine_network.panel.network.chosen == "thigh-paired-unet"
