"""Segment and measure every scan of a folder, and make one table of all.

INPUT is a BIDS dataset (plain BIDS, ORMIR-MIDS, or QMRITools' Muscle-BIDS), a tree of DICOM files, or a table (.csv)
with the columns subject, session, scan, image, fat, water, ff, mtr and t2. --dry-run shows what each file is for, and
what was not understood, and writes nothing.

OUTPUT becomes a BIDS derivative. The step participant works on scans, side by side; what is done is kept, so that the
same command goes on after an interruption, and several may work on one OUTPUT. A scan that fails is recorded with its
reason and stops no other. The step group makes the tables group_muscles.tsv (a row for each scan and muscle),
group_scans.tsv (a row a scan) and group_failures.tsv, and the page group_quality.html; it needs no images.
"""

import argparse
import contextlib
import dataclasses
import json
import math
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.cli.numeric import int_at_least
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import AUTO, Device, Legs

if TYPE_CHECKING:
    from MuscleSegLib.cohort import Cohort, Engine, Scan, Settings, State, Totals

HELP = "segment and measure a folder of scans"
EXAMPLE = "muscleseg cohort bids derivatives/muscleseg participant, and then the same with group"

LEGS: dict[str, Legs] = {str(count): count for count in get_args(Legs)}
_SHOWN_PROBLEMS = 20
_JOBS_OF_SLURM = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("input", metavar="INPUT", type=Path, help="BIDS dataset, folder of DICOM files, or table")
    parser.add_argument("output", metavar="OUTPUT", type=Path, help="folder of the results, made if needed")
    parser.add_argument("step", choices=("participant", "group"))
    parser.add_argument(
        "--participant-label", metavar="LABEL", nargs="+", default=[], help="these subjects only, without sub-"
    )
    parser.add_argument(
        "--session-label", metavar="LABEL", nargs="+", default=[], help="these sessions only, without ses-"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    parser.add_argument("--region", choices=[*(region.name for region in REGIONS), AUTO], default=AUTO)
    parser.add_argument("--network", metavar="NAME", help="a name from `muscleseg networks`, or a network's folder")
    parser.add_argument("--device", choices=get_args(Device), default="auto")
    parser.add_argument("--legs", choices=list(LEGS), default="auto", help="in the field of view")
    _add_engine_arguments(parser)
    parser.add_argument(
        "--shard",
        metavar="I/N",
        type=_shard,
        default=(1, 1),
        help="the I-th of N parts of the scans, as for job arrays",
    )
    parser.add_argument("--retry-failed", action="store_true", help="try scans again that have failed")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def _add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--processes",
        metavar="N",
        type=int_at_least(1),
        help="default: one a GPU or, without any, one a core; with --slurm jobs of SLURM, 10 of them",
    )
    parser.add_argument(
        "--memory-limit",
        metavar="GB",
        type=_gigabytes,
        help="most memory of one process, whose scan fails beyond it; default: the computer's memory for all together, "
        "and 4 with --slurm",
    )
    engines = parser.add_mutually_exclusive_group()
    engines.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster whose workers do it, as tcp://host:8786"
    )
    engines.add_argument(
        "--slurm", metavar="QUEUE", help="let jobs of SLURM do it, as workers of Dask; --dry-run shows their script"
    )


def run(options: argparse.Namespace) -> None:
    """Work on a cohort."""
    if options.step == "group":
        _group(options)
        return
    from MuscleSegLib.cohort import (
        Settings,
        check_output,
        find_scans,
        prepare_output,
        run_participants,
        shard_of,
    )

    options.input, options.output = options.input.absolute(), options.output.absolute()  # for workers elsewhere, too
    settings = Settings(options.region, options.network, options.device, LEGS[options.legs])
    engine = _engine(options)
    _ = settings.digest  # a network that cannot be used is named before anything else
    subjects, sessions = (
        {label.removeprefix(prefix) for label in labels}
        for labels, prefix in ((options.participant_label, "sub-"), (options.session_label, "ses-"))
    )
    cohort = find_scans(options.input, subjects=subjects, sessions=sessions)
    scans = shard_of(cohort.scans, *options.shard)
    if options.dry_run:
        check_output(options.output, options.input)
        _show(options, cohort, scans, settings)
        return
    prepare_output(options.output, options.input, cohort.scans)
    _name_passed_over(cohort)
    try:
        totals = run_participants(
            scans,
            options.output,
            settings,
            workers=options.processes,
            memory_limit=options.memory_limit,
            engine=engine,
            retry_failed=options.retry_failed,
            report=_report,
        )
    except KeyboardInterrupt as error:
        message = "stopped; what is done is kept. The same command goes on with the scans that are not done."
        raise MuscleSegError(message) from error
    _sum_up(options, totals, len(scans))


def _name_passed_over(cohort: "Cohort") -> None:
    for entry in cohort.passed_over[:_SHOWN_PROBLEMS]:
        print(f"Passed over: {entry.path}: {entry.reason}.", file=sys.stderr)
    if len(cohort.passed_over) > _SHOWN_PROBLEMS:
        print(f"{len(cohort.passed_over)} files are passed over: --dry-run names all.", file=sys.stderr)


