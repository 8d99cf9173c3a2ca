import sys

import numpy as np  # noqa: F401  loads a library for linear algebra
import pytest

from MuscleSegLib.biomarkers.linear_algebra import in_one_thread


def threads() -> list[int]:
    controllers = pytest.importorskip("threadpoolctl").threadpool_info()
    return [one["num_threads"] for one in controllers if one["user_api"] == "blas"]


def test_linear_algebra_has_one_thread_inside_and_as_many_as_before_after():
    before = threads()

    with in_one_thread():
        inside = threads()

    assert inside == [1] * len(before)
    assert threads() == before


def test_without_the_package_it_is_as_it_is(monkeypatch):
    before = threads()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)

    with in_one_thread():
        monkeypatch.undo()
        assert threads() == before
