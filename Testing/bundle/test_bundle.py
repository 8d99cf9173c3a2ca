"""MuscleSeg's own bundles: what they say is so, and what is wrong with one is refused before anything is run."""

import hashlib
import io
import zipfile

import pytest
import torch

from MuscleSegLib.bundle import (
    find_bundle,
    read_bundle,
    shipped_bundles,
    write_weights,
)
from MuscleSegLib.errors import MuscleSegError
from Testing.bundle.conftest import METADATA


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
