"""MuscleSeg's own bundles: what they say is so, and what is wrong with one is refused before anything is run."""

import hashlib
import io
import json
import zipfile
from collections import Counter

import pytest
import torch

from MuscleSegLib.bundle import (
    Calibration,
    LegInput,
    VolumeInput,
    find_bundle,
    read_bundle,
    shipped_bundles,
    write_confidence,
    write_weights,
)
from MuscleSegLib.errors import MuscleSegError

METADATA = "configs/metadata.json"


@pytest.mark.parametrize("bundle", shipped_bundles(), ids=lambda bundle: bundle.metadata.name)
@pytest.mark.slow
def test_what_a_shipped_bundle_says_of_itself_is_so(bundle):
    network = bundle.load()

    assert sum(value.numel() for value in network.parameters()) == bundle.metadata.parameters
    spatial = (32, 32) if bundle.metadata.input.slice_mm is None else (4, 32, 32)
    image = torch.zeros(1, bundle.metadata.input.channels, *spatial)
    assert network(image).shape[1] == len(bundle.metadata.labels) + 1
    assert bundle.folder.name == bundle.metadata.name


def test_a_loaded_network_is_ready_to_infer_in_single_precision():
    network = find_bundle("thigh").load()

    assert not network.training
    assert {value.dtype for value in network.parameters()} == {torch.float32}


def test_the_same_weights_make_the_same_file_in_half_precision(tmp_path):
    state = {"weight": torch.rand(3, 4), "part": torch.rand(1000)[:2], "count": torch.tensor(7)}
    first = write_weights(tmp_path / "a.pt", state)
    again = write_weights(tmp_path / "b.pt", {name: value.clone() for name, value in state.items()})

    assert first == again == hashlib.sha256((tmp_path / "b.pt").read_bytes()).hexdigest()
    read = torch.load(tmp_path / "a.pt", weights_only=True)
    assert torch.equal(read["weight"], state["weight"].half())
    assert read["count"].dtype == torch.int64
    assert (tmp_path / "a.pt").stat().st_size < 3000, "a part of a tensor brought the whole of it"


def test_altered_weights_are_refused(a_bundle_folder):
    weights = a_bundle_folder / "models" / "model.pt"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    with pytest.raises(MuscleSegError, match="SHA-256 differs"):
        read_bundle(a_bundle_folder).load()


def test_code_in_place_of_the_weights_is_refused_and_not_run(a_bundle_folder, an_armed_bomb, replace_weights):
    content, exploded = an_armed_bomb
    replace_weights(a_bundle_folder, content)

    with pytest.raises(MuscleSegError, match="could run code"):
        read_bundle(a_bundle_folder).load()
    assert not exploded.exists()


@pytest.mark.parametrize("state", [{}, {"encoder.0.0.weight": torch.zeros(1)}, {"a": 1}, [1], None])
def test_weights_of_another_network_are_refused(a_bundle_folder, replace_weights, tmp_path, state):
    torch.save(state, tmp_path / "state.pt")
    replace_weights(a_bundle_folder, (tmp_path / "state.pt").read_bytes())

    with pytest.raises(MuscleSegError, match="do not fit the network"):
        read_bundle(a_bundle_folder).load()


def test_fewer_labels_than_the_weights_have_are_refused(a_bundle_folder, rewrite):
    nine = {"in_channels": 5, "out_channels": 10}
    rewrite(a_bundle_folder / METADATA, muscleseg__labels=list(range(1, 10)), muscleseg__arguments=nine)

    with pytest.raises(MuscleSegError, match="its arguments make"):
        read_bundle(a_bundle_folder).load()


@pytest.mark.parametrize("missing", ["configs/metadata.json", "models/model.pt"])
def test_a_missing_file_is_named(a_bundle_folder, missing):
    (a_bundle_folder / missing).unlink()

    with pytest.raises(MuscleSegError, match=missing):
        read_bundle(a_bundle_folder)


