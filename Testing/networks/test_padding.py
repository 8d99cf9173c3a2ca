import pytest
import torch

from MuscleSegLib.networks.padding import run_padded


def shown(image, multiples, smallest=None):
    """Return what the network is shown, and what comes back where it gives its input."""
    images = []

    def network(padded):
        images.append(padded)
        return padded

    back = run_padded(network, image, multiples, smallest)
    return images[0], back


def test_an_image_that_fits_is_shown_as_it_is():
    image = torch.randn(1, 2, 8, 16)

    padded, back = shown(image, [4, 8])

    assert padded is image
    assert torch.equal(back, image)


def test_twenty_slices_become_twenty_four_by_repeating_the_end_slices():
    volume = torch.randn(1, 1, 20, 8, 8)

    padded, back = shown(volume, [8, 8, 8])

    assert padded.shape == (1, 1, 24, 8, 8)
    assert torch.equal(padded[:, :, :2], volume[:, :, :1].expand(1, 1, 2, 8, 8))
    assert torch.equal(padded[:, :, 2:22], volume)
    assert torch.equal(padded[:, :, 22:], volume[:, :, -1:].expand(1, 1, 2, 8, 8))
    assert torch.equal(back, volume)


@pytest.mark.parametrize("sizes", [(3, 5), (1, 1), (17, 2), (1, 2, 3)])
def test_an_image_much_smaller_than_its_padding_comes_back(sizes):
    image = torch.randn(2, 1, *sizes)

    padded, back = shown(image, [16] * len(sizes))

    assert all(size % 16 == 0 for size in padded.shape[2:])
    assert torch.equal(back, image)
    assert padded[0, 0].unique().tolist() == image[0, 0].unique().tolist()


def test_a_smallest_size_is_kept_to():
    padded, _ = shown(torch.randn(1, 1, 8, 8), [8, 8], [8, 16])

    assert padded.shape == (1, 1, 8, 16)
