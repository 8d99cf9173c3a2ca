"""The paired U-Nets: either counts half, and each sees the slices that it learned to see."""

import pytest
import torch

from MuscleSegLib.networks import build

NEIGHBORS = (-2, -1, 0, 1, 2)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(4)
    sizes = {"channels": (4, 6, 8), "planar": 1, "slice_channels": (4, 6, 8)}
    return build("paired-unet", in_channels=1, out_channels=4, **sizes, neighbors=NEIGHBORS).eval()


@pytest.mark.parametrize("slices", [1, 3, 7])
def test_logits_are_the_mean_of_both_networks(network, slices):
    volume = torch.rand(1, 1, slices, 32, 32)
    shown = torch.stack(
        [volume[0, 0, [min(max(k + offset, 0), slices - 1) for offset in NEIGHBORS]] for k in range(slices)]
    )

    with torch.inference_mode():
        together = network(volume)[0]
        of_volumes, of_slices = network.volumes(volume)[0], network.slices(shown).transpose(0, 1)

    assert torch.allclose(together, (of_volumes + of_slices) / 2, atol=1e-5)
