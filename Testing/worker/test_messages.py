import json
from pathlib import Path

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.worker import AdaptJob, ConcludeJob, CostJob, PropagateJob, RegionJob, SegmentJob
from MuscleSegLib.worker.messages import (
    Alive,
    Cancel,
    Failed,
    Finished,
    Progressed,
    Ready,
    Request,
    Started,
    Stopped,
    decode_answer,
    decode_request,
    encode,
)


@pytest.mark.parametrize(
    "sent",
    [
        Request("3", SegmentJob(Path("a b.nrrd"), "calf", Path("größe.nii.gz"), "a-network", "cuda", 2)),
        Request("4", SegmentJob(Path("a"), "thigh", Path("b.nii.gz"))),
        Request("4", SegmentJob(Path("a"), "thigh", Path("b.nii.gz"), companions=(Path("ü.nii"), Path("c d.nii")))),
        Request("4", PropagateJob(Path("l.nii"), Path("a"), Path("b.nii"), {})),
        Request(
            "4", PropagateJob(Path("l"), Path("a"), Path("ö.nii"), {3: (0, 7), 255: ()}, "calf", "net", (Path("c"),))
        ),
        Request("4", PropagateJob(Path("l"), Path("a"), Path("b.nii"), {103: (2,)}, beyond=2, device="cpu")),
        Request("5", CostJob("thigh", "unet2d-small")),
        Request("6", RegionJob(Path("a"))),
        Request("7", AdaptJob("calf", Path("für jede"), "ours")),
        Request("7", AdaptJob("thigh", Path("a b"), "ours", "thigh-unet3d", 2.5, installs=True)),
        Request("8", ConcludeJob("ours", is_used=True)),
        Cancel("3"),
    ],
)
def test_requests_arrive_as_they_were_sent(sent):
    line = encode(sent)

    assert decode_request(line) == sent
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


@pytest.mark.parametrize(
    "answer",
    [
        Ready(7, has_gpu=False),
        Alive(),
        Started("3"),
        Progressed("3", 0.5, "segmenting"),
        Finished("3", {"sides": ["right"], "seconds": {"load": 0.1}}),
        Failed("3", "The scan is blank.", "line 1\nline 2"),
        Stopped("3"),
    ],
)
def test_answers_arrive_as_they_were_sent(answer):
    line = encode(answer)

    assert decode_answer(line) == answer
    assert line.count(b"\n") == 1


TEXT = _("{path} is damaged ({why}).").format(path="größe.nii", why=_("{count} bytes are missing").format(count=3))


def test_a_text_arrives_with_its_template_and_values():
    failed = decode_answer(encode(Failed("3", TEXT)))
    finished = decode_answer(encode(Finished("3", {"notes": [TEXT, "plain"]})))

    for text in (failed.message, finished.values["notes"][0]):
        assert text == "größe.nii is damaged (3 bytes are missing)."
        assert (text.template, text.context) == (TEXT.template, TEXT.context)
        assert text.values["why"].template == "{count} bytes are missing"
    assert finished.values["notes"][1] == "plain"


@pytest.mark.parametrize(
    "text",
    [
        {"text": "a", "template": "a", "values": {}},
        {"text": "a", "template": "a", "context": "b", "values": []},
        {"text": "a", "template": "a", "context": "b", "values": {"c": 3}},
        {"text": "a", "template": 3, "context": "b", "values": {}},
    ],
)
def test_a_text_that_is_none_is_refused(text):
    line = json.dumps({"type": "error", "id": "3", "message": text}).encode()

    with pytest.raises(MuscleSegError, match="'message'"):
        decode_answer(line)


def test_the_words_are_those_that_the_documentation_names():
    line = b'{"id": "3", "job": "segment", "image": "a.nrrd", "region": "thigh", "output": "b.nrrd"}\n'

    assert decode_request(line) == Request(
        "3", SegmentJob(Path("a.nrrd"), "thigh", Path("b.nrrd"), None, "auto", "auto")
    )


def test_a_segmentation_may_be_of_several_images_by_the_word_that_the_documentation_names():
    line = b'{"id": "3", "job": "segment", "image": "w", "companions": ["f"], "region": "thigh", "output": "b.nrrd"}\n'

    assert decode_request(line).job.companions == (Path("f"),)


