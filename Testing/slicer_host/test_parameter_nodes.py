"""Typed parameters in a parameter node, and the widgets bound to them."""

import enum
import pathlib
from typing import Annotated, Any

import pytest


class Speed(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


@pytest.fixture
def node(host):
    return host.scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode")


@pytest.fixture
def parameters(node):
    import slicer
    from slicer.parameterNodeWrapper import Choice, Default, WithinRange, parameterNodeWrapper

    @parameterNodeWrapper
    class Parameters:
        scan: slicer.vtkMRMLScalarVolumeNode
        speed: Speed = Speed.SLOW
        count: Annotated[int, WithinRange(0, 9)] = 3
        share: Annotated[float, Default(0.5)]
        name: Annotated[str, Choice(["auto", "cpu"])] = "auto"
        folder: pathlib.Path
        both: bool

    return Parameters(node)


def test_values_are_in_the_node_as_slicer_writes_them(parameters, node, host):
    volume = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    parameters.scan = volume
    parameters.both = True

    assert {name: node.GetParameter(name) for name in ("speed", "count", "share", "name", "both", "scan")} == {
        "speed": "SLOW",
        "count": "3",
        "share": "0.5",
        "name": "auto",
        "both": "True",
        "scan": "",
    }
    assert node.GetNodeReference("scan") is volume


def test_what_another_wrote_into_the_node_is_read(parameters, node):
    node.SetParameter("speed", "FAST")

    assert parameters.speed is Speed.FAST


def test_a_closed_scene_brings_the_defaults_back(parameters, node):
    parameters.count = 5
    node.UnsetAllParameters()

    assert parameters.count == 3


@pytest.mark.parametrize(("name", "value"), [("count", 10), ("name", "gpu"), ("count", None)])
def test_a_value_out_of_range_is_refused(parameters, name, value):
    with pytest.raises(ValueError, match="Value must"):
        setattr(parameters, name, value)


@pytest.mark.parametrize(("name", "value"), [("count", "3"), ("speed", "FAST"), ("both", 1), ("scan", "thigh")])
def test_a_value_of_another_type_is_refused(parameters, name, value):
    with pytest.raises(TypeError):
        setattr(parameters, name, value)


def test_a_type_that_slicer_cannot_store_is_refused(host):
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    with pytest.raises(TypeError, match="Unable to create serializer"):

        @parameterNodeWrapper
        class Wrong:
            anything: Any


def bind(parameters, **widgets: Any):
    """Give widgets their names of parameters, as a .ui does, and bind them."""
    for name, widget in widgets.items():
        widget.setProperty("SlicerParameterName", name)
    return parameters.connectGui(type("Ui", (), {})() if not widgets else _ui(widgets))


def _ui(widgets):
    ui = type("Ui", (), {})()
    vars(ui).update(widgets)
    return ui


def test_widget_and_parameter_follow_one_another(parameters):
    import qt

    box, number, choice = qt.QCheckBox(), qt.QSpinBox(), qt.QComboBox()
    bind(parameters, both=box, count=number, speed=choice)

    parameters.count = 7
    box.checked = True
    choice.currentIndex = 0

    assert number.value == 7
    assert parameters.both is True
    assert parameters.speed is Speed.FAST
    assert (number.minimum, number.maximum) == (0, 9)


def test_a_widget_that_is_unbound_follows_no_more(parameters):
    import qt

    number = qt.QSpinBox()
    tag = parameters.connectParametersToGui({"count": number})
    parameters.disconnectGui(tag)

    parameters.count = 8
    number.value = 1

    assert parameters.count == 8


def test_widgets_that_were_found_by_their_names_cannot_be_unbound(parameters):
    import qt

    number = qt.QSpinBox()

    assert bind(parameters, count=number) is None  # Slicer's issue 7547


def test_only_the_exact_class_of_a_widget_is_bound(parameters):
    import ctk

    with pytest.raises(RuntimeError, match="Unable to create GUI connector"):
        bind(parameters, speed=ctk.ctkComboBox())


def test_a_name_that_is_no_parameter_is_refused(parameters):
    import qt

    with pytest.raises(ValueError, match="Cannot find a param"):
        bind(parameters, nosuch=qt.QCheckBox())
