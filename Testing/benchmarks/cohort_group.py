"""The group step and its page with very many scans, made and not segmented.

    python Testing/benchmarks/cohort_group.py [--scans 12000] [--keep FOLDER] [--output cohort_group.md]

Every scan has a record, a table and a small picture of the size that real ones have; values and doubts are random. The
step runs in a process of its own. Prints Markdown.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

MEASURED = """
import sys, time
from pathlib import Path
from MuscleSegLib.cohort import write_group
from Testing.peak_memory import peak_mb
start = time.monotonic()
result = write_group(Path(sys.argv[1]))
print(result.done, result.failed, time.monotonic() - start, time.process_time(), peak_mb())
"""
DOUBTS = (
    "Cut by the field of view: the volume is that of a part.",
    "FF above 20 %: errors of segmentation and of all biomarkers grow.",
    "One voxel of contour moves FF by 3.4 points.",
    "Confidence is low: look at this muscle.",
)


@dataclass(frozen=True)
class Ended:
    """End of the group step: scans in the tables and failed, seconds by the clock and of the processor, peak in MB."""

    done: int
    failed: int
    seconds: float
    processor_s: float
    peak_mb: float


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=12_000)
    parser.add_argument("--keep", type=Path, help="a new folder for the scans, which stays, to look at the page")
    parser.add_argument("--pictures", type=Path, help="a cohort's output, whose small pictures are used in turn")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        start = time.process_time()
        make_scans(folder, options.scans, options.pictures)
        print(f"Made in {time.process_time() - start:.0f} s of the processor.", file=sys.stderr)
        ended = _grouped(folder)
        sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("group_*"))}
    text = "\n".join(
        [*_heading(options.scans, ended), *(f"| {name} | {size / 1e6:.1f} MB |" for name, size in sizes.items())]
    )
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def make_scans(output: Path, count: int, real: Path | None = None) -> None:
    """Make the records, tables and small pictures of scans of two legs, thighs and calves in turn."""
    from MuscleSegLib.anatomy import REGIONS
    from MuscleSegLib.cohort.measuring import write_rows
    from MuscleSegLib.cohort.outputs import ScanFiles
    from MuscleSegLib.cohort.records import DONE, FAILED, Record
    from MuscleSegLib.cohort.scans import Scan

    chance = random.Random(1)
    pictures = {
        region.name: sorted(real.absolute().rglob(f"*{region.name}*.jpg")) if real else [_picture(output)]
        for region in REGIONS
    }
    for number in range(count):
        region = REGIONS[number % len(REGIONS)]
        scan = Scan(f"{number + 1:05}", "1", (("acq", region.name),))
        files = ScanFiles.of(output, scan)
        files.scan_folder.mkdir(parents=True)
        record = Record(
            scan.name,
            scan.subject,
            scan.session,
            DONE,
            *("a" * 64,) * 3,
            region=region.name,
            network="unet 1.0",
            sources={"image": f"/data/bids/sub-{scan.subject}/ses-1/anat/{scan.name}_T1w.nii.gz"},
        )
        if number % 200 == 7:
            replace(record, status=FAILED, reason="The image is damaged: copy it again.").write(files.record)
            continue
        record.write(files.record)
        write_rows(scan, _rows(region, chance), files)
        picture = chance.choice(pictures[region.name])
        files.thumbnail.write_bytes(picture.read_bytes())
        files.overview.symlink_to(picture.with_suffix(".png") if real else picture)


def _rows(region: "object", chance: random.Random) -> list:
    from MuscleSegLib.biomarkers import Row

    rows = []
    for side in ("right", "left"):
        for muscle in region.muscles:
            row = Row(region.name, side, muscle.name, muscle.abbreviation, muscle.code, chance.gauss(120, 30))
            doubts = " ".join(doubt for doubt in DOUBTS if chance.random() < 0.1)
            rows.append(
                replace(
                    row,
                    ff_mean_percent=chance.gauss(12, 4),
                    ff_sd_percent=chance.gauss(8, 2),
                    ff_median_percent=chance.gauss(9, 3),
                    t2_mean_ms=chance.gauss(40, 3),
                    confidence=min(0.99, chance.gauss(0.9, 0.04)),
                    warnings=doubts,
                )
            )
    return rows


def _picture(output: Path) -> Path:
    """Write a small picture of noise as large as a real one, about 10 kB."""
    import numpy as np
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 255, (16, 46), np.uint8)
    path = output / "noise.jpg"
    output.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise).resize((368, 130)).save(path, "JPEG", quality=80)
    return path


def _grouped(folder: Path) -> Ended:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)], check=True, capture_output=True, text=True, env=environment
    )
    done, failed, *numbers = ended.stdout.split()
    return Ended(int(done), int(failed), *map(float, numbers))


def _heading(count: int, ended: Ended) -> list[str]:
    return [
        "# The group step of very many scans",
        "",
        f"Written by `Testing/benchmarks/cohort_group.py` on {date.today()}. The scans are made, not segmented.",
        "",
        "| | |",
        "|---|---|",
        f"| scans, of which failed | {count}, {ended.failed} |",
        f"| time of the processor | {ended.processor_s:.0f} s |",
        f"| time by the clock, with what else the computer did | {ended.seconds:.0f} s |",
        f"| most memory | {ended.peak_mb:.0f} MB |",
    ]


if __name__ == "__main__":
    main()
