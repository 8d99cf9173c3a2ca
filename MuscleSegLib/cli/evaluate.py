"""Compare segmentations with references, raters with one another, networks on digital people, or two visits.

    muscleseg evaluate --reference manual --prediction automatic --maps maps --output report
    muscleseg evaluate --networks all --phantoms 20 --region thigh --output report
    muscleseg evaluate --raters first second --output report
    muscleseg evaluate --transfer --region thigh --output transfer
    muscleseg evaluate --visits visit1.json visit2.json --repeats test.json retest.json --output report

Label maps are matched by name: NAME.nii.gz, NAME_labels.nii.gz or NAME/labels.nii.gz (or another ending of a label map)
in each folder. Maps are NAME_ff.nii.gz (mtr, t2) or NAME/ff.nii.gz, in --maps, or else beside the (first) reference. A
visit or a repeat is a .json or .csv file that muscleseg measure wrote, or a folder with labels and maps.

The output folder then holds each table as CSV, all of them in report.xlsx, and report.html, a page with the figures.
What is done is kept in its folder "cases": the same command goes on where it was stopped. A case that fails is listed
with its reason, and the others go on.
"""

import argparse
import dataclasses
import itertools
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.anatomy import FINE_REGIONS, REGIONS, SCHEMES
from MuscleSegLib.child_processes import usable_cores
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.evaluate_networks import evaluate_networks
from MuscleSegLib.cli.evaluate_transfer import add_transfer, evaluate_transfer
from MuscleSegLib.cli.evaluate_visits import evaluate_visits
from MuscleSegLib.cli.evaluate_words import sentences_of
from MuscleSegLib.cli.numeric import float_where, int_at_least
from MuscleSegLib.cli.paths import made_folder, readable
from MuscleSegLib.cli.unit_options import add_units, stated_units
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study import MUCH_FAT_PERCENT
from MuscleSegLib.evaluation.study.case_jobs import CaseJob, Outcome, run_jobs
from MuscleSegLib.evaluation.study.label_files import LabelMeaning, label_files, map_files, require_maps, unmatched
from MuscleSegLib.evaluation.study.pairs import Pair, compare_files
from MuscleSegLib.evaluation.study.raters import inter_rater_rows, ratings_of, repeatability_of_raters
from MuscleSegLib.evaluation.study.tables import by_method
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference.cost.processor import processor_name
from MuscleSegLib.progress import Progress
from MuscleSegLib.report.study import PAGE, StudyReport, Table, write_study
from MuscleSegLib.report.study_page import PageSection
from MuscleSegLib.report.study_parts import comparison_parts, rater_parts, repeatability_parts, visit_parts

HELP = "compare segmentations, raters, networks or visits"
EXAMPLE = "muscleseg evaluate --reference manual --prediction automatic --maps maps --region thigh --output report"

MODES = ("reference", "networks", "raters", "transfer", "visits", "repeats")
_FINE = tuple(fine.name for fine in FINE_REGIONS if fine.region)
_NOT_TOLD = ("run", "prog", "debug", "json", "processes", "cache")
Parts = tuple[list[Table], list[PageSection]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--reference", metavar="DIR", type=Path, help="label maps to compare with, with --prediction")
    parser.add_argument("--prediction", metavar="DIR", type=Path, help="label maps to be judged")
    parser.add_argument("--maps", metavar="DIR", type=Path, help="FF, MTR and T2 maps of the same cases")
    add_units(parser)
    parser.add_argument("--raters", metavar="DIR", type=Path, nargs="+", help="label maps of the same cases by each")
    parser.add_argument("--networks", metavar="NAME", nargs="+", help="all, or names or folders of networks")
    parser.add_argument("--phantoms", metavar="N", type=int_at_least(1), default=20, help="digital people (default 20)")
    parser.add_argument("--visits", metavar="MEASURED", type=Path, nargs=2, help="two measurements of one person")
    parser.add_argument(
        "--repeats",
        metavar="MEASURED",
        type=Path,
        nargs="+",
        action="append",
        help="measurements of one person between which nothing changed; once for each person",
    )
    parser.add_argument("--repeatability", metavar="CSV", type=Path, help="of an earlier evaluation, for --visits")
    add_transfer(parser)
    parser.add_argument("--region", choices=[*(region.name for region in REGIONS), *_FINE])
    parser.add_argument("--scheme", choices=[scheme.name for scheme in SCHEMES], help="of another tool's labels")
    parser.add_argument(
        "--fat-threshold",
        metavar="PERCENT",
        type=float_where(lambda percent: 0 < percent < 100, "between 0 and 100"),
        default=MUCH_FAT_PERCENT,
        help="FF above which a muscle has much fat (default 20)",
    )
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help="for scans of digital people (default: in the output)"
    )
    parser.add_argument(
        "--processes", metavar="N", type=int_at_least(1), default=usable_cores(), help="default: one a core"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="made if needed")
    parser.add_argument("--json", action="store_true", help="print the main table as JSON")


