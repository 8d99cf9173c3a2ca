"""``muscleseg evaluate --networks``: networks on digital people whom none of them was trained on."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import MAP_NAMES
from MuscleSegLib.bundle import Bundle, available_bundles, find_bundle, read_bundle
from MuscleSegLib.cli.paths import made_folder
from MuscleSegLib.digests import digest_of, digest_of_code, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study import Case, CaseIdentity, compare_case, muscles_in_both, summary
from MuscleSegLib.evaluation.study.case_jobs import CaseJob, Outcome, run_jobs
from MuscleSegLib.evaluation.study.digital_test_subjects import FIRST_SEED, PROTOCOL, scanned_subject
from MuscleSegLib.evaluation.study.pairs import CASE_CODE
from MuscleSegLib.evaluation.study.rows import CostRow
from MuscleSegLib.evaluation.study.tables import by_method, paper_order
from MuscleSegLib.inference import estimate_cost, segment
from MuscleSegLib.progress import Progress, part

IMAGES = ("anatomy", *MAP_NAMES)
ALL = "all"
_SCANNING = 0.2
"""Share of the progress bar."""


@dataclass(frozen=True)
class Task:
    """Digital person and the network that segments them.

    Attributes:
        region: "thigh" or "calf".
        number: Of the person.
        cache: Folder of the scans.
        network: The bundle's folder; None to scan the person only.
    """

    region: str
    number: int
    cache: Path
    network: Path | None = None


def bundles_of(region: str, names: Sequence[str] | None) -> list[Bundle]:
    """Return networks in the order of the paper's tables.

    Args:
        region: "thigh" or "calf".
        names: Names or folders of networks; all that there are for the region where it is None or "all".

    Raises:
        MuscleSegError: There is no such network, or two have one name, under which their figures would be mixed up.
    """
    if names is None or list(names) == [ALL]:
        bundles = [bundle for bundle in available_bundles().bundles if bundle.metadata.label_set == region]
    else:
        bundles = [find_bundle(region, name) for name in names]
        fine = next((bundle.metadata.name for bundle in bundles if bundle.metadata.is_fine), None)
        if fine:
            raise MuscleSegError(
                f"The network {fine} splits the default's muscles: evaluate its label files with --scheme."
            )
    all_names = [bundle.metadata.name for bundle in bundles]
    twice = next((name for name in all_names if all_names.count(name) > 1), None)
    if twice:
        raise MuscleSegError(f"Two of the networks are called {twice}: evaluate them one after the other.")
    return sorted(bundles, key=lambda bundle: (paper_order(bundle.metadata.architecture), bundle.metadata.name))


def evaluate_networks(options: argparse.Namespace, progress: Progress) -> tuple[list[Outcome], list[CostRow]]:
    """Let each network segment digital people, and compare with what is measured with the true labels.

    Raises:
        MuscleSegError: There is no such network.
    """
    bundles = bundles_of(options.region, options.networks)
    cache = made_folder(options.cache or options.output / "scans")
    state = made_folder(options.output / "cases")
    people = [Task(options.region, number, cache) for number in range(options.phantoms)]
    scans = [CaseJob(_name(task), "scan", _code("phantom"), _scan, task) for task in people]
    run_jobs(scans, state, workers=options.processes, progress=part(progress, 0.0, _SCANNING))
    jobs = [
        CaseJob(_name(task), bundle.metadata.name, _digest(bundle), _segment, replace(task, network=bundle.folder))
        for bundle in bundles
        for task in people
    ]
    outcomes = run_jobs(jobs, state, workers=options.processes, progress=part(progress, _SCANNING, 1.0))
    return outcomes, _costs(bundles, outcomes, options.region)


def _scan(task: Task) -> Case:
    scanned_subject(task.region, task.number, PROTOCOL, IMAGES, task.cache)
    return Case(())


def _segment(task: Task) -> Case:
    subject = scanned_subject(task.region, task.number, PROTOCOL, IMAGES, task.cache)
    bundle = read_bundle(Path(str(task.network)), task.region)
    bundle.load()  # the first load of a process imports torch, which is no part of what a scan takes
    # processor time, so that what else the computer does (other cases, say) is not counted; that of a GPU could not be
    start = time.process_time()
    labels = segment(subject.images["anatomy"], bundle, device="cpu").labels
    seconds = time.process_time() - start
    identity = CaseIdentity(_name(task), bundle.metadata.name, task.region)
    maps = {name: subject.images[name] for name in MAP_NAMES}
    return replace(
        compare_case(labels, subject.labels, scheme(task.region), identity=identity, maps=maps), seconds=seconds
    )


def _name(task: Task) -> str:
    return f"{task.region} {FIRST_SEED + task.number}"


def _code(*rooms: str) -> str:
    return digest_of_code(*rooms, "anatomy", "physics", "volume", "evaluation/study/digital_test_subjects.py")


def _digest(bundle: Bundle) -> str:
    about = bundle.metadata
    rooms = ("bundle", "inference", "networks", "phantom")
    weights = about.sha256 or digest_of_file(bundle.weights)
    return digest_of([about.name, about.version, weights, _code(*rooms), digest_of_code(*CASE_CODE)])


def _costs(bundles: Sequence[Bundle], outcomes: Sequence[Outcome], section: str) -> list[CostRow]:
    rows = by_method(row for outcome in outcomes if outcome.case for row in outcome.case.rows)
    costs = []
    for bundle in bundles:
        about, rows_of_network = bundle.metadata, rows.get(bundle.metadata.name, [])
        if not rows_of_network:
            continue
        cost, total = estimate_cost(bundle), summary(rows_of_network)
        seconds = [outcome.case.seconds for outcome in outcomes if outcome.case and outcome.job.method == about.name]
        errors = [row.ff_error_percent for row in muscles_in_both(rows_of_network) if row.ff_error_percent is not None]
        costs.append(
            CostRow(
                section,
                about.name,
                about.architecture,
                cost.parameters,
                memory_mb=round(cost.peak_bytes / 1e6, 1),
                seconds=median(case_seconds for case_seconds in seconds if case_seconds is not None),
                training_hours=None if about.training_minutes is None else about.training_minutes / 60,
                dsc=total.dsc.mean,
                ff_error_percent=total.ff_error_percent.mean,
                ff_rms_error_percent=float(np.sqrt(np.mean(np.square(errors)))) if errors else None,
            )
        )
    return costs
