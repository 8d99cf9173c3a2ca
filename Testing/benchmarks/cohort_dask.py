"""A cohort on two workers of Dask, of which one is killed in the middle, beside an output that no engine made.

    python Testing/benchmarks/cohort_dask.py DATASET PLAIN

DATASET is of digital scans, and PLAIN an output of them, as ``cohort_speed.py --keep PLAIN`` leaves it. The cluster is
a ``LocalCluster`` of two processes. Prints Markdown, and its progress to stderr.
"""

import argparse
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)
os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")})  # as a cohort's processes

from distributed import LocalCluster  # noqa: E402 - whose workers take the environment

from Testing.benchmarks.cohort_kills import RESULTS, TABLES  # noqa: E402

if TYPE_CHECKING:
    from MuscleSegLib.cohort import State


def main() -> None:
    """Work on all scans, kill a worker, and compare."""
    from MuscleSegLib.cohort import Settings, find_scans, prepare_output, run_participants, write_group
    from MuscleSegLib.cohort.dask_engine import in_dask

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("plain", type=Path)
    options = parser.parse_args()
    scans, killed = find_scans(options.dataset).scans, []
    with tempfile.TemporaryDirectory() as folder, LocalCluster(n_workers=2, threads_per_worker=1) as cluster:
        output = Path(folder) / "dask"
        prepare_output(output, options.dataset)

        def kill(state: "State") -> None:
            print(f"{state.finished} of {state.total}: {state.outcome.name} {state.outcome.status}", file=sys.stderr)
            if state.finished == len(scans) // 3 and not killed:
                killed.append(next(iter(cluster.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        engine = partial(in_dask, address=cluster.scheduler_address)
        totals = run_participants(scans, output, Settings(device="cpu"), engine=engine, report=kill)
        for place in (output, options.plain):
            write_group(place)
        compared = [
            *(options.plain / name for name in TABLES if (options.plain / name).is_file()),
            *(path for pattern in RESULTS for path in options.plain.rglob(pattern)),
        ]
        same = sum(path.read_bytes() == (output / path.relative_to(options.plain)).read_bytes() for path in compared)
        left = [path for path in output.rglob("*") if any(part.startswith(".muscleseg") for part in path.parts)]
    print("\n".join(["# A cohort on two workers of Dask, one of them killed", "", "| | |", "|---|---|"]))
    print(f"| scans, of which done and failed | {len(scans)}, {totals.done + totals.kept}, {totals.failed} |")
    print(f"| workers killed | {len(killed)} |")
    print(f"| tables, label maps and pictures, and those equal byte for byte | {len(compared)}, {same} |")
    print(f"| files left behind | {len(left)} |")


if __name__ == "__main__":
    main()
