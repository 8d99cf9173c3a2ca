"""A run on fine labels: its start from the default's weights, its bundle, and what it refuses."""

from dataclasses import replace

import pytest
import torch

from MuscleSegLib.bundle import fast_bundle, read_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import build
from MuscleSegLib.training import Trainer, read_configuration, write_bundle
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.transfer import RARER, start_from


def started(region):
    whole, label_set = fast_bundle(region), LabelSet(region, is_fine=True)
    arguments = {**whole.metadata.arguments, "out_channels": len(label_set.codes) + 1}
    network = build(whole.metadata.architecture, **arguments)
    start_from(network, whole.folder, label_set)
    return whole.load().state_dict(), network.state_dict()


@pytest.mark.parametrize(
    ("region", "number", "parent"),
    [("thigh", 1, 1), ("thigh", 3, 1), ("thigh", 5, 2), ("thigh", 13, 10), ("calf", 2, 1), ("calf", 10, 2)],
)
def test_a_fine_muscle_begins_as_the_muscle_that_holds_it(region, number, parent):
    whole, fine = started(region)
    assert torch.equal(fine["head.weight"][number], whole["head.weight"][parent])
    assert fine["head.bias"][number] == whole["head.bias"][parent]


@pytest.mark.parametrize(("region", "number"), [("thigh", 14), ("thigh", 15), ("thigh", 16), ("calf", 11)])
def test_a_muscle_outside_the_ten_and_six_begins_below_the_background(region, number):
    whole, fine = started(region)
    assert torch.equal(fine["head.weight"][number], whole["head.weight"][0])
    assert fine["head.bias"][number] == whole["head.bias"][0] - RARER


def test_all_other_weights_are_the_default_s():
    whole, fine = started("thigh")
    assert all(torch.equal(fine[name], value) for name, value in whole.items() if not name.startswith("head."))


@pytest.mark.slow
def test_a_run_on_fine_labels_becomes_a_bundle_of_them(a_configuration, configuration_file, make_leg_volume, tmp_path):
    configuration = replace(a_configuration, data=replace(a_configuration.data, labels="fine"))
    legs = {"made": [make_leg_volume("P"), make_leg_volume("Q")]}
    trainer = Trainer(configuration, legs, tmp_path, cache=tmp_path / "cache")
    trainer.run(lambda fraction, message: None)
    write_bundle(tmp_path / "bundle", trainer, configuration_file)

    about = read_bundle(tmp_path / "bundle").metadata
    assert about.labels == tuple(range(31, 47))
    assert (about.is_fine, about.label_set, about.title) == (True, "thigh-fine", "Fine muscles")


@pytest.mark.parametrize(
    "changes",
    [
        "sources = { phantom = 1.0 }",
        "sources = { scanned_phantom = 1.0 }",
        "sources = { made = 1.0 }\nsized_phantoms = 2",
    ],
)
def test_digital_people_are_no_source_of_fine_labels(changes, configuration_file, tmp_path):
    text = configuration_file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("sources", "sized_phantoms"))]
    lines.insert(lines.index("[data]") + 1, f'labels = "fine"\n{changes}')
    path = tmp_path / "train.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(MuscleSegError, match="digital people have no fine muscles"):
        read_configuration(path)
