"""Networks whose weights, or answers, are no numbers."""

from dataclasses import dataclass

import pytest
import torch
from torch import nn

from MuscleSegLib.bundle import Bundle, fast_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.tile_plan import MemoryEstimate
from MuscleSegLib.inference.loading import load_runner
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.progress import silent


@dataclass(frozen=True)
class Damaged(Bundle):
    """The default network with one weight changed."""

    value: float = 0.0
    where: int = 0

    def load(self) -> nn.Module:
        network = super().load()
        values = [*network.parameters(), *network.buffers()][self.where]
        values.data[(0,) * values.dim()] = self.value
        return network


class Dividing(nn.Module):
    """A network whose weights are finite and whose answers are not."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.cat([images, 1 / (images - images)], dim=1)


class TooLarge(nn.Module):
    """A network whose features are beyond what half precision holds, and whose answers are not."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        half = torch.is_autocast_enabled("cpu")
        return torch.full_like(images, torch.inf if half else 1.0).repeat(1, 2, 1, 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("where", [0, -2])
def test_a_weight_that_is_no_number_is_refused_with_the_network_s_name(value, where):
    shipped = fast_bundle("thigh")

    with pytest.raises(MuscleSegError, match="The network thigh-unet2d-small cannot be used"):
        load_runner(Damaged(shipped.folder, shipped.metadata, value, where), "cpu")


def test_an_answer_that_is_no_number_is_refused_with_the_network_s_name():
    runner = Runner(Dividing(), torch.device("cpu"), "a-network", MemoryEstimate(Dividing(), ""))

    with pytest.raises(MuscleSegError, match="The network a-network cannot be used"):
        runner(torch.rand(1, 1, 32, 32), silent, "")


def test_an_answer_that_low_precision_cannot_hold_is_asked_for_in_full():
    runner = Runner(TooLarge(), torch.device("cpu"), "a-network", MemoryEstimate(TooLarge(), ""), precision="bfloat16")
    runner._is_checked = True

    answer = runner(torch.rand(1, 1, 32, 32), silent, "")

    assert answer.isfinite().all()
    assert runner.precision == "float32"
    assert any("ran in float32" in note for note in runner.notes)
