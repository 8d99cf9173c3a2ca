import torch

from MuscleSegLib.networks import build


def test_the_center_of_a_slice_sees_all_of_a_leg():
    torch.manual_seed(0)
    network = build("unet2d-small", in_channels=5, out_channels=11)
    image = torch.randn(1, 5, 160, 160, requires_grad=True)
    network.eval()(image)[0, :, 80, 80].sum().backward()

    seen = image.grad.abs().sum(dim=(0, 1)) > 0

    assert seen[:16].any()
    assert seen[:, -16:].any()
