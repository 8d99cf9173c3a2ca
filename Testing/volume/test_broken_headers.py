"""Headers broken at random: each file is read, or refused in one sentence that names it, and nothing is printed."""

import gzip
import random
import struct

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Segment, Volume, read_labels, write_labels

TIMES = 300
WORDS = [b"nan", b"inf", b"-1", b"0", b"1e30", b"1e-30", b"9" * 20, b"", b"none", b"LIST", b"%d", b"\xff\xfe", b"(1,2)"]
NUMBERS = [0.0, -1.0, float("nan"), float("inf"), 1e30, 1e-30, 3.5]
NIFTI_FLOATS = [*range(76, 108, 4), 108, 112, 116, *range(256, 328, 4)]


def flipped(content: bytearray, chance: random.Random, length: int) -> bytearray:
    content[chance.randrange(min(len(content), length))] ^= 1 << chance.randrange(8)
    return content


def cut(content: bytearray, chance: random.Random, length: int) -> bytearray:
    return content[: chance.randrange(1, len(content) + 1)]


def longer(content: bytearray, chance: random.Random, length: int) -> bytearray:
    return content + bytes(chance.randrange(3000))


def other_number(content: bytearray, chance: random.Random, length: int) -> bytearray:
    if len(content) > length:
        struct.pack_into("<f", content, chance.choice(NIFTI_FLOATS), chance.choice(NUMBERS))
    return content


def other_word(content: bytearray, chance: random.Random, length: int) -> bytearray:
    lines = bytes(content[:length]).split(b"\n")
    line = chance.randrange(len(lines))
    words = lines[line].split(b" ")
    words[chance.randrange(len(words))] = chance.choice(WORDS)
    lines[line : line + 1] = [] if chance.random() < 0.3 else [b" ".join(words)]
    return bytearray(b"\n".join(lines)) + content[length:]


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
def test_a_broken_header_ends_in_an_image_or_in_a_sentence(tmp_path, ending, capfd):
    chance = random.Random(f"seed of {ending}")
    array = (np.arange(280) % 3).astype(np.uint8).reshape(5, 7, 8)
    labels = Volume(array, Geometry((5, 7, 8), np.diag([-2.0, -2.0, 20.0, 1.0])))
    path = tmp_path / f"labels.{ending}"
    write_labels(labels, path, segments=[Segment(1, "one", (1, 2, 3)), Segment(2, "two", (4, 5, 6))])
    whole = gzip.decompress(path.read_bytes()) if ending == "nii.gz" else path.read_bytes()
    breaks = [flipped, flipped, cut, longer, other_number if "nii" in ending else other_word]
    outcomes, sentences = [], []
    for _ in range(TIMES):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 5))):
            content = chance.choice(breaks)(content, chance, 352 if "nii" in ending else 500)
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
