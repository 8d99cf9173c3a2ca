import pytest
import torch

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES, build


@pytest.fixture
def a_small_unet():
    torch.manual_seed(0)
    return build("unet2d-small", in_channels=5, out_channels=11)


def test_the_small_unet_has_as_many_parameters_as_in_the_paper(a_small_unet):
    parameters = sum(value.numel() for value in a_small_unet.parameters())

    assert parameters == pytest.approx(5.81e5, rel=0.02)


@pytest.mark.parametrize(("rows", "columns"), [(32, 32), (64, 160)])
def test_logits_have_the_rows_and_columns_of_the_image(a_small_unet, rows, columns):
    assert a_small_unet(torch.zeros(2, 5, rows, columns)).shape == (2, 11, rows, columns)


def test_gradients_reach_every_parameter(a_small_unet):
    a_small_unet(torch.randn(2, 5, 64, 64)).square().mean().backward()

    assert [name for name, value in a_small_unet.named_parameters() if not value.grad.abs().sum() > 0] == []


def test_the_center_of_a_slice_sees_all_of_a_leg(a_small_unet):
    image = torch.randn(1, 5, 160, 160, requires_grad=True)
    a_small_unet.eval()(image)[0, :, 80, 80].sum().backward()

    seen = image.grad.abs().sum(dim=(0, 1)) > 0

    assert seen[:16].any()
    assert seen[:, -16:].any()


def test_it_learns_one_slice_by_heart():
    torch.manual_seed(0)
    network = build("unet2d-small", in_channels=1, out_channels=2)
    rows, columns = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    target = (((rows - 22) ** 2 + (columns - 38) ** 2) < 150).long()[None]
    image = target[:, None] + 0.3 * torch.randn(1, 1, 64, 64)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(image), target).backward()
        optimizer.step()

    found = network(image).argmax(dim=1)

    assert 2 * (found & target).sum() / (found.sum() + target.sum()) > 0.95


def test_every_architecture_names_its_paper():
    assert all(architecture.paper for architecture in ARCHITECTURES.values())


def test_an_unknown_architecture_is_refused_with_those_that_there_are():
    with pytest.raises(MuscleSegError, match=r"no network architecture 'v-net'.*unet2d-small"):
        build("v-net")
