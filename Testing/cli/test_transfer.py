"""``muscleseg evaluate --transfer``, with stand-ins for its networks."""

import pytest

from MuscleSegLib.cli.evaluate_transfer import transfer_rows
from MuscleSegLib.evaluation.study.rows import TransferRow
from MuscleSegLib.report.transfer_curve import HumanLevel, curve, transfer_page
from MuscleSegLib.training import transfer_study
from MuscleSegLib.training.transfer_study import SLICES, SOURCES, Cell, Results
from MuscleSegLib.training.transfer_study.finetuning import Score
from Testing.cli.blocks import rows

SCORES = {
    Cell("synthesis", 5, 0): Score(0.8, 2.0, 10, 0),
    Cell("synthesis", 5, 1): Score(0.6, 4.0, 10, 1),
    Cell("none", 5, 0): Score(0.0, None, 10, 10),
}


def test_rows_hold_means_and_sds_over_folds():
    none, synthesis = transfer_rows(SCORES)

    assert none == TransferRow("none", 5, 1, 0.0, None, None, None, 100.0)
    assert (synthesis.folds, synthesis.missed_percent) == (2, 5.0)
    assert (synthesis.dsc, synthesis.rmsd_mm) == pytest.approx((0.7, 3.0))
    assert (synthesis.dsc_sd, synthesis.rmsd_mm_sd) == pytest.approx((0.02**0.5, 2**0.5))  # n - 1


def test_a_study_is_a_table_a_curve_and_two_pages(muscleseg, tmp_path, monkeypatch):
    designs = []

    def run_study(design, *arguments, **options):
        designs.append((design, options))
        return Results(SCORES, 4, (125,))

    monkeypatch.setattr(transfer_study, "run_study", run_study)
    output = tmp_path / "report"
    ended = muscleseg(
        *("evaluate", "--transfer", "--region", "thigh", "--slices", 10, 5, "--minutes", 2, "--output", output)
    )

    assert ended.code == 0, ended.err
    assert "synthesis, 5 slices: DSC 0.700, 2 folds" in ended.out
    assert (designs[0][0].slices, designs[0][0].sources, designs[0][1]) == ((5, 10), SOURCES, {"seconds": 120.0})
    assert [row["source"] for row in rows(output / "transfer.csv")] == ["none", "synthesis"]
    assert (output / "curve.png").read_bytes().startswith(b"\x89PNG")
    page = (output / "transfer.md").read_text(encoding="utf-8")
    assert "| synthesis | 0.700 ± 0.141 |" in page
    assert "3 of 4 networks are done" in page
    assert "too few annotated slices for 125" in page
    assert (output / "report.html").exists()


def test_raters_give_the_human_level(muscleseg, a_study, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer_study, "run_study", lambda *arguments, **options: Results(SCORES, 3, ()))
    raters = a_study / "manual", a_study / "automatic"

    ended = muscleseg(
        *("evaluate", "--transfer", "--region", "calf", "--raters", *raters, "--output", tmp_path / "report")
    )

    assert ended.code == 0, ended.err
    # Six of twelve muscles have a DSC of 10 / 11, as the blocks of the raters differ by one slice of six.
    assert "the mean DSC is 0.955" in (tmp_path / "report" / "transfer.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("more", [(), ("--region", "thigh-fine")])
def test_a_study_without_a_region_is_refused(muscleseg, tmp_path, more):
    ended = muscleseg("evaluate", "--transfer", *more, "--output", tmp_path / "report")

    assert ended.code != 0
    assert "--region" in ended.err


def test_the_curve_and_the_page_bear_cells_that_are_not_done():
    some = [
        TransferRow("none", 5, 1, 0.1, None, 20.0, None, 50.0),
        TransferRow("jigsaw", 10, 1, 0.2, None, None, None, 0),
    ]

    assert curve(some, HumanLevel(0.9, 1.5, 3)).startswith(b"\x89PNG")
    assert "| none | 0.100 | - |" in transfer_page(some, "Title", ["Note."])


def test_the_options_are_those_of_the_study():
    from MuscleSegLib.cli import evaluate_transfer

    assert (evaluate_transfer._SOURCES, evaluate_transfer._SLICES) == (SOURCES, SLICES)
