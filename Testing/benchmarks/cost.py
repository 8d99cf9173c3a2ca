"""Predicted seconds of each shipped network, beside those that segmenting takes.

    OMP_NUM_THREADS=1 python Testing/benchmarks/cost.py [--output Testing/benchmarks/cost.md]

Digital thighs and calves (320 x 320 x 20) are segmented in one process with one thread, and the prediction is made in
the same process. Both are processor time, so that other programs change neither. Prints Markdown.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SEEDS = {"thigh": 7, "calf": 8}
REPEATS = 3
LOWEST, HIGHEST = 0.7, 1.4  # predicted over measured


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:  # every network is timed, as on a computer that never saw it
        os.environ["XDG_CACHE_HOME"] = os.environ["LOCALAPPDATA"] = folder
        rows = [row for region in SEEDS for row in _rows(region)]
    text = "\n".join([*_heading(), *rows])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _rows(region: str) -> list[str]:
    """Return the table's lines of a region's networks."""
    from MuscleSegLib.bundle import shipped_bundles
    from MuscleSegLib.inference import estimate_cost, segment
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.protocols import hostin2023
    from MuscleSegLib.phantom.scanning import acquire

    legs = digital_legs(region, seed=SEEDS[region])
    image = acquire(legs, hostin2023(legs.length_mm, legs=2)).images["anatomy"]
    rows = []
    for bundle in shipped_bundles():
        if bundle.metadata.region != region:
            continue
        start = time.process_time()
        cost = estimate_cost(bundle)
        first_s = time.process_time() - start
        measured = []
        for _ in range(REPEATS):
            start = time.process_time()
            result = segment(image, bundle, device="cpu")
            measured.append(time.process_time() - start)
        ratio = cost.seconds / min(measured)
        is_met = "yes" if LOWEST <= ratio <= HIGHEST else "NO"
        rows.append(
            f"| {bundle.metadata.name} | {cost.seconds:.2f} | {min(measured):.2f} | {ratio:.2f} | {is_met} "
            f"| {first_s:.1f} | {result.precision} |"
        )
    return rows


def _heading() -> list[str]:
    import torch

    from MuscleSegLib.inference.cost import processor_name

    return [
        "# Predicted and measured seconds\n",
        f"Written by `Testing/benchmarks/cost.py` on {date.today()}: {processor_name()}, {torch.get_num_threads()} "
        f"thread, torch {torch.__version__}. Digital thighs and calves, 320 x 320 x 20; processor time of segmenting "
        f"without reading and writing files, the least of {REPEATS} runs. The first prediction also imports PyTorch's "
        "compiler, and that of a non-default network needs the default's.\n",
        f"| network | predicted (s) | measured (s) | predicted / measured | {LOWEST} to {HIGHEST} "
        "| first prediction (s) | precision |",
        "|---|---|---|---|---|---|---|",
    ]


if __name__ == "__main__":
    main()