def test_weights_that_vanish_after_reading_are_named(a_bundle_folder):
    bundle = read_bundle(a_bundle_folder)
    bundle.weights.unlink()

    with pytest.raises(MuscleSegError, match=r"model\.pt is missing"):
        bundle.load()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"labels": list(range(1, 10))}, "ask for out_channels = 10, and its arguments say 11"),
        ({"labels": [1, 2, 3, 4, 5, 6, 7, 8, 9, 11]}, "the thigh has no label 11"),
        ({"labels": [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]}, "the thigh has no label 0"),
        ({"labels": [1, 1, 3, 4, 5, 6, 7, 8, 9, 10]}, "a label is given twice"),
        ({"labels": "1234567890"}, "labels is no list"),
        ({"labels": [True] * 10}, "labels is no whole number"),
        ({"region": "calf"}, "the calf has no label 7"),
        ({"region": "arm"}, "no region called 'arm'"),
        ({"architecture": "os.system"}, "no network architecture 'os.system'"),
        ({"architecture": ["unet2d-small"]}, "architecture is no text"),
        ({"arguments": [5, 11]}, "arguments is no JSON object"),
        ({"arguments": {"in_channels": 5, "out_channels": "11"}}, "its arguments say '11'"),
        ({"arguments": {"in_channels": 3, "out_channels": 11}}, "ask for in_channels = 5, and its arguments say 3"),
        ({"sha256": None}, "sha256 is no text"),
        ({"confidence": [0.5, 0.9]}, "damaged"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.1]}}, "dsc of the confidence differ in length"),
        ({"confidence": {"soft_dice": [0.9, 0.5], "dsc": [0.1, 0.2]}}, "soft_dice of the confidence does not ascend"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.2, 0.1]}}, "dsc of the confidence falls"),
        ({"confidence": {"soft_dice": [0.5, 0.9], "dsc": [0.2, 1.1]}}, "is not from 0 to 1"),
        ({"input": {"pixel_mm": 0, "bright_quantile": 0.98, "context_mm": [0]}}, "pixel_mm is not above 0"),
        ({"input": {"pixel_mm": 1, "bright_quantile": 0.98, "context_mm": [1, 2]}}, "lacks the slice itself"),
        ({"input": {"pixel_mm": 1, "bright_quantile": 0.98, "context_mm": [0], "zoom": 2}}, "unknown entries: zoom"),
        ({"input": {"pixel_mm": float("nan"), "bright_quantile": 1, "context_mm": [0]}}, "pixel_mm is no number"),
    ],
)
def test_metadata_that_cannot_be_is_refused_in_one_sentence(a_bundle_folder, rewrite, changes, sentence):
    rewrite(a_bundle_folder / METADATA, **{f"muscleseg__{name}": value for name, value in changes.items()})

    with pytest.raises(MuscleSegError, match=sentence) as refused:
        read_bundle(a_bundle_folder)
    assert len(str(refused.value).splitlines()) == 1


def test_a_calibration_that_is_written_is_read_and_nothing_else_changes(a_bundle_folder):
    before = json.loads((a_bundle_folder / METADATA).read_text(encoding="utf-8"))
    calibration = Calibration((0.5, 0.9), (0.2, 0.8))

    write_confidence(a_bundle_folder, calibration)

    assert read_bundle(a_bundle_folder).metadata.confidence == calibration
    after = json.loads((a_bundle_folder / METADATA).read_text(encoding="utf-8"))
    after["muscleseg"].pop("confidence")
    assert after == before


def test_a_bundle_of_an_earlier_version_that_spells_license_the_british_way_is_read(a_bundle_folder):
    path = a_bundle_folder / METADATA
    content = json.loads(path.read_text(encoding="utf-8"))
    content["muscleseg"]["licence"] = content["muscleseg"].pop("license")
    path.write_text(json.dumps(content), encoding="utf-8")

    assert read_bundle(a_bundle_folder).metadata.license == "Apache-2.0"


def test_a_network_without_a_calibration_is_read(a_bundle_folder):
    assert read_bundle(a_bundle_folder).metadata.confidence is None


@pytest.mark.parametrize("channels", [["many"], 5, [[1]], [-4, 8]])
def test_arguments_that_the_architecture_does_not_take_are_refused(a_bundle_folder, rewrite, channels):
    arguments = {"in_channels": 5, "out_channels": 11, "channels": channels}
    rewrite(a_bundle_folder / METADATA, muscleseg__arguments=arguments)

    with pytest.raises(MuscleSegError, match=r"does not take its arguments|do not fit the network"):
        read_bundle(a_bundle_folder).load()


@pytest.mark.parametrize("content", ["not json", "[]", "7", '{"version": "1", "muscleseg": {"input": {}}}'])
def test_damaged_metadata_is_refused(a_bundle_folder, content):
    (a_bundle_folder / METADATA).write_text(content)

    with pytest.raises(MuscleSegError, match="is damaged"):
        read_bundle(a_bundle_folder)


def test_any_single_entry_that_is_nonsense_is_refused_with_a_sentence(a_bundle_folder):
    path = a_bundle_folder / METADATA
    whole = json.loads(path.read_text())
    outcomes = Counter()
    for entry in whole["muscleseg"]:
        for nonsense in (None, [], {}, "", -1, [[None]], {"a": {}}):
            path.write_text(json.dumps({**whole, "muscleseg": {**whole["muscleseg"], entry: nonsense}}))
            try:
                read_bundle(a_bundle_folder)
            except MuscleSegError:
                outcomes["refused"] += 1
            else:
                outcomes["read"] += 1

    # Texts may be empty and figures may be none; everything else has to be something.
    assert outcomes["refused"] > 70


