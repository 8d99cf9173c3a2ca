"""The panel is the view, and the module of the scene the scene, that the presenter was written for."""

import inspect

import pytest


def taken_by(function):
    """Return the number of arguments that a function takes by their place, and the names of the others."""
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    names = {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}
    return len(parameters) - len(names), names


@pytest.mark.parametrize("protocol", ["View", "Scene"])
def test_what_the_presenter_calls_is_there_and_takes_what_it_is_given(work, protocol):
    from MuscleSegPanel import interfaces, slicer_scene

    implementation = {"View": work.panel, "Scene": slicer_scene}[protocol]
    wanted = {name: one for name, one in vars(getattr(interfaces, protocol)).items() if inspect.isfunction(one)}
    wanted = {name: one for name, one in wanted.items() if not name.startswith("_")}

    assert len(wanted) > 10
    assert [name for name, one in wanted.items() if taken_by(getattr(implementation, name)) != taken_by(one)] == []
