"""Scan that every architecture is shown: a leg of a digital person as a T1-weighted image, with its labels."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from MuscleSegLib.networks import ARCHITECTURES, build
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry

CLASSES = 11

# Sizes that are built and trained in seconds.
TINY = {
    "unet2d-small": {},
    "unet2d": {"channels": (16, 32, 64)},
    "unet3d": {"channels": (16, 32, 48), "slice_poolings": 1},
    "anisotropic-unet": {"channels": (16, 32, 48), "planar": 1},
    "paired-unet": {"channels": (16, 32, 48), "planar": 1, "slice_channels": (16, 32, 48)},
    "transunet": {
        "stem": 16,
        "channels": (32, 48, 64),
        "blocks": (1, 1, 1),
        "hidden": 48,
        "layers": 2,
        "heads": 4,
        "grid": 4,
        "decoder": (48, 32, 24, 16),
    },
    "hrnet": {"channels": (12, 16, 24), "modules": (1, 1, 2), "blocks": 1},
    "attention-unet": {"channels": (16, 32, 48)},
    "spatial-channel-unet": {"channels": (16, 32, 48)},
    "attention-res-vnet": {"channels": (8, 16, 32), "convolutions": (2, 1, 1), "slice_poolings": 1},
    "attention-res-vnet-cascade": {"channels": (8, 16, 32), "convolutions": (2, 1, 1), "slice_poolings": 1},
    "nnunet-2d": {"kernels": ((3, 3),) * 4, "strides": ((1, 1), *((2, 2),) * 3), "features": 12, "most_features": 32},
    "nnunet-3d": {
        "kernels": ((1, 3, 3), *((3, 3, 3),) * 2),
        "strides": ((1, 1, 1), (1, 2, 2), (2, 2, 2)),
        "features": 8,
        "most_features": 32,
    },
}


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Tiny networks gain nothing from a second thread, and lose much where another process has its core."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(params=list(ARCHITECTURES))
def name(request):
    return request.param


@pytest.fixture
def a_network() -> Callable[..., nn.Module]:
    """A function that builds a tiny network of an architecture, for two channels and ten muscles."""

    def make(name: str, seed: int = 0) -> nn.Module:
        torch.manual_seed(seed)
        return build(name, in_channels=2, out_channels=CLASSES, **TINY[name])

    return make


@pytest.fixture
def noise() -> Callable[..., Tensor]:
    """A function that makes a random image of a size, whose second channel says that it is halfway up the limb."""

    def make(*sizes: int, batch: int = 2, requires_grad: bool = False) -> Tensor:
        image = torch.randn(batch, 2, *sizes, generator=torch.Generator().manual_seed(1))
        image[:, 1] = 0.5
        return image.requires_grad_(requires_grad)

    return make


@pytest.fixture(scope="session")
def a_leg(plain_scan) -> Callable[[int], tuple[Tensor, Tensor]]:
    """A function that images a right thigh: [1, 2, (slice,) row, column], and its labels, [1, (slice,) row, column].

    The muscles differ in intensity. The second channel is constant: halfway up the limb.
    """
    legs = digital_legs("thigh", seed=4, legs=1, fat_fraction=5)

    def scan(dimensions: int) -> tuple[Tensor, Tensor]:
        shape, pixel_mm = ((1, 64, 64), 3.0) if dimensions == 2 else ((4, 40, 40), 4.5)
        affine = np.diag([pixel_mm, pixel_mm, 8.0, 1.0])
        affine[:3, 3] = [-pixel_mm * shape[2] / 2, -pixel_mm * shape[1] / 2, -4.0 * shape[0]]
        image, labels = plain_scan(legs, Geometry(shape, affine))
        codes = torch.from_numpy(labels.array.astype(np.int64))
        shown = torch.from_numpy(image.array / 1000).float() + 0.05 * codes
        both = torch.stack([shown, torch.full_like(shown, 0.5)])[None]
        return (both[:, :, 0], codes) if dimensions == 2 else (both, codes[None])

    return scan


def mean_dsc(logits: Tensor, labels: Tensor) -> float:
    """Return the DSC of the muscles that the labels have, in the mean."""
    codes = logits.argmax(dim=1)
    scores = []
    for code in range(1, logits.shape[1]):
        predicted, reference = codes == code, labels == code
        if reference.any():
            scores.append(2 * float((predicted & reference).sum()) / float(predicted.sum() + reference.sum()))
    return float(np.mean(scores))


@pytest.fixture
def learn() -> Callable[[nn.Module, Tensor, Tensor], float]:
    """A function that trains a network on one image until it infers it well, or gives up; returns the mean DSC."""

    def train(network: nn.Module, image: Tensor, labels: Tensor) -> float:
        from monai.losses.dice import DiceCELoss

        steps, every, rate = 120, 10, 1e-2
        loss_of = DiceCELoss(to_onehot_y=True, softmax=True)
        optimizer = torch.optim.Adam(network.parameters(), lr=rate)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
        dsc = 0.0
        for step in range(1, steps + 1):
            network.train()
            optimizer.zero_grad()
            loss_of(network(image), labels[:, None]).backward()
            optimizer.step()
            schedule.step()
            if step % every == 0:
                with torch.inference_mode():
                    dsc = mean_dsc(network.eval()(image), labels)
                if dsc > 0.95:
                    break
        return dsc

    return train
