import pytest
from torch import nn

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.inference import loading


@pytest.mark.parametrize("has_bfloat16", [False, True])
def test_normalizations_are_fused_where_the_processor_computes_in_float32(monkeypatch, has_bfloat16):
    monkeypatch.setattr(loading, "has_bfloat16", lambda device: has_bfloat16)

    runner = loading.load_runner(find_bundle("thigh"), "cpu")

    assert any(isinstance(module, nn.BatchNorm2d) for module in runner.network.modules()) is has_bfloat16
