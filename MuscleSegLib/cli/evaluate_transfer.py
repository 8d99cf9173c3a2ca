"""``muscleseg evaluate --transfer``: what pre-training is worth, by the number of annotated slices."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.cli.numeric import int_at_least, positive
from MuscleSegLib.cli.paths import made_folder
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.case_jobs import Outcome
from MuscleSegLib.evaluation.study.rows import TransferRow
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress
from MuscleSegLib.report.study import Table
from MuscleSegLib.report.study_page import PageSection, images_section, table_section
from MuscleSegLib.report.transfer_curve import CURVE, PAGE, HumanLevel, curve, transfer_page

if TYPE_CHECKING:
    from MuscleSegLib.training.transfer_study import Cell, Results
    from MuscleSegLib.training.transfer_study.finetuning import Score

# those of ``transfer_study.Design``, whose package imports torch: every command would wait for it
_SOURCES = ("none", "classification", "natural-segmentation", "reconstruction", "jigsaw", "synthesis")
_SLICES = (5, 10, 25, 50, 75, 100, 125)


def add_transfer(parser: argparse.ArgumentParser) -> None:
    """Add the options of a transfer study."""
    group = parser.add_argument_group("transfer study", "with --transfer; a killed one goes on with the same command")
    group.add_argument("--transfer", action="store_true", help="fine-tune one network after each of six source tasks")
    group.add_argument("--sources", nargs="+", choices=_SOURCES, default=list(_SOURCES), help="default: all")
    group.add_argument("--slices", metavar="N", nargs="+", type=int_at_least(1), default=list(_SLICES))
    group.add_argument("--folds", metavar="N", type=int_at_least(2), default=4, help="over people (default 4)")
    group.add_argument("--cases", metavar="DIR", type=Path, help="real scans with labels, instead of digital people")
    group.add_argument("--steps", metavar="N", type=int_at_least(1), help="of each fine-tuning")
    group.add_argument("--source-steps", metavar="N", type=int_at_least(1), help="of each pre-training")
    group.add_argument("--people", metavar="N", type=int_at_least(2), help="digital people with annotated slices")
    group.add_argument("--minutes", metavar="N", type=positive, help="time after which nothing further is begun")


def evaluate_transfer(
    options: argparse.Namespace, raters: Sequence[Outcome], progress: Progress
) -> tuple[str, tuple[list[Table], list[PageSection]]]:
    """Run a transfer study or go on with it, write its curve and its page, and return title, tables and sections.

    Raises:
        MuscleSegError: An option is missing or impossible, or nothing is done yet.
    """
    if options.region not in {region.name for region in REGIONS}:
        raise MuscleSegError("A transfer study is of one region: give --region thigh or --region calf.")
    from MuscleSegLib.training.transfer_study import Design, run_study

    given = {name: getattr(options, name) for name in ("steps", "source_steps", "people") if getattr(options, name)}
    design = Design(
        region=options.region,
        sources=tuple(dict.fromkeys(options.sources)),
        slices=tuple(sorted(set(options.slices))),
        folds=options.folds,
        cases=options.cases.resolve() if options.cases else None,
        scheme=options.scheme,
        **given,
    )
    cells, cache = made_folder(options.output / "cells"), made_folder(options.cache or options.output / "cache")
    seconds = None if options.minutes is None else 60 * options.minutes
    results = run_study(design, cells, cache, progress, seconds=seconds)
    rows = transfer_rows(results.scores)
    if not rows:
        raise MuscleSegError("No network of the study is done yet: give more --minutes; what was begun goes on.")
    title, human = f"What pre-training is worth, {options.region}", human_level(raters)
    drawn, notes = curve(rows, human), _notes(results, human)
    with written_whole(options.output / CURVE) as temporary:
        temporary.write_bytes(drawn)
    with written_whole(options.output / PAGE) as temporary:
        temporary.write_text(transfer_page(rows, title, notes), encoding="utf-8")
    sections = [images_section("Curve", {"SD over folds as bars": drawn}, " ".join(notes))]
    return title, ([Table("transfer", TransferRow, rows)], [*sections, table_section("Table", TransferRow, rows)])


def transfer_rows(scores: "Mapping[Cell, Score]") -> list[TransferRow]:
    """Return a row for each source and number of slices, with means and SDs over the folds that are done."""
    groups: dict[tuple[str, int], list[Score]] = {}
    for cell, score in scores.items():
        groups.setdefault((cell.source, cell.slices), []).append(score)
    order = sorted(groups, key=lambda group: (_SOURCES.index(group[0]), group[1]))
    return [_row(*group, groups[group]) for group in order]


def _row(source: str, slices: int, scores: "Sequence[Score]") -> TransferRow:
    overlap = [score.dsc for score in scores]
    surface = [score.rmsd_mm for score in scores if score.rmsd_mm is not None]
    return TransferRow(
        source,
        slices,
        len(scores),
        mean(overlap),
        stdev(overlap) if len(overlap) > 1 else None,
        mean(surface) if surface else None,
        stdev(surface) if len(surface) > 1 else None,
        100 * sum(score.missed for score in scores) / sum(score.muscles for score in scores),
    )


def human_level(raters: Sequence[Outcome]) -> HumanLevel | None:
    """Return the agreement of raters with one another; None where there is no comparison of any."""
    cases = [outcome.case for outcome in raters if outcome.case]
    overlap = [row.dsc for case in cases for row in case.rows if row.dsc is not None]
    surface = [row.rmsd_mm for case in cases for row in case.rows if row.rmsd_mm is not None]
    return HumanLevel(mean(overlap), mean(surface) if surface else None, len(cases)) if overlap else None


def _notes(results: "Results", human: HumanLevel | None) -> list[str]:
    """Return what a reader of the curve has to know."""
    notes = [
        f"{len(results.scores)} of {results.cells} networks are done. Mean ± SD over folds; a muscle that a network "
        "does not see has a DSC of 0 and no distance."
    ]
    if results.omitted:
        notes.append(f"There are too few annotated slices for {', '.join(map(str, results.omitted))} in some folds.")
    if human:
        notes.append(f"Between raters, in {human.cases} comparisons, the mean DSC is {human.dsc:.3f}.")
    return notes
