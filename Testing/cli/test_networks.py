import hashlib
import json

from MuscleSegLib.bundle import find_bundle

KEYS = {"name", "region", "architecture", "parameters", "input", "labels", "training_data", "license", "sha256"}


def test_the_list_says_what_each_network_is(muscleseg):
    listed = json.loads(muscleseg("networks", "--json").out)

    assert listed
    assert all(set(one) >= KEYS for one in listed)


def test_the_sha_256_is_that_of_the_weights(muscleseg):
    (thigh,) = [one for one in json.loads(muscleseg("networks", "--json").out) if one["name"] == "thigh-unet2d-small"]

    assert thigh["sha256"] == hashlib.sha256(find_bundle("thigh").weights.read_bytes()).hexdigest()


def test_a_person_reads_what_the_adductor_is(muscleseg):
    assert "adductor magnus alone" in muscleseg("networks").out


def test_each_network_has_its_price(muscleseg):
    for one in json.loads(muscleseg("networks", "--json").out):
        assert set(one["cost"]) == {"scan", "parameters", "gmac", "peak_memory_mb", "seconds"}
        assert one["cost"]["parameters"] == one["parameters"]
        assert all(one["cost"][key] > 0 for key in ("gmac", "peak_memory_mb", "seconds"))
    assert "GMAC" in muscleseg("networks").out
