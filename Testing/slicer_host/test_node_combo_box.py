"""The selector of a node follows the scene as Slicer's does."""

import pytest


@pytest.fixture
def selector(host):
    import slicer

    made = slicer.qMRMLNodeComboBox()
    made.nodeTypes = ["vtkMRMLScalarVolumeNode"]
    made.setMRMLScene(host.scene)
    return made


def add(host, name, kind="vtkMRMLScalarVolumeNode"):
    return host.scene.AddNewNodeByClass(kind, name)


def test_at_first_it_has_no_none(selector):
    assert selector.noneEnabled is False


def test_a_node_that_comes_is_not_selected_by_itself(host, selector):
    add(host, "thigh")

    assert selector.nodeCount() == 1
    assert selector.currentNode() is None


def test_only_the_wanted_types_are_shown(host, selector):
    add(host, "thigh")
    add(host, "labels", "vtkMRMLLabelMapVolumeNode")
    add(host, "table", "vtkMRMLTableNode")

    assert selector.nodeCount() == 2

    selector.showChildNodeTypes = False

    assert selector.nodeCount() == 1


def test_a_hidden_node_is_not_shown(host, selector):
    node = add(host, "thigh")
    node.HideFromEditorsOn()
    add(host, "calf")

    assert selector.nodeCount() == 1


def test_choosing_a_node_is_told(host, selector):
    emitted = []
    selector.connect("currentNodeChanged(vtkMRMLNode*)", emitted.append)
    selector.connect("currentNodeChanged(bool)", emitted.append)
    selector.connect("currentNodeIDChanged(QString)", emitted.append)
    node = add(host, "thigh")

    selector.setCurrentNode(node)

    assert emitted == [node, True, node.GetID()]
    assert selector.currentNodeID == node.GetID()


def test_where_the_selected_node_goes_its_neighbor_is_selected(host, selector):
    first, second = add(host, "first"), add(host, "second")
    selector.setCurrentNode(first)

    host.scene.RemoveNode(first)

    assert selector.currentNode() is second


def test_where_the_last_node_goes_none_is_selected(host, selector):
    selector.noneEnabled = True
    node = add(host, "only")
    selector.setCurrentNode(node)

    host.scene.RemoveNode(node)

    assert selector.currentNode() is None


def test_a_closed_scene_empties_it(host, selector):
    selector.setCurrentNode(add(host, "thigh"))

    host.scene.Clear(0)

    assert selector.currentNode() is None
    assert selector.nodeCount() == 0


def test_an_import_makes_its_list_anew_with_nothing_selected(host, selector, tmp_path):
    selector.noneEnabled = True
    selector.setCurrentNode(add(host, "thigh"))
    emitted = []
    selector.connect("currentNodeChanged(vtkMRMLNode*)", emitted.append)

    host.add_a_scene(tmp_path)

    assert emitted == [None]
    assert selector.nodeCount() == 1


def test_a_selector_that_was_deleted_hears_nothing_more(host, selector):
    selector.deleteLater()
    host.work()

    add(host, "thigh")

    assert host.errors == []