def run(options: argparse.Namespace) -> None:
    """Evaluate."""
    mode = _mode(options)
    folder = made_folder(options.output)
    require_writable(folder / PAGE)
    meaning = LabelMeaning(options.scheme, options.region, tuple(stated_units(options).items()))
    with progress_bar() as progress:
        try:
            title, (tables, sections) = _RUN[mode](options, meaning, progress)
        except KeyboardInterrupt as error:
            message = "stopped; there is no new report. The same command goes on with the cases that are not done."
            raise MuscleSegError(message) from error
        facts = {"command": _command(options), "processor": f"{processor_name()}, {os.cpu_count()} cores"}
        report = StudyReport(title, facts, tables, sections)
        written = write_study(report, folder)
    main = tables[0]
    if options.json:
        answer = {"output": str(folder), "files": [path.name for path in written]}
        wanted = [main, *(table for table in tables if table.name == "cases")]
        shown_tables = {table.name: [dataclasses.asdict(row) for row in table.rows] for table in wanted}
        print(json.dumps(answer | shown_tables, indent=2, allow_nan=False))
    else:
        print("\n".join([*sentences_of(main), f"The report is {folder / PAGE}"]))


def _mode(options: argparse.Namespace) -> str:
    given = [name for name in MODES if getattr(options, name)]
    if options.prediction and "reference" not in given:
        given.append("prediction")
    if given in (["visits", "repeats"], ["visits"], ["repeats"], ["networks"], ["raters"], ["transfer"]):
        mode = given[0]
    elif given == ["raters", "transfer"]:
        mode = "transfer"
    elif given == ["reference"] and options.prediction:
        mode = "reference"
    else:
        message = (
            "Give one of: --reference with --prediction, --raters, --networks, --transfer, or --visits and --repeats."
        )
        raise MuscleSegError(message)
    if mode == "networks" and options.region not in {region.name for region in REGIONS}:
        message = "Networks are evaluated on digital people of one region: give --region thigh or --region calf."
        raise MuscleSegError(message)
    both = [options.reference, options.prediction] if mode == "reference" else []
    compared = {"raters": [options.raters or []], "visits": [options.visits or []], "repeats": options.repeats or []}
    for name, groups in {**compared, "reference": [both]}.items():
        if name in given and any(len({path.resolve() for path in group}) < max(2, len(group)) for group in groups):
            raise MuscleSegError(f"Nothing can be compared with itself: give two different ones or more with --{name}.")
    return mode


def _reference(options: argparse.Namespace, meaning: LabelMeaning, progress: Progress) -> tuple[str, Parts]:
    """Compare a folder with a folder."""
    outcomes = _compared([(options.reference, options.prediction)], options, meaning, progress)
    name = options.prediction.resolve().name
    return f"{name} against {options.reference.resolve().name}", _comparison(outcomes, options, {})


def _raters(options: argparse.Namespace, meaning: LabelMeaning, progress: Progress) -> tuple[str, Parts]:
    """Compare each rater with each other one."""
    outcomes = _compared(list(itertools.combinations(options.raters, 2)), options, meaning, progress)
    tables, sections = _comparison(outcomes, options, {})
    rows = by_method(row for outcome in outcomes if outcome.case for row in outcome.case.rows)
    names = [_called(rater, options.raters) for rater in options.raters]
    ratings = ratings_of(
        (second, first, rows.get(_against(first, second), [])) for first, second in itertools.combinations(names, 2)
    )
    own_tables, own_sections = rater_parts(inter_rater_rows(ratings, names), repeatability_of_raters(ratings))
    return f"Raters: {', '.join(names)}", ([*tables, *own_tables], [*own_sections, *sections])


def _networks(options: argparse.Namespace, _: LabelMeaning, progress: Progress) -> tuple[str, Parts]:
    outcomes, costs = evaluate_networks(options, progress)
    _require_some(outcomes)
    architectures = {row.network: row.architecture for row in costs}
    tables, sections = comparison_parts(
        outcomes, options.region, limit_percent=options.fat_threshold, architectures=architectures, costs=costs
    )
    return f"Networks of the {options.region} on {options.phantoms} digital people", (tables, sections)


def _visits(options: argparse.Namespace, meaning: LabelMeaning, progress: Progress) -> tuple[str, Parts]:
    rows, noise = evaluate_visits(options, meaning, progress)
    if options.visits:
        return f"{options.visits[0].name} and {options.visits[1].name}", visit_parts(rows, noise)
    return "Repeated measurements", repeatability_parts(noise)


