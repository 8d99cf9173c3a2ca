import pytest
import torch

PATCH = 16


@pytest.mark.parametrize("pixel", [(0, 0), (70, 130)])
def test_a_pixel_sees_every_patch_of_the_slice(pixel, a_network, noise):
    image = noise(128, 160, batch=1, requires_grad=True)
    a_network("transunet").eval()(image)[0, :, *pixel].sum().backward()

    seen = image.grad[0, 0].abs().unfold(0, PATCH, PATCH).unfold(1, PATCH, PATCH).sum(dim=(2, 3))

    assert seen.shape == (8, 10)
    assert (seen > 0).all()


def test_where_a_token_is_matters(a_network, noise):
    network, image = a_network("transunet"), noise(64, 64)
    before = network(image)
    with torch.no_grad():
        network.places += torch.randn(network.places.shape)

    assert not torch.allclose(network(image), before, atol=1e-3)
