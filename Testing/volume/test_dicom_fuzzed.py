"""Hundreds of damaged series: each is read whole or refused in one sentence, and no slice is lost."""

import random
import shutil

import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_dicom
from Testing.fuzzing import cut, flipped, lengthened, repeated, zeroed

TRIES = 40
SHAPE = (4, 12, 10)


@pytest.fixture(scope="module", params=["explicit", "implicit", "deflated", "run lengths"])
def whole(request, tmp_path_factory):
    """A series in one of four transfer syntaxes."""
    voxels = np.random.default_rng(1).integers(0, 1000, SHAPE).astype(np.int16)
    affine = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])
    folder = tmp_path_factory.mktemp("whole")
    volume = Volume(voxels, Geometry(SHAPE, affine), description="T1")
    write_dicom(volume, folder, identity="fuzz", patient="P", thickness_mm=5)
    for path in folder.iterdir():
        dataset = pydicom.dcmread(path)
        if request.param == "run lengths":
            dataset.compress(RLELossless)
        elif request.param == "deflated":
            dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        elif request.param == "implicit":
            dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
            dataset.save_as(path, implicit_vr=True, little_endian=True)
            continue
        dataset.save_as(path)
    return folder, volume.geometry


@pytest.mark.parametrize("change", [cut, flipped, zeroed, lengthened, repeated], ids=lambda change: change.__name__)
@pytest.mark.slow
def test_a_series_with_a_damaged_file_is_read_whole_or_refused(whole, tmp_path, change):
    source, geometry = whole
    folder = tmp_path / "scan"
    shutil.copytree(source, folder)
    paths = sorted(folder.iterdir())
    chance = random.Random(f"{change.__name__} {source.name}")
    refusals = []
    for _ in range(TRIES):
        path = chance.choice(paths)
        content = path.read_bytes()
        path.write_bytes(change(content, chance))
        try:
            volume = read_volume(folder)
        except MuscleSegError as error:
            refusals.append(str(error))
        else:
            assert volume.array.shape == SHAPE
            assert volume.geometry.is_close(geometry)
        path.write_bytes(content)
    assert not [sentence for sentence in refusals if "\n" in sentence]
