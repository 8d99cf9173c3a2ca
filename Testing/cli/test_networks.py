import contextlib
import hashlib
import io
import json
import os

import pytest

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.cli import main
from MuscleSegLib.cli import networks as networks_module
from MuscleSegLib.inference import CostEstimate

ESTIMATED = ("thigh-paired-unet", "calf-unet2d-small")
KEYS = {"name", "region", "architecture", "parameters", "input", "labels", "training_data", "license", "sha256"}


def printed(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["networks", *arguments]) == 0
    return out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def estimated_once():
    """Costs are estimated once for both lists, by forward passes; of most networks with long tests alone."""
    estimate, costs = networks_module.estimate_cost, {}

    def estimate_once(bundle, *, progress):
        about = bundle.metadata
        if about.name not in costs:
            is_estimated = about.name in ESTIMATED or os.environ.get("MUSCLESEG_LONG_TESTS")
            stand_in = CostEstimate(about.parameters, 10**9, 600_000_000, 1.0, is_extrapolated=False)
            costs[about.name] = estimate(bundle, progress=progress) if is_estimated else stand_in
        return costs[about.name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks_module, "estimate_cost", estimate_once)
        yield


@pytest.fixture(scope="module")
def listed():
    """The list as programs read it."""
    return json.loads(printed("--json"))


@pytest.fixture(scope="module")
def text():
    """The list as a person reads it."""
    return printed()


@pytest.mark.slow
def test_the_list_says_what_each_network_is(listed):
    assert listed
    assert all(set(network) >= KEYS for network in listed)


@pytest.mark.slow
def test_the_sha_256_is_that_of_the_weights(listed):
    (thigh,) = [network for network in listed if network["name"] == "thigh-paired-unet"]

    assert thigh["sha256"] == hashlib.sha256(find_bundle("thigh").weights.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_person_reads_what_the_adductor_is(text):
    assert "adductor magnus alone" in text


@pytest.mark.slow
def test_each_network_has_its_price(listed, text):
    for network in listed:
        assert set(network["cost"]) == {"scan", "parameters", "gmac", "peak_memory_mb", "seconds"}
        assert network["cost"]["parameters"] == network["parameters"]
        assert all(network["cost"][key] > 0 for key in ("gmac", "peak_memory_mb", "seconds"))
    assert "GMAC" in text


@pytest.mark.parametrize(("is_extrapolated", "words"), [(True, "about 41.2 s"), (False, "memory, 41.2 s")])
def test_seconds_that_were_extrapolated_are_about(monkeypatch, is_extrapolated, words):
    cost = CostEstimate(10, 5 * 10**9, 600_000_000, 41.24, is_extrapolated)
    monkeypatch.setattr(networks_module, "estimate_cost", lambda bundle, progress: cost)

    assert words in printed()


def test_a_network_is_called_by_its_title_with_its_dsc_on_people_left_out(monkeypatch):
    cost = CostEstimate(10, 5 * 10**9, 600_000_000, 41.24, is_extrapolated=False)
    monkeypatch.setattr(networks_module, "estimate_cost", lambda bundle, progress: cost)
    text = printed()

    assert "thigh-paired-unet: Default, thigh, paired-unet" in text
    assert "thigh-unet3d: U-Net 3D (Hostin 2023), thigh, unet3d" in text
    assert text.index("Default") < text.index("U-Net 3D")
    # of Testing/benchmarks/kept_apart.md: (0.70 + 0.73 + 0.68) / 3
    assert "mean DSC 0.70 on real people left out" in text
    assert "not measured on real people left out" in text
