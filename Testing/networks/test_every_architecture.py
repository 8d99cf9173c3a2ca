import io
import subprocess
import sys

import pytest
import torch

from MuscleSegLib.bundle import shipped_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES, build

SIZES = {2: [(37, 53), (64, 64), (5, 130)], 3: [(5, 37, 41), (1, 24, 32), (20, 16, 16)]}
LARGEST_SMALL = 5_000_000  # numbers: 10 MB in half precision
BUILT_FROM_TORCH_ALONE = ("unet2d", "unet2d-small", "unet3d")


def parameters(network):
    return sum(value.numel() for value in network.parameters())


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules, sep='\\n')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


@pytest.mark.parametrize("which", range(3))
def test_logits_have_the_size_of_the_image_whatever_it_is(name, which, a_network, noise):
    sizes = SIZES[ARCHITECTURES[name].dimensions][which]

    logits = a_network(name)(noise(*sizes))

    assert logits.shape == (2, 11, *sizes)
    assert logits.isfinite().all()


def test_gradients_reach_every_parameter(name, a_network, noise):
    """A bias in front of a normalization has one of 0, but for rounding, which differs between processors."""
    network = a_network(name)
    sizes = (64, 64) if ARCHITECTURES[name].dimensions == 2 else (4, 32, 32)
    weights = torch.randn(2, 11, *sizes)
    (network(noise(*sizes)) * weights).mean().backward()

    gradients = {key: value.grad for key, value in network.named_parameters()}
    assert [key for key, gradient in gradients.items() if gradient is None] == []
    assert [key for key, gradient in gradients.items() if not gradient.any() and not key.endswith("bias")] == []


def test_saved_weights_give_the_same_network(name, a_network, noise):
    image = noise(*((32, 32) if ARCHITECTURES[name].dimensions == 2 else (4, 16, 16)))
    trained, fresh = a_network(name, seed=1), a_network(name, seed=2)
    trained(image)  # so that running means are not what they are at first
    file = io.BytesIO()
    torch.save(trained.state_dict(), file)
    file.seek(0)

    fresh.load_state_dict(torch.load(file, weights_only=True))

    with torch.inference_mode():
        assert torch.equal(fresh.eval()(image), trained.eval()(image))


@pytest.mark.slow
@pytest.mark.long
def test_it_learns_a_leg_by_heart(name, a_network, a_leg, learn):
    image, labels = a_leg(ARCHITECTURES[name].dimensions)

    assert learn(a_network(name), image, labels) > 0.95


def test_it_names_its_paper_and_an_identifier(name):
    paper = ARCHITECTURES[name].paper

    assert "(10." in paper or "(arXiv " in paper


def test_the_small_size_weighs_ten_megabytes_at_most(name):
    with torch.device("meta"):
        network = build(name, in_channels=5, out_channels=11, **ARCHITECTURES[name].small)

    # every name in the file of weights, not every parameter: a block with two names would be there twice
    assert sum(value.numel() for value in network.state_dict().values()) <= LARGEST_SMALL


@pytest.mark.parametrize(
    ("name", "published", "tolerance"),
    [
        ("unet2d-small", 5.81e5, 0.02),  # 10.1007/s10334-024-01221-3
        ("nnunet-2d", 4.35e7, 0.10),  # the same
        ("attention-res-vnet", 5e7, 0.10),  # "about 5e7"
        ("transunet", 1.05e8, 0.05),  # arXiv 2102.04306 and its code: R50-ViT-B/16, 105 million
    ],
)
def test_the_size_of_the_paper_has_as_many_parameters_as_the_paper_says(name, published, tolerance):
    with torch.device("meta"):
        network = build(name, in_channels=1, out_channels=11)

    assert parameters(network) == pytest.approx(published, rel=tolerance)


def test_an_unknown_architecture_is_refused_with_those_that_there_are():
    with pytest.raises(MuscleSegError, match=r"^There is no network architecture 'v-net'[^.]*unet2d-small[^.]*\.$"):
        build("v-net")


def test_the_registry_is_read_without_loading_torch_or_monai():
    loaded = modules_after("import MuscleSegLib.networks")

    assert "MuscleSegLib.networks.registry" in loaded
    assert not {"torch", "monai"} & set(loaded)


@pytest.mark.slow
def test_the_default_networks_are_built_without_loading_monai():
    builds = "; ".join(f"build({name!r}, in_channels=1, out_channels=2)" for name in BUILT_FROM_TORCH_ALONE)

    loaded = modules_after(f"from MuscleSegLib.networks import build; {builds}")

    assert "torch" in loaded
    assert "monai" not in loaded


@pytest.mark.parametrize("bundle", shipped_bundles(), ids=lambda bundle: bundle.metadata.name)
def test_the_weights_that_are_shipped_still_fit(bundle):
    arguments = bundle.metadata.arguments
    spatial = (5, 33, 50) if ARCHITECTURES[bundle.metadata.architecture].dimensions == 3 else (33, 50)

    logits = bundle.load()(torch.zeros(1, arguments["in_channels"], *spatial))

    assert logits.shape == (1, arguments["out_channels"], *spatial)
