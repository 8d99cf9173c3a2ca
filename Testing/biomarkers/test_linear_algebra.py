import sys

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, rasterization
from MuscleSegLib.biomarkers.linear_algebra import in_one_thread
from MuscleSegLib.volume import Volume

threadpoolctl = pytest.importorskip("threadpoolctl")


@pytest.fixture(autouse=True)
def two_threads():
    """On a computer of one processor too."""
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        if 2 not in threads():
            pytest.skip("this library for linear algebra has no threads")
        yield


def threads():
    return {pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"}


def test_linear_algebra_has_one_thread_inside_and_as_many_as_before_after():
    with in_one_thread():
        assert threads() == {1}

    assert 2 in threads()


def test_muscles_are_rasterized_on_maps_with_one_thread_of_linear_algebra(a_cone, monkeypatch):
    seen = []
    shape_of = rasterization.shape_of

    def noted(*args, **named):
        seen.append(threads())
        return shape_of(*args, **named)

    monkeypatch.setattr(rasterization, "shape_of", noted)

    Measurement(a_cone, scheme("thigh"), maps={"ff": Volume(np.full(a_cone.array.shape, 8.0), a_cone.geometry)})

    assert seen == [{1}]
    assert 2 in threads()


def test_without_the_package_it_is_as_it_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)

    with in_one_thread():
        assert 2 in threads()
