"""A network for fine muscles splits what the default draws."""

import json

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.bundle import find_bundle, places, read_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segment
from MuscleSegLib.inference.fine import _unite
from MuscleSegLib.inference.leg_slices import predict_legs
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.progress import silent
from MuscleSegLib.training.adaptation.parent import parent_of
from MuscleSegLib.volume import Geometry
from Testing.inference.fine_bundles import write_fine_bundle

REGIONS = ("thigh", "calf")
AFFINE = np.array([[-2.0, 0, 0, 216], [0, -2, 0, 140], [0, 0, 24, -36], [0, 0, 0, 1]])


@pytest.fixture(scope="module", autouse=True)
def fast_defaults():
    """Let the fast networks be the defaults: what is tested is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "DEFAULT_ARCHITECTURES", dict.fromkeys(REGIONS, "unet2d-small"))
        places._read_shipped.cache_clear()
        yield
    places._read_shipped.cache_clear()


@pytest.fixture(scope="module", params=REGIONS)
def results(request, plain_scan, tmp_path_factory):
    """A digital person segmented by the default, and finely; the name of the region."""
    image, _ = plain_scan(digital_legs(request.param, seed=1, fat_fraction=5), Geometry((4, 141, 217), AFFINE))
    fine = read_bundle(write_fine_bundle(tmp_path_factory.mktemp("networks") / "fine", request.param))
    whole = find_bundle(request.param)
    return segment(image, whole, device="cpu"), segment(image, fine, device="cpu"), request.param


def merged(labels, region):
    """Fine labels as those of the ten or six, by the scheme's own table."""
    table = np.zeros(256, np.uint8)
    for value, code in scheme(f"{region}-fine").to_region(region).items():
        table[value] = code
    return table[labels]


def test_fine_labels_merge_to_exactly_those_of_the_default(results):
    whole, fine, region = results
    assert np.array_equal(merged(fine.labels.array, region), whole.labels.array)


def test_parts_of_a_muscle_are_told_apart(results):
    _, fine, region = results
    parts = {"thigh": {31, 32, 33, 131, 132, 133}, "calf": {51, 52, 54, 55, 151, 152, 154, 155}}[region]
    assert len(parts & set(np.unique(fine.labels.array).tolist())) > len(parts) / 2


def test_a_fine_result_names_its_label_set_and_both_networks(results):
    _, fine, region = results
    assert fine.region == f"{region}-fine"
    assert fine.network.startswith(f"{region}-unet2d-small+{region}-fine ")
    values = {segment.value for segment in fine.segments}
    assert values == {label.value for label in scheme(f"{region}-fine").labels}
    assert set(np.unique(fine.labels.array).tolist()) - {0} <= values


def test_a_whole_muscle_keeps_its_confidence_and_a_part_has_none(results):
    whole, fine, region = results
    kept = {"thigh": {3: 36, 5: 38, 103: 136}, "calf": {3: 59, 4: 58, 106: 157}}[region]
    parts = {"thigh": {31, 34, 35, 44, 131}, "calf": {51, 54, 60, 61, 154}}[region]
    assert all(fine.confidence[value] == whole.confidence[code] for code, value in kept.items())
    assert not parts & fine.confidence.keys()


def test_an_island_belongs_to_the_part_around_it():
    fine = np.full((1, 20, 20), 31, np.uint8)
    fine[:, :, 12:] = 32
    fine[:, 5:7, 5:7] = 32
    _unite(fine, np.ones(fine.shape, bool), (1.0, 1.0, 5.0))
    assert np.unique(fine).tolist() == [31, 32]
    assert (fine[:, 5:7, 5:7] == 31).all()


@pytest.mark.parametrize("region", REGIONS)
def test_a_fine_network_is_chosen_by_its_name_alone(region, tmp_path, monkeypatch):
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    write_fine_bundle(tmp_path / f"{region}-fine", region)
    assert find_bundle(region, f"{region}-fine").metadata.is_fine
    assert not find_bundle(region).metadata.is_fine
    assert not find_bundle(region, "unet2d-small").metadata.is_fine


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        ([*range(31, 47)][::-1][1:] + [71], "the thigh has no label 71"),
        ([*range(31, 46)], "a part of the fine muscles"),
        ([*range(31, 46), 31], "a part of the fine muscles|given twice"),
    ],
)
def test_labels_of_another_or_half_a_fine_set_are_refused(labels, problem, tmp_path):
    folder = write_fine_bundle(tmp_path / "fine", "thigh")
    path = folder / "configs" / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["muscleseg"]["labels"] = labels
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(MuscleSegError, match=problem):
        read_bundle(folder)


@pytest.mark.parametrize("region", REGIONS)
def test_a_fine_network_neither_learns_nor_helps_to_propagate(region, tmp_path):
    bundle = read_bundle(write_fine_bundle(tmp_path / "fine", region))
    sentence = f"The network {region}-fine splits the muscles of the default network"
    with pytest.raises(MuscleSegError, match=sentence):
        parent_of(bundle)
    with pytest.raises(MuscleSegError, match=sentence):
        predict_legs([], [], bundle, device="cpu", progress=silent)
