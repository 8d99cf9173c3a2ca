"""Where a label map says that it comes from: whole, or unknown, and never half a name."""

import nibabel
import numpy as np
import pytest

from MuscleSegLib.report import provenance_of
from MuscleSegLib.volume import Geometry, LabelOrigin, Segment, Volume, origin_of, read_labels, write_labels

LONG = "thigh-attention-res-vnet-cascade-trained-on-T1-and-Dixon-of-nine-hospitals"
LABELS = Volume(np.ones((2, 3, 4), np.uint8), Geometry((2, 3, 4), np.eye(4)))


def written(path, description):
    write_labels(LABELS, path, segments=[Segment(1, "adductor", (1, 2, 3))], description=description)
    return read_labels(path)[0].description


def network_in_provenance(description):
    labels = Volume(LABELS.array, LABELS.geometry, description=description)
    origins = {
        origin.item: origin.value for origin in provenance_of({}, labels, patient="", options={}, corrected=None)
    }
    return origins["network"], origins["network's device"]


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
@pytest.mark.parametrize(
    ("origin", "network"),
    [
        (LabelOrigin("thigh", "thigh-unet2d-small 1.2", "cuda:0"), ("thigh-unet2d-small 1.2", "cuda:0")),
        (LabelOrigin("thigh", "x" * 50 + " 1.2", "cuda:10"), ("x" * 50 + " 1.2", "unknown")),
        (LabelOrigin("thigh", f"{LONG} 1.2", "cpu"), ("unknown", "unknown")),
        (LabelOrigin("calf", "Netz für Waden " * 6 + "2.0", "cpu"), ("unknown", "unknown")),
    ],
)
def test_nifti_keeps_a_network_s_whole_name_or_none(tmp_path, ending, origin, network):
    description = written(tmp_path / f"labels.{ending}", str(origin))

    stored = bytes(nibabel.load(tmp_path / f"labels.{ending}").header["descrip"]).rstrip(b"\0")
    assert len(stored) <= 79
    assert origin_of(description).region == origin.region
    assert network_in_provenance(description) == network


@pytest.mark.parametrize("ending", ["nrrd", "mha", "seg.nrrd"])
def test_other_formats_keep_all_of_a_long_one(tmp_path, ending):
    origin = LabelOrigin("thigh", f"{LONG} 1.2", "cuda:0")

    assert origin_of(written(tmp_path / f"labels.{ending}", str(origin))) == origin


@pytest.mark.parametrize("length", range(40, 70))
def test_what_earlier_versions_cut_at_79_bytes_never_gives_another_name(length):
    name = ("model on T1 and on Dixon of many people, in nine hospitals of the country "[:length]).strip()
    whole = f"MuscleSeg thigh {name} 1.25 on cuda:12"

    network, device = network_in_provenance(whole[:79])

    assert network in (f"{name} 1.25", "unknown")
    assert device in ("cuda:12", "cuda:1", "cuda", "unknown")


@pytest.mark.parametrize(
    ("sentence", "network", "device"),
    [
        ("MuscleSeg thigh thigh-unet 1.0 on cpu", "thigh-unet 1.0", "cpu"),
        ("MuscleSeg calf trained on T1 1.0 on cuda:0", "trained on T1 1.0", "cuda:0"),
        ("MuscleSeg calf trained on T1 1.0", "trained on T1 1.0", "unknown"),
        ("MuscleSeg thigh truth", "unknown", "unknown"),
        ("made by hand", "unknown", "unknown"),
    ],
)
def test_sentences_of_all_versions_are_read(sentence, network, device):
    assert network_in_provenance(sentence) == (network, device)


@pytest.mark.parametrize("ending", ["nii", "seg.nrrd"])
def test_a_file_and_the_provenance_tell_how_many_images_were_segmented_together(tmp_path, ending):
    description = written(tmp_path / f"labels.{ending}", str(LabelOrigin("thigh", "thigh-unet 1.2", "cuda:0", 2)))

    labels = Volume(LABELS.array, LABELS.geometry, description=description)
    origins = provenance_of({}, labels, patient="", options={}, corrected=None)
    assert [origin.value for origin in origins if origin.item == "images segmented together"] == ["2"]
    assert network_in_provenance(description) == ("thigh-unet 1.2", "cuda:0")


@pytest.mark.parametrize("length", range(20, 70, 5))
def test_where_there_is_no_room_the_number_of_images_goes_before_the_network(tmp_path, length):
    origin = LabelOrigin("thigh", "x" * length + " 1.2", "cpu", 2)

    description = written(tmp_path / "labels.nii", str(origin))

    assert network_in_provenance(description)[0] in (origin.network, "unknown")
    assert "images" not in description or description == str(origin)


def test_another_description_is_cut_at_a_whole_character(tmp_path):
    assert written(tmp_path / "a.nii", "ä" * 60) == "ä" * 39