def test_a_segmentation_may_be_of_whatever_region_the_image_shows():
    line = b'{"id": "3", "job": "segment", "image": "a.nrrd", "region": "auto", "output": "b.nrrd"}\n'

    assert decode_request(line) == Request("3", SegmentJob(Path("a.nrrd"), "auto", Path("b.nrrd"), None))


def test_given_slices_are_named_by_the_words_that_the_documentation_names():
    line = b'{"id": "3", "job": "propagate", "labels": "l", "image": "a", "output": "b", "given": {"3": [4, 8]}}\n'

    assert decode_request(line) == Request("3", PropagateJob(Path("l"), Path("a"), Path("b"), {3: (4, 8)}))


PROPAGATE = b'{"id": "1", "job": "propagate", "labels": "l", "image": "a", "output": "b", "given": {"3": [4]}}'
SEGMENT = b'{"id": "1", "job": "segment", "image": "a", "region": "calf", "output": "b", "companions": []}'


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"hello", "no request"),
        (b"7", "no request"),
        (b'{"id": "1", "job": "dance"}', "no job 'dance'"),
        (b'{"id": "1"}', "no job None"),
        (b'{"job": "cost", "region": "calf"}', "needs an id"),
        (b'{"id": "1", "job": "cost", "network": "a"}', "'region'"),
        (b'{"id": "1", "job": "cost", "region": "calf"}', "'network'"),
        (b'{"id": "1", "job": "cost", "region": "arm", "network": "a"}', "'region'"),
        (b'{"id": "1", "job": "cost", "region": "auto", "network": "a"}', "'region'"),
        (b'{"id": "1", "job": "segment", "image": "a", "region": "lower-limb", "output": "b"}', "'region'"),
        (b'{"id": "1", "job": "cost", "region": "calf", "network": "a", "colour": 1}', "'colour'"),
        (b'{"id": "1", "job": "find_region", "image": ""}', "'image'"),
        (b'{"id": "1", "job": "segment", "image": "a", "region": "calf", "output": "b", "legs": true}', "'legs'"),
        (b'{"id": "1", "job": "segment", "image": "a", "region": "calf", "output": "b", "legs": 3}', "'legs'"),
        (b'{"id": "1", "job": "segment", "image": "a", "region": "calf", "output": "b", "device": "tpu"}', "'device'"),
        *(
            (SEGMENT.replace(b"]", wrong + b"]"), "'companions'")
            for wrong in (b'""', b"3", b"null", b'["b"]', b'"b", {}')
        ),
        (SEGMENT.replace(b"[]", b'"b"'), "'companions'"),
        (SEGMENT.replace(b"[]", b"null"), "'companions'"),
        *(
            (PROPAGATE.replace(b'{"3": [4]}', wrong), "'given'")
            for wrong in (
                *(b"[4]", b"null", b'"3"', b'{"3": 4}', b'{"3": "4"}', b'{"3": [true]}', b'{"3": [4.5]}'),
                *(b'{"0": [4]}', b'{"256": [4]}', b'{"03": [4]}', b'{"-3": [4]}', b'{"three": [4]}', b'{"3 ": [4]}'),
            )
        ),
        (PROPAGATE.replace(b"given", b"drawn"), "'drawn'"),
        (PROPAGATE.replace(b'"b"', b'"b", "beyond": 1.5'), "'beyond'"),
        (PROPAGATE.replace(b'"b"', b'"b", "region": "auto"'), "'region'"),
        (PROPAGATE.replace(b'"b"', b'"b", "network": ""'), "'network'"),
        (b'{"cancel": 3}', "'id'"),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence_that_names_what_is_wrong(line, sentence):
    with pytest.raises(MuscleSegError, match=sentence):
        decode_request(line)


@pytest.mark.parametrize("line", [b"two\nlines", b'{"id": "5"}\n{"id": "6"}', b"a\r\n\x0b\x1cb\n"])
def test_what_is_no_request_is_shown_in_one_line(line):
    with pytest.raises(MuscleSegError, match="no request") as refused:
        decode_request(line)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("line", [b"noise", b"[]", b'{"type": 3}', b'{"type": "unheard of"}', b'{"id": "1"}'])
def test_a_line_that_is_no_answer_is_none(line):
    assert decode_answer(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "ready", "pid": "7", "has_gpu": true}',
        b'{"type": "progress", "id": "1", "fraction": NaN, "message": ""}',
        b'{"type": "started"}',
    ],
)
def test_a_wrong_answer_is_refused(line):
    with pytest.raises(MuscleSegError, match="update MuscleSeg"):
        decode_answer(line)
