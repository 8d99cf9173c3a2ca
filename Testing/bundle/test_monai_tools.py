"""MONAI's own tools accept the bundles: the specification's keys, and its commands."""

import json
import logging
import re
import subprocess
import sys
from dataclasses import replace

import monai.bundle
import numpy as np
import pytest
import torch

from MuscleSegLib.bundle import find_bundle, inference_configuration, shipped_bundles
from MuscleSegLib.inference import segment
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, read_labels, read_volume, write_volume

BUNDLES = pytest.mark.parametrize("bundle", shipped_bundles(), ids=lambda bundle: bundle.metadata.name)

# "required" of meta_schema_20240725.json, which Project-MONAI/MONAI-extra-test-data publishes (release 0.8.1).
REQUIRED = {
    *("schema", "version", "monai_version", "pytorch_version", "numpy_version", "required_packages_version"),
    *("task", "description", "authors", "copyright", "network_data_format"),
}
# Its other properties, and the optional keys of the MONAI Bundle Specification (docs/source/mb_specification.rst), that
# say something of a segmentation network. label_classes is what a data set's labels are, and there is no data set.
STANDARD = {
    *("changelog", "intended_use", "data_source", "data_type", "references"),
    *("image_classes", "pred_classes", "eval_metrics"),
}
# "must be a dictionary containing at least these keys" (the same specification).
TENSOR = {
    *("type", "format", "modality", "num_channels", "spatial_shape", "dtype"),
    *("value_range", "is_patch_data", "channel_def"),
}


def metadata_of(bundle):
    return json.loads((bundle.folder / "configs" / "metadata.json").read_text(encoding="utf-8"))


@BUNDLES
def test_metadata_has_what_the_specification_writes(bundle):
    content = metadata_of(bundle)

    assert set(content) - {"muscleseg", "name"} == REQUIRED | STANDARD
    texts = set(content) - {"changelog", "eval_metrics", "references", "network_data_format", "muscleseg"}
    assert all(isinstance(content[key], str) for key in texts - {"required_packages_version"})
    assert content["version"] in content["changelog"]
    assert content["schema"].startswith("https://")


@BUNDLES
def test_every_tensor_is_described_as_the_specification_writes(bundle):
    formats = metadata_of(bundle)["network_data_format"]
    tensors = {**formats["inputs"], **formats["outputs"]}

    assert set(tensors) == {"image", "pred"}
    for tensor in tensors.values():
        assert set(tensor) == TENSOR
        assert list(tensor["channel_def"]) == [str(channel) for channel in range(tensor["num_channels"])]


@BUNDLES
def test_the_figures_are_given_once(bundle):
    """MONAI's eval_metrics and our measurements are the same numbers; the sentence has those of real scans."""
    scores = metadata_of(bundle)["eval_metrics"]

    assert scores == {f"{figure.metric}, {figure.data}": figure.value for figure in bundle.metadata.measurements}
    real = [figure for figure in bundle.metadata.measurements if figure.data.startswith("real scan")]
    assert real
    numbers = [float(number) for number in re.findall(r"\d\.\d\d", bundle.metadata.accuracy)]
    # both are rounded from the same number: to two digits, and to three
    assert all(any(abs(number - figure.value) <= 0.0055 for number in numbers) for figure in real)


@BUNDLES
def test_the_configuration_is_the_one_that_is_written_for_new_bundles(bundle):
    about = bundle.metadata

    written = json.loads((bundle.folder / "configs" / "inference.json").read_text(encoding="utf-8"))

    assert written == inference_configuration(about.architecture, about.arguments)


@BUNDLES
def test_the_bundle_has_the_files_of_the_specification(bundle):
    for name in ("configs/metadata.json", "configs/inference.json", "models/model.pt", "docs/README.md"):
        assert (bundle.folder / name).is_file()
    assert (bundle.folder / "docs" / "license.txt").read_text(encoding="utf-8").strip() == bundle.metadata.license


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:parsing config_file")  # MONAI's, whatever the configuration
@BUNDLES
def test_monai_loads_the_same_network(bundle):
    loaded = monai.bundle.load(
        name=bundle.folder.name, bundle_dir=bundle.folder.parent, workflow_type="inference", device="cpu"
    )

    spatial = (64, 64) if bundle.metadata.input.slice_mm is None else (4, 64, 64)
    image = torch.rand(1, bundle.metadata.input.channels, *spatial, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.equal(loaded.eval()(image), bundle.load()(image))


def monai_bundle(*arguments):
    command = [sys.executable, "-m", "monai.bundle", *(str(argument) for argument in arguments)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.filterwarnings("ignore:parsing config_file")
@BUNDLES
@pytest.mark.slow
def test_monai_verifies_the_network_s_input_and_output(bundle, caplog):
    configs = bundle.folder / "configs"

    with caplog.at_level(logging.INFO, logger="monai.bundle.scripts"):  # what "python -m monai.bundle" calls
        monai.bundle.verify_net_in_out(
            net_id="network_def",
            meta_file=str(configs / "metadata.json"),
            config_file=str(configs / "inference.json"),
            device="cpu",
        )

    assert "verified with no error" in caplog.text


@pytest.mark.slow
def test_monai_s_command_segments_as_muscleseg_does(plain_scan, tmp_path):
    bundle = find_bundle("thigh")
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -24], [0, 0, 0, 1]])
    image, _ = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), Geometry((3, 113, 173), affine))
    write_volume(replace(image, array=image.array.astype(np.int16)), tmp_path / "thigh.nii.gz")

    monai_bundle(
        *("run", "--config_file", bundle.folder / "configs" / "inference.json", "--bundle_root", bundle.folder),
        *("--image", tmp_path / "thigh.nii.gz", "--output", tmp_path / "labels.nii.gz"),
    )

    labels, _ = read_labels(tmp_path / "labels.nii.gz")
    expected = segment(read_volume(tmp_path / "thigh.nii.gz"), bundle).labels
    assert labels.array.any()
    assert np.array_equal(labels.array, expected.array)