def _transfer(options: argparse.Namespace, meaning: LabelMeaning, progress: Progress) -> tuple[str, Parts]:
    """Run a transfer study, with the agreement of raters as the human level where any are given."""
    pairs = list(itertools.combinations(options.raters or [], 2))
    return evaluate_transfer(options, _compared(pairs, options, meaning, progress) if pairs else [], progress)


_RUN = {
    **{"reference": _reference, "raters": _raters, "networks": _networks, "transfer": _transfer},
    **{"visits": _visits, "repeats": _visits},
}


def _compared(
    folders: Sequence[tuple[Path, Path]], options: argparse.Namespace, meaning: LabelMeaning, progress: Progress
) -> list[Outcome]:
    """Compare the second folder of each pair with the first; what is in only one of them fails with a reason."""
    state = made_folder(options.output / "cases")
    jobs, alone = [], []
    for first, second in folders:
        reference, prediction = label_files(first), label_files(second)
        method = readable(second.resolve().name)
        if options.raters:
            method = _against(*(_called(rater, options.raters) for rater in (first, second)))
        for name, reason in unmatched(reference, prediction, (first, second)):
            alone.append(Outcome(CaseJob(readable(name), method, "", compare_files, None), None, reason))
        both = sorted(set(reference) & set(prediction))
        if options.maps:
            require_maps(options.maps, both)
        for name in both:
            maps = map_files(options.maps or first, name)
            pair = Pair(readable(name), method, prediction[name], reference[name], maps, meaning)
            try:
                jobs.append(CaseJob(pair.case, method, pair.digest(), compare_files, pair))
            except MuscleSegError as error:
                alone.append(Outcome(CaseJob(pair.case, method, "", compare_files, None), None, str(error)))
    done = run_jobs(jobs, state, workers=options.processes, progress=progress)
    outcomes = [*(_noted(outcome, options.maps) for outcome in done), *alone]
    _require_some(outcomes)
    return outcomes


def _noted(outcome: Outcome, maps: Path | None) -> Outcome:
    """Note that a case has no map in the folder that was given for maps: its biomarkers are missing."""
    if outcome.case is None or maps is None or outcome.job.argument.maps:
        return outcome
    notes = (*outcome.case.notes, f"There is no map of it in {maps}.")
    return dataclasses.replace(outcome, case=dataclasses.replace(outcome.case, notes=notes))


def _called(folder: Path, among: Sequence[Path]) -> str:
    """Return as much of the end of a folder's path as no other one shares."""
    resolved, others = folder.resolve(), [other.resolve() for other in among if other != folder]
    lengths = range(1, len(resolved.parts))
    length = next(
        (n for n in lengths if all(other.parts[-n:] != resolved.parts[-n:] for other in others)), len(resolved.parts)
    )
    return readable("/".join(resolved.parts[-length:]))


def _against(first: str, second: str) -> str:
    return f"{second} against {first}"


def _require_some(outcomes: Sequence[Outcome]) -> None:
    """Say on standard error what failed.

    Raises:
        MuscleSegError: Everything did.
    """
    failed = [outcome for outcome in outcomes if outcome.case is None]
    if len(failed) == len(outcomes):
        message = f"None of {len(outcomes)} cases could be evaluated; the first ({failed[0].job.name}): "
        raise MuscleSegError(message + failed[0].reason)
    for outcome in failed:
        print(f"Failed: {outcome.job.name}: {outcome.reason}", file=sys.stderr)
    for outcome in outcomes:
        for note in outcome.case.notes if outcome.case else ():
            print(f"Note: {outcome.job.name}: {note}", file=sys.stderr)


def _comparison(outcomes: Sequence[Outcome], options: argparse.Namespace, architectures: dict[str, str]) -> Parts:
    regions = sorted({row.region for outcome in outcomes if outcome.case for row in outcome.case.rows})
    if len(regions) > 1:
        message = f"The label maps are of {' and '.join(regions)}: put those of one region into folders of their own."
        raise MuscleSegError(message)
    return comparison_parts(outcomes, regions[0], limit_percent=options.fat_threshold, architectures=architectures)


def _command(options: argparse.Namespace) -> str:
    given = {name: value for name, value in vars(options).items() if value and name not in _NOT_TOLD}
    if not options.networks:
        given.pop("phantoms")
    if not options.transfer:
        given = {name: value for name, value in given.items() if name not in ("sources", "slices", "folds")}
    words = [f"--{name.replace('_', '-')} {_text(value)}" for name, value in given.items()]
    return f"muscleseg evaluate {' '.join(words)}"


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_text(item) for item in value)
    return "" if value is True else str(value)
