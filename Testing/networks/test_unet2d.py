import pytest
import torch

from MuscleSegLib.bundle import shipped_bundles
from MuscleSegLib.networks import build


@pytest.mark.parametrize("bundle", shipped_bundles(), ids=lambda bundle: bundle.metadata.name)
def test_the_weights_that_are_shipped_still_fit(bundle):
    arguments = bundle.metadata.arguments

    logits = bundle.load()(torch.zeros(1, arguments["in_channels"], 33, 50))

    assert logits.shape == (1, arguments["out_channels"], 33, 50)


def test_the_center_of_a_slice_sees_all_of_a_leg():
    torch.manual_seed(0)
    network = build("unet2d-small", in_channels=5, out_channels=11)
    image = torch.randn(1, 5, 160, 160, requires_grad=True)
    network.eval()(image)[0, :, 80, 80].sum().backward()

    seen = image.grad.abs().sum(dim=(0, 1)) > 0

    assert seen[:16].any()
    assert seen[:, -16:].any()
