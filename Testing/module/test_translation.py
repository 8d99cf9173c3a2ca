"""What the library says is shown in the user's language: here one that is English in capitals."""

import re

import numpy as np
import pytest

from MuscleSegLib.translatable import _, joined
from MuscleSegLib.worker import SegmentJob
from Testing.module.conftest import MODULE, Work


def in_capitals(text):
    """Return a text in capitals, with its fields, and those of Qt, as they are."""
    return re.sub(r"\{[^{}]*\}|%p|[^{}%]+|%", lambda part: part[0] if part[0][0] in "{%" else part[0].upper(), text)


@pytest.fixture
def work(host, monkeypatch):
    """A person at the opened panel, whose Slicer is translated."""
    import slicer

    monkeypatch.setattr(type(slicer.app), "translate", lambda _app, _context, text: in_capitals(text))
    return Work(host, host.load(MODULE))


@pytest.fixture
def translated(work):
    from MuscleSegPanel.translation import translated

    return translated


def damaged(path, why):
    from MuscleSegLib.volume.integrity import damaged

    return damaged(path, why).message


class Client:
    """Takes jobs, and does none."""

    def __init__(self):
        self.jobs = []

    def submit(self, job, handlers):
        self.jobs.append((job, handlers))
        return str(len(self.jobs))

    def stop(self):
        pass

    @property
    def handlers(self):
        return next(handlers for job, handlers in self.jobs if isinstance(job, SegmentJob))


@pytest.fixture
def segmenting(at_desk, monkeypatch):
    """A panel that segments, in the hands of the test."""
    client = Client()
    monkeypatch.setattr(at_desk.panel.jobs, "_client", client)
    at_desk.panel.segment()
    return client.handlers


def test_a_job_that_fails_says_so_with_its_own_path_and_number(at_desk, segmenting, message):
    segmenting.failed(damaged("scans/Scan 12.nii", _("image {number} is missing").format(number=7)))

    sentence = "scans/Scan 12.nii IS DAMAGED OR INCOMPLETE (IMAGE 7 IS MISSING): COPY OR EXPORT IT AGAIN."
    assert message(at_desk.ui.segmentMessage) == sentence


def test_progress_is_told_with_its_words(at_desk, segmenting):
    segmenting.progress(0.4, _("segmenting the {side} leg").format(side=_("left")))

    assert at_desk.ui.progressBar.format == "SEGMENTING THE LEFT LEG · %p %"


def test_a_warning_is_shown_where_the_muscle_is_listed_and_measured(at_desk):
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    t2 = volume_of(at_desk.scans["t2"])
    lower_half = t2.array.astype(np.float32)
    lower_half[: len(lower_half) // 2] = np.nan
    at_desk.ui.t2Selector.setCurrentNode(add_volume(type(t2)(lower_half, t2.geometry), "t2 of half"))
    at_desk.host.work()

    warnings = at_desk.warnings()
    coverage = at_desk.table()["GRACILIS"][4]
    remarks = {at_desk.ui.musclesTable.item(row, 3).toolTip() for row in range(at_desk.ui.musclesTable.rowCount)}
    sentences = rf"THE T2 MAP COVERS {coverage} % OF IT\. \d+ VOXELS OF THE T2 MAP EXCLUDED: NO"
    assert re.search(sentences, warnings["GRACILIS"])
    assert all(re.sub("TAKEN AS (percent|ms) ", "", text).isupper() for text in warnings.values())  # units are no words
    assert remarks == set(warnings.values())


def test_muscles_are_translated_in_the_panel_and_not_in_the_scene(at_desk):
    from MuscleSegLib.scene.segmentations import segments_by_value

    at_desk.ui.musclesTable.setCurrentCell(0, 1)
    at_desk.host.work()

    segments = at_desk.parameters.segmentation.GetSegmentation()
    identity = segments_by_value(at_desk.parameters.segmentation)[3]
    assert segments.GetSegment(identity).GetName() == "Gracilis"
    assert "GRACILIS" in at_desk.table()
    assert at_desk.ui.correctLabel.text == at_desk.ui.musclesTable.item(0, 1).text()
    assert at_desk.ui.correctLabel.text.isupper()


def test_files_keep_the_english_names(at_desk, tmp_path):
    measuring = at_desk.panel.review.measuring
    from MuscleSegPanel.exports import export_table

    for _step in export_table(tmp_path / "table.csv", measuring.inputs, measuring.table, measuring.labels()):
        pass

    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "gracilis" in text
    assert "GRACILIS" not in text


def test_what_is_to_be_known_of_a_network_is_shown_as_its_bundle_has_it(at_desk):
    tip = at_desk.ui.networkTable.item(0, 0).toolTip()

    assert "ACCURACY: mean DSC on real scans 0.8" in tip
    assert "Labels to learn from were published outputs" in at_desk.ui.networkNote.text


def test_a_plain_text_is_shown_as_it_is(translated):
    assert translated("Somebody said {this} of 50 %, and 100 %s.") == "Somebody said {this} of 50 %, and 100 %s."
    assert translated("") == ""


def test_braces_and_percent_signs_of_a_name_stay(translated):
    sentence = translated(_("{name} has no voxels.").format(name="T2 {ms} 100 %d"))

    assert sentence == "T2 {ms} 100 %d HAS NO VOXELS."


def test_each_of_several_sentences_is_translated_and_a_strange_one_between_them_stays(translated):
    covers = _("The {map} map covers {percent} % of it.")
    sentences = [covers.format(map="FF", percent=47), "Who knows this?", covers.format(map="MTR", percent=8)]

    assert translated(joined(" ", sentences)) == (
        "THE FF MAP COVERS 47 % OF IT. Who knows this? THE MTR MAP COVERS 8 % OF IT."
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "{path existiert nicht ({why}).",
        "{Pfad} existiert nicht ({why}).",
        "{path} existiert nicht.",
        "{path.parent} existiert nicht ({why}).",
        "{path!q} existiert nicht ({why}).",
        "{path:9.1f} existiert nicht ({why}).",
        "{} existiert nicht ({why}).",
    ],
)
def test_a_translation_that_lost_a_field_is_not_used_and_its_values_are(host, monkeypatch, wrong):
    import slicer

    table = {"{path} does not exist ({why}).": wrong, "gone": "weg"}
    monkeypatch.setattr(type(slicer.app), "translate", lambda _app, _context, text: table.get(text, text))
    host.load(MODULE)
    from MuscleSegPanel.translation import translated

    assert translated(_("{path} does not exist ({why}).").format(path="a", why=_("gone"))) == "a does not exist (weg)."


@pytest.mark.slow
def test_a_sentence_of_the_worker_arrives_translated_with_the_names_in_it(work, message):
    from MuscleSegLib.scene.volumes import add_volume
    from MuscleSegLib.volume import Geometry, Volume

    blank = Volume(np.zeros((4, 60, 60), np.int16), Geometry((4, 60, 60), np.diag([2.0, 2.0, 8.0, 1.0])))
    work.ui.scanSelector.setCurrentNode(add_volume(blank, "Scan {12}"))
    work.host.click(work.ui.thighButton)

    work.segment()

    assert message(work.ui.segmentMessage) == (
        "Scan {12} IS BLANK (EVERY VOXEL IS 0): GIVE AN IMAGE THAT SHOWS MUSCLES."
    )
