import copy

import pytest
import torch
from torch import nn

from MuscleSegLib.networks import ARCHITECTURES, build
from MuscleSegLib.networks.fusion import fuse_batch_norm


def in_use(name):
    """A small network with random weights whose normalizations have seen images."""
    torch.manual_seed(0)
    network = build(name, **ARCHITECTURES[name].small, in_channels=1, out_channels=4)
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.BatchNorm3d)):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2.0)
            module.weight.data.uniform_(0.5, 2.0)
            module.bias.data.normal_()
    return network.eval()


def normalizations(network):
    return sum(isinstance(module, (nn.BatchNorm2d, nn.BatchNorm3d)) for module in network.modules())


@pytest.mark.parametrize("name", ["unet2d-small", "hrnet", "unet3d", "anisotropic-unet", "paired-unet"])
def test_a_fused_network_computes_the_same(name):
    network = in_use(name)
    image = torch.rand(1, 1, *([8, 64, 64] if ARCHITECTURES[name].dimensions == 3 else [64, 64]))

    fused = fuse_batch_norm(copy.deepcopy(network))

    assert normalizations(fused) < max(normalizations(network), 1)
    with torch.inference_mode():
        expected = network(image)
        assert torch.allclose(fused(image), expected, atol=1e-4 * float(expected.abs().max()))


def test_normalizations_that_follow_no_convolution_stay():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.BatchNorm2d(2)).eval()

    assert normalizations(fuse_batch_norm(network)) == 1
