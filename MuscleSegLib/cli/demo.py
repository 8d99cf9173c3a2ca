"""Run the main job on digital legs that are scanned on the spot: segment them, measure them, compare with the truth.

The folder then holds the image (anatomy), the maps (ff, mtr, t2), the labels (labels.nii.gz and labels.seg.nrrd), the
table (table.csv), the table beside the truth (agreement.csv) and a picture (overview.png).
"""

import argparse
from pathlib import Path
from statistics import mean, stdev

from MuscleSegLib.anatomy import REGIONS, scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.numeric import int_at_least
from MuscleSegLib.cli.paths import made_folder
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.study import Agreement, agreement
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import segment
from MuscleSegLib.progress import part
from MuscleSegLib.report import draw_overview, rows_as_text, write_table
from MuscleSegLib.volume import write_volume

HELP = "run everything on a sample that is made on the spot"
EXAMPLE = "muscleseg demo --output demo"

MAPS = ("ff", "mtr", "t2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--region", choices=[region.name for region in REGIONS], default="thigh")
    parser.add_argument("--output", metavar="DIR", type=Path, default=Path("muscleseg-demo"), help="made if needed")
    parser.add_argument("--seed", metavar="N", type=int_at_least(0), default=0, help="another seed is another person")


def run(options: argparse.Namespace) -> None:
    """Make a sample, segment it, measure it, compare it."""
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.protocols import hostin2023
    from MuscleSegLib.phantom.scanning import acquire

    folder = made_folder(options.output)
    require_writable(folder / "labels.nii.gz")
    bundle = find_bundle(options.region)
    with progress_bar() as progress:
        progress(0.0, "making digital legs")
        legs = digital_legs(options.region, seed=options.seed)
        scans = hostin2023(legs.length_mm, legs=2)
        scanned = acquire(legs, scans, progress=part(progress, 0.05, 0.4))
        image, maps = scanned.images["anatomy"], {name: scanned.images[name] for name in MAPS}
        for name, volume in {"anatomy": image, **maps}.items():
            write_volume(volume, folder / f"{name}.nii.gz")
        result = segment(image, bundle, progress=part(progress, 0.4, 0.8))
        progress(0.8, "measuring")
        for name in ("labels.nii.gz", "labels.seg.nrrd"):
            result.write(folder / name)
        thickness = {name: getattr(scans, name).thickness_mm for name in MAPS}
        labels, confidence = result.labels, result.confidence
        session = Measurement(labels, scheme(options.region), maps=maps, thickness_mm=thickness, confidence=confidence)
        rows = session.rows()
        compared = agreement(rows, scanned.truth, dice(labels, scanned.labels))
        write_table(rows, folder / "table.csv")
        write_table(compared, folder / "agreement.csv")
        progress(0.95, "drawing")
        draw_overview(image, result.labels, result.segments, folder / "overview.png")
    print(rows_as_text(compared))
    print(_summary(compared))
    print("Much of the FF, MTR and T2 errors is fat in voxels at the muscles' borders: perfect labels have it too.")
    for note in result.network_notes:
        print(f"Note: {note}")
    print(f"Labels, tables and picture are in {folder.resolve()}")


def _summary(compared: tuple[Agreement, ...]) -> str:
    """Return mean and standard deviation of DSC and errors over all muscles, as in papers."""
    parts = []
    for title, unit, values in (
        ("DSC", "", [row.dsc for row in compared]),
        ("FF error", " points", [row.ff_error_percent for row in compared]),
        ("MTR error", " points", [row.mtr_error_percent for row in compared]),
        ("T2 error", " ms", [row.t2_error_ms for row in compared]),
        ("volume error", " cm3", [row.volume_error_cm3 for row in compared]),
    ):
        present = [value for value in values if value is not None]
        if len(present) > 1:
            parts.append(f"{title} {mean(present):.2f} +/- {stdev(present):.2f}{unit}")
    return f"Over {len(compared)} muscles (measured - true): {', '.join(parts)}."
