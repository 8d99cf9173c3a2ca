import pytest
import torch

from MuscleSegLib.networks import build


@pytest.mark.parametrize(
    ("slice_poolings", "deepest"), [(3, (2, 4, 4)), (1, (8, 4, 4)), (0, (16, 4, 4))], ids=lambda value: str(value)
)
def test_slices_are_halved_as_often_as_asked_and_rows_and_columns_at_every_level(slice_poolings, deepest):
    network = build("unet3d", in_channels=1, out_channels=2, channels=(4, 4, 4, 4), slice_poolings=slice_poolings)
    shapes = []
    network.encoder[-1].register_forward_hook(lambda module, inputs, output: shapes.append(output.shape[2:]))
    network(torch.zeros(1, 1, 16, 32, 32))

    assert shapes == [deepest]


def test_slices_are_halved_by_the_deepest_poolings():
    network = build("unet3d", in_channels=1, out_channels=2, channels=(4, 4, 4), slice_poolings=1)
    shapes = []
    for block in network.encoder:
        block.register_forward_hook(lambda module, inputs, output: shapes.append(output.shape[2:]))
    network(torch.zeros(1, 1, 16, 32, 32))

    assert shapes == [(16, 32, 32), (16, 16, 16), (8, 8, 8)]
