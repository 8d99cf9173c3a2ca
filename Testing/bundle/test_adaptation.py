"""A stranger's adapted bundle is as safe as any: its descent is read as plain values, and no code in it is run."""

import io
import pickle

import pytest

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import MuscleSegError
from Testing.bundle.conftest import METADATA

DESCENT = {
    "parent": "thigh-unet2d-small",
    "parent_version": "4.0.0",
    "parent_sha256": "ab" * 32,
    "cases": ["0123456789abcdef"],
    "steps": 200,
    "held_out_before": 0.74,
    "held_out_after": 0.83,
    "rehearsed_before": 0.95,
    "rehearsed_after": 0.949,
}


def test_a_network_says_what_it_was_adapted_from(a_bundle_folder, rewrite):
    rewrite(a_bundle_folder / METADATA, muscleseg__adaptation=DESCENT)
    descent = read_bundle(a_bundle_folder).metadata.adaptation
    assert descent is not None
    assert descent.summary == (
        "adapted from thigh-unet2d-small 4.0.0 (SHA-256 abababababababab...) to 1 corrected scan"
    )


def test_any_other_network_says_nothing(a_bundle_folder):
    assert read_bundle(a_bundle_folder).metadata.adaptation is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parent": "x\nNot usable"}, "parent of the adaptation is empty, too long or not printable"),
        ({"parent": "\x1b[31m"}, "parent of the adaptation is empty, too long or not printable"),
        ({"parent_version": "1" * 1000}, "parent_version of the adaptation is empty, too long or not printable"),
        ({"parent_sha256": "../../etc"}, "parent_sha256 of the adaptation is no SHA-256"),
        ({"cases": ["Smith_John"]}, "cases of the adaptation are no digests"),
        ({"cases": "0123456789abcdef"}, "cases of the adaptation is no list"),
        ({"cases": []}, "cases of the adaptation are none or too many"),
        ({"cases": ["0" * 16] * 10_001}, "cases of the adaptation are none or too many"),
        ({"steps": True}, "steps of the adaptation is no whole number"),
        ({"held_out_after": float("nan")}, "held_out_after of the adaptation is no number"),
        ({"rehearsed_before": "0.9"}, "rehearsed_before of the adaptation is no number"),
    ],
)
def test_a_descent_that_cannot_be_is_refused_in_one_sentence(a_bundle_folder, rewrite, changes, sentence):
    rewrite(a_bundle_folder / METADATA, muscleseg__adaptation={**DESCENT, **changes})
    with pytest.raises(MuscleSegError, match=sentence):
        read_bundle(a_bundle_folder)


@pytest.mark.parametrize("descent", [[], "thigh", None, {}, {"parent": "thigh"}])
def test_a_descent_of_another_shape_is_refused(a_bundle_folder, rewrite, descent):
    rewrite(a_bundle_folder / METADATA, muscleseg__adaptation=descent)
    with pytest.raises(MuscleSegError, match="is damaged"):
        read_bundle(a_bundle_folder)


class Payload:
    """Content that runs code where a pickle is loaded without care."""

    def __reduce__(self):
        return exec, ("raise SystemExit('code of a bundle was run')",)


@pytest.mark.parametrize("kind", ["pickle", "altered"])
def test_no_code_in_the_weights_of_an_adapted_bundle_is_run(a_bundle_folder, rewrite, replace_weights, kind):
    rewrite(a_bundle_folder / METADATA, muscleseg__adaptation=DESCENT)
    if kind == "pickle":
        buffer = io.BytesIO()
        pickle.dump({"head.bias": Payload()}, buffer)
        replace_weights(a_bundle_folder, buffer.getvalue())
    else:
        weights = a_bundle_folder / "models" / "model.pt"
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    with pytest.raises(MuscleSegError, match="weights|SHA-256"):
        read_bundle(a_bundle_folder).load()