def _engine(options: argparse.Namespace) -> "Engine | None":
    """Return the engine that is asked for; None for processes of this computer."""
    if options.scheduler:
        from MuscleSegLib.cohort.dask_engine import in_dask, require_package

        require_package("distributed")
        if options.processes or options.memory_limit:
            message = "A Dask cluster has processes and memory of its own: leave --processes and --memory-limit out."
            raise MuscleSegError(message)
        return partial(in_dask, address=options.scheduler)
    if options.slurm:
        from MuscleSegLib.cohort.dask_engine import in_slurm

        return partial(in_slurm, options=_slurm_options(options), workers=options.processes or _JOBS_OF_SLURM)
    return None


def _slurm_options(options: argparse.Namespace) -> dict[str, Any]:
    from MuscleSegLib.cohort.dask_engine import slurm_options

    return slurm_options(options.slurm, memory=options.memory_limit, on_gpu=options.device == "cuda")


def _group(options: argparse.Namespace) -> None:
    from MuscleSegLib.cohort import record_files, write_group

    if not options.output.is_dir():
        raise MuscleSegError(f"There is no folder {options.output}: run the step participant first.")
    if options.dry_run:
        count = len(list(record_files(options.output)))
        print(json.dumps({"scans": count}) if options.json else f"{count} scans would be gathered in tables.")
        return
    result = write_group(options.output)
    if options.json:
        files = [str(path) for path in result.files]
        print(json.dumps({"done": result.done, "failed": result.failed, "files": files}, indent=2))
        return
    print(f"{result.done} scans are in the tables, and {result.failed} failed.")
    print("\n".join(map(str, result.files)))


def _show(options: argparse.Namespace, cohort: "Cohort", scans: "Sequence[Scan]", settings: "Settings") -> None:
    """Print what would be done, and what was not understood."""
    from MuscleSegLib.cohort import state_before

    plans = [_plan(scan, state_before(scan, options.output, settings)) for scan in scans]
    passed_over = [{"path": str(entry.path), "reason": entry.reason} for entry in cohort.passed_over]
    if options.json:
        answer = {"input": str(options.input), "kind": cohort.kind, "scans": plans, "not understood": passed_over}
        print(json.dumps(answer, indent=2))
        return
    to_do = sum(plan["state"] == "to do" for plan in plans)
    print(f"{options.input} is {cohort.kind}: {len(plans)} scans, of which {to_do} are to be done.")
    for plan in plans:
        print(f"{plan['name']}: {plan['problem'] or plan['state']}")
        for role, source in plan["files"].items():
            print(f"  {role}: {source}")
    if passed_over:
        print("Not understood:")
        for entry in passed_over:
            print(f"  {entry['path']}: {entry['reason']}")
    if options.slurm:
        from MuscleSegLib.cohort.dask_engine import slurm_script

        print(f"Script of each job of SLURM:\n{slurm_script(_slurm_options(options))}")


def _plan(scan: "Scan", state: str) -> dict[str, Any]:
    files = {role: str(source) for role, source in scan.sources}
    return {"name": scan.name, "state": state, "problem": scan.problem, "files": files, "units": dict(scan.units)}


def _report(state: "State") -> None:
    outcome = state.outcome
    words = f"{outcome.name}: {outcome.status} in {outcome.seconds:.1f} s"
    if outcome.confidence is not None:
        words += f", lowest confidence {outcome.confidence:.2f}"
    if outcome.reason:
        words = f"{outcome.name}: {outcome.status}: {outcome.reason}"
    rate = f"{state.scans_per_hour:.0f} scans an hour, {_duration(state.seconds_left)} left"
    print(f"{state.finished} of {state.total}: {words} ({rate})", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _sum_up(options: argparse.Namespace, totals: "Totals", count: int) -> None:
    if options.json:
        print(json.dumps({"output": str(options.output), "scans": count} | dataclasses.asdict(totals), indent=2))
    else:
        sentences = [f"{totals.done} scans are done, and {totals.failed} failed."]
        sentences += [f"{totals.kept} were done before."] if totals.kept else []
        if totals.failed_before:
            sentences.append(f"{totals.failed_before} failed before: --retry-failed tries them again.")
        if totals.elsewhere:
            sentences.append(f"{totals.elsewhere} are worked on by another run.")
        print(" ".join(sentences))
    is_part = options.shard != (1, 1)  # of which failures are no reason for a workflow to stop
    if count and totals.failed + totals.failed_before == count and not is_part:
        message = f"All {count} scans failed; {options.output} has a record of each, with the reason."
        raise MuscleSegError(message)


def _gigabytes(text: str) -> int:
    """Return the bytes of a number of GB."""
    with contextlib.suppress(ValueError):
        size = float(text)
        if 0 < size < math.inf:
            return round(size * 1e9)
    message = f"{text!r} is no amount of memory in GB, such as 4"
    raise argparse.ArgumentTypeError(message)


def _shard(text: str) -> tuple[int, int]:
    first, _, second = text.partition("/")
    index, count = (int(part) if part.isdecimal() else 0 for part in (first, second))
    if not 1 <= index <= count:
        message = f"{text!r} is no part of the scans, such as 3/10"
        raise argparse.ArgumentTypeError(message)
    return index, count
