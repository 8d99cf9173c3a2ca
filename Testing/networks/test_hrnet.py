import torch

from MuscleSegLib.networks import build

CHANNELS = (8, 12, 16)


def exchanged(sizes):
    """Return the shapes of the branches after each exchange of a network with three stages."""
    torch.manual_seed(0)
    network = build("hrnet", in_channels=1, out_channels=2, channels=CHANNELS, modules=(1, 1, 2), blocks=1)
    shapes = []
    for stage in network.stages:
        for exchange in stage:
            exchange.register_forward_hook(
                lambda module, inputs, outputs: shapes.append([tuple(output.shape[1:]) for output in outputs])
            )
    network(torch.randn(2, 1, *sizes))
    return shapes


def test_the_highest_branch_stays_at_the_resolution_of_the_image():
    assert [stage[0] for stage in exchanged((32, 48))] == [(8, 32, 48)] * 4


def test_each_stage_adds_a_branch_of_half_the_resolution():
    branches = [(8, 32, 48), (12, 16, 24), (16, 8, 12)]

    assert exchanged((32, 48)) == [branches[:1], branches[:2], branches, branches]


def test_after_an_exchange_each_branch_knows_what_every_other_one_saw():
    torch.manual_seed(0)
    network = build("hrnet", in_channels=1, out_channels=2, channels=CHANNELS, modules=(1, 1, 1), blocks=1)
    sizes = [(16, 16), (8, 8), (4, 4)]
    images = [torch.randn(1, width, *size, requires_grad=True) for width, size in zip(CHANNELS, sizes, strict=True)]

    for output in network.stages[-1][0](images):
        gradients = torch.autograd.grad(output.square().sum(), images, retain_graph=True)
        assert all(gradient.abs().sum() > 0 for gradient in gradients)