def test_a_bundle_of_a_three_dimensional_network_of_legs_is_read(a_bundle_folder, rewrite):
    given = {"pixel_mm": 1.5, "bright_quantile": 0.98, "context_mm": [0.0], "slice_mm": 6.0}
    arguments = {"in_channels": 1, "out_channels": 11}
    rewrite(a_bundle_folder / METADATA, muscleseg__input=given, muscleseg__arguments=arguments)

    metadata = read_bundle(a_bundle_folder).metadata

    assert metadata.input == LegInput(1.5, 0.98, (0.0,), slice_mm=6.0)
    assert "all its axial slices, 6 mm apart" in metadata.input_summary


def test_a_place_is_one_more_channel(a_bundle_folder, rewrite):
    given = {"pixel_mm": 1.5, "bright_quantile": 0.98, "context_mm": [-24, 0, 24], "has_place": True}
    arguments = {"in_channels": 4, "out_channels": 11}
    rewrite(a_bundle_folder / METADATA, muscleseg__input=given, muscleseg__arguments=arguments)

    assert read_bundle(a_bundle_folder).metadata.input.has_place


VOLUME = {
    "axes": "RAS",
    "spacing_mm": [1, 1, 3],
    "window": [96, 96, 32],
    "overlap": 0.5,
    "normalization": "percentiles",
    "percentiles": [1, 99],
}


@pytest.fixture
def a_volume_bundle(a_bundle_folder, rewrite):
    """A bundle of a network that sees the whole scan: right and left vastus lateralis, and something ignored."""

    def make(**changes):
        arguments = {"in_channels": 1, "out_channels": 4}
        rewrite(
            a_bundle_folder / METADATA,
            muscleseg__input={**VOLUME, **changes},
            muscleseg__arguments=arguments,
            muscleseg__labels=[9, 109, 0],
        )
        return read_bundle(a_bundle_folder)

    return make


def test_a_bundle_that_sees_the_whole_scan_has_no_confidence(a_volume_bundle):
    folder = a_volume_bundle().folder
    content = json.loads((folder / METADATA).read_text(encoding="utf-8"))
    content["muscleseg"]["confidence"] = {"soft_dice": [0, 0.9], "dsc": [0, 0.8]}
    (folder / METADATA).write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(MuscleSegError, match="only of a network that is shown single legs"):
        read_bundle(folder)


def test_a_bundle_that_sees_the_whole_scan_has_labels_of_both_legs(a_volume_bundle):
    metadata = a_volume_bundle().metadata

    assert metadata.input == VolumeInput("RAS", (1.0, 1.0, 3.0), (96, 96, 32), 0.5, "percentiles", (1.0, 99.0))
    assert metadata.labels == (9, 109, 0)
    assert "windows of 96 x 96 x 32 voxels" in metadata.input_summary


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"axes": "RAR"}, "axes are three directions"),
        ({"axes": "RASS"}, "axes are three directions"),
        ({"spacing_mm": [1, 1]}, "spacing_mm is not three numbers"),
        ({"window": [96, 96, 0]}, "window is not positive"),
        ({"overlap": 1}, "overlap is not from 0 to 0.9"),
        ({"normalization": "histogram"}, "the normalization 'histogram' is unknown"),
        ({"normalization": []}, r"the normalization \[\] is unknown"),
        ({"percentiles": [99, 1]}, "percentiles are not two ascending numbers"),
    ],
)
def test_an_input_that_cannot_be_is_refused(a_volume_bundle, changes, sentence):
    with pytest.raises(MuscleSegError, match=sentence):
        a_volume_bundle(**changes)


def _deflated(content: bytes) -> bytes:
    """Return the same archive with its entries compressed, and one more that unpacks to a hundred megabytes."""
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as stored, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in stored.infolist():
            archive.writestr(entry.filename, stored.read(entry))
        archive.writestr(f"{stored.namelist()[0].split('/')[0]}/data/9999", bytes(100_000_000))
    return memory.getvalue()


def test_weights_that_unpack_to_more_than_they_are_are_refused(a_bundle_folder, replace_weights):
    replace_weights(a_bundle_folder, _deflated((a_bundle_folder / "models" / "model.pt").read_bytes()))

    with pytest.raises(MuscleSegError, match="are refused"):
        read_bundle(a_bundle_folder).load()


@pytest.mark.parametrize("claimed", [(10**12,), (10**6, 10**6), (32, 3, 3, 3)])
def test_a_view_that_claims_more_weights_than_it_holds_is_refused(a_bundle_folder, replace_weights, claimed):
    state = torch.load(a_bundle_folder / "models" / "model.pt", weights_only=True)
    state[next(iter(state))] = torch.zeros(1, dtype=torch.half).expand(claimed)
    memory = io.BytesIO()
    torch.save(state, memory)
    replace_weights(a_bundle_folder, memory.getvalue())

    with pytest.raises(MuscleSegError, match="do not fit the network"):
        read_bundle(a_bundle_folder).load()
