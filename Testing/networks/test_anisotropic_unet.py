"""The anisotropic U-Net at the ends of a limb."""

import pytest
import torch

from MuscleSegLib.networks import build


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(4)
    return build("anisotropic-unet", in_channels=1, out_channels=4, channels=(4, 6, 8, 8), planar=2).eval()


@pytest.mark.parametrize("copies", [2, 5, 16])
def test_a_single_slice_looks_like_a_limb_that_never_changes(network, copies):
    single = torch.rand(1, 1, 1, 32, 32)

    with torch.inference_mode():
        alone = network(single)
        repeated = network(single.expand(-1, -1, copies, -1, -1))

    assert torch.allclose(repeated, alone.expand(-1, -1, copies, -1, -1), atol=1e-5)


def test_slices_next_to_a_slice_change_its_labels(network):
    volume = torch.rand(1, 1, 5, 32, 32)

    with torch.inference_mode():
        together, alone = network(volume)[:, :, 2], network(volume[:, :, 2:3])[:, :, 0]

    assert not torch.equal(together, alone)
