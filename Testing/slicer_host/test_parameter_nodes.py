"""Typed parameters in a parameter node, and the widgets bound to them."""

import enum
from typing import Any

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
    from slicer.parameterNodeWrapper import parameterNodeWrapper

    @parameterNodeWrapper
    class Parameters:
        scan: slicer.vtkMRMLScalarVolumeNode
        speed: Speed = Speed.SLOW
        count: int = 3
        name: str = "auto"
        both: bool

    return Parameters(node)


def test_values_are_in_the_node_as_slicer_writes_them(parameters, node, host):
    volume = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    parameters.scan = volume
    parameters.both = True

    assert {name: node.GetParameter(name) for name in ("speed", "count", "name", "both", "scan")} == {
        "speed": "SLOW",
        "count": "3",
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


@pytest.mark.parametrize("name", ["count", "name", "both"])
def test_no_value_is_refused(parameters, name):
    with pytest.raises(ValueError, match="Value must"):
        setattr(parameters, name, None)


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


def test_widget_and_parameter_follow_one_another(parameters, host):
    import qt
    import slicer

    box, choice, selector = qt.QCheckBox(), qt.QComboBox(), slicer.qMRMLNodeComboBox()
    selector.setMRMLScene(host.scene)
    parameters.connectParametersToGui({"both": box, "speed": choice, "scan": selector})

    parameters.scan = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode")
    box.checked = True
    choice.currentIndex = 0

    assert selector.currentNode() is parameters.scan
    assert parameters.both is True
    assert parameters.speed is Speed.FAST


def test_a_widget_that_is_unbound_follows_no_more(parameters):
    import qt

    box = qt.QCheckBox()
    tag = parameters.connectParametersToGui({"both": box})
    parameters.disconnectGui(tag)

    box.checked = True

    assert parameters.both is False


def test_only_the_exact_class_of_a_widget_is_bound(parameters):
    import qt

    class Choices(qt.QComboBox):
        pass

    with pytest.raises(RuntimeError, match="Unable to create GUI connector"):
        parameters.connectParametersToGui({"speed": Choices()})


def test_a_name_that_is_no_parameter_is_refused(parameters):
    import qt

    with pytest.raises(ValueError, match="Cannot find a param"):
        parameters.connectParametersToGui({"nosuch": qt.QCheckBox()})
