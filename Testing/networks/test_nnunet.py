import pytest
import torch

from MuscleSegLib.networks import build


@pytest.mark.parametrize(("name", "most"), [("nnunet-2d", 512), ("nnunet-3d", 320)])
def test_features_double_up_to_a_limit(name, most):
    with torch.device("meta"):
        stage = build(name, in_channels=1, out_channels=11).network.skip_layers

    features = []
    while hasattr(stage, "next_layer"):
        features.append(stage.downsample.conv1.conv.out_channels)
        stage = stage.next_layer
    features.append(stage.conv1.conv.out_channels)

    assert features[:4] == [32, 64, 128, 256]
    assert set(features[4:]) == {most}


def test_thick_slices_are_halved_only_once_pixels_are_as_large():
    with torch.device("meta"):
        network = build("nnunet-3d", in_channels=1, out_channels=11)

    # 15 mm and 0.68 mm: 0.68 * 2**4 = 10.9 is the first pixel more than half as large as a slice is thick
    assert network.multiples == [4, 64, 64]


def test_training_gives_one_answer_as_inference_does(a_network, noise):
    network = a_network("nnunet-2d")

    assert network.train()(noise(32, 32)).shape == network.eval()(noise(32, 32)).shape
