import hashlib
import json

from MuscleSegLib.bundle import find_bundle

KEYS = {"name", "region", "architecture", "parameters", "input", "labels", "training_data", "licence", "sha256"}


def test_the_list_says_what_each_network_is(muscleseg):
    listed = json.loads(muscleseg("networks", "--json").out)

    assert listed
    assert all(set(one) >= KEYS for one in listed)


def test_the_sha_256_is_that_of_the_weights(muscleseg):
    (thigh,) = [one for one in json.loads(muscleseg("networks", "--json").out) if one["name"] == "thigh-unet2d-small"]

    assert thigh["sha256"] == hashlib.sha256(find_bundle("thigh").weights.read_bytes()).hexdigest()


def test_a_person_reads_what_the_adductor_is(muscleseg):
    assert "adductor magnus alone" in muscleseg("networks").out
