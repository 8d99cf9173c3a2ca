"""Headers broken at random: each file is read, or refused in one sentence that names it, and nothing is printed."""

import gzip
import random

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Segment, Volume, read_labels, write_labels
from Testing.fuzzing import at_start, cut, flipped, longer, other_nifti_number, other_word

TIMES = 300


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
def test_a_broken_header_ends_in_an_image_or_in_a_sentence(tmp_path, ending, capfd):
    chance = random.Random(f"seed of {ending}")
    array = (np.arange(280) % 3).astype(np.uint8).reshape(5, 7, 8)
    labels = Volume(array, Geometry((5, 7, 8), np.diag([-2.0, -2.0, 20.0, 1.0])))
    path = tmp_path / f"labels.{ending}"
    write_labels(labels, path, segments=[Segment(1, "one", (1, 2, 3)), Segment(2, "two", (4, 5, 6))])
    whole = gzip.decompress(path.read_bytes()) if ending == "nii.gz" else path.read_bytes()
    length = 352 if "nii" in ending else 500
    words = other_nifti_number if "nii" in ending else at_start(other_word, length)
    breaks = [*2 * [at_start(flipped, length)], cut, longer, words]
    outcomes, sentences = [], []
    for _ in range(TIMES):
        content = whole
        for _ in range(chance.choice((1, 1, 2, 5))):
            content = chance.choice(breaks)(content, chance) or b" "
        path.write_bytes(gzip.compress(content) if ending == "nii.gz" else content)
        try:
            outcomes.append(read_labels(path)[0].array.shape)
        except MuscleSegError as error:  # nothing else may be raised
            sentences.append(str(error))
            outcomes.append(None)
    assert all(str(path) in sentence and "\n" not in sentence for sentence in sentences)
    assert outcomes.count(None) > TIMES // 4
    assert len(set(outcomes) - {None}) == 1
    assert array.shape in outcomes
    assert capfd.readouterr() == ("", "")
