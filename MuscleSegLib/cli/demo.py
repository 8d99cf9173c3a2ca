"""Run the main job on a scan of digital thighs that is made on the spot: segment it, measure it, draw it.

The folder then holds the image (anatomy), the maps (ff, mtr, t2), the labels (labels.nii.gz and labels.seg.nrrd), the
table (table.csv) and a picture (overview.png).
"""

import argparse
from pathlib import Path

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable

HELP = "run everything on a sample that is made on the spot"
EXAMPLE = "muscleseg demo --output demo"

REGION = "thigh"
MAPS = ("ff", "mtr", "t2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--output", metavar="DIR", type=Path, default=Path("muscleseg-demo"), help="made if needed")
    parser.add_argument("--seed", type=int, default=0, help="another seed is another person")


def run(options: argparse.Namespace) -> None:
    """Make a sample, segment it, measure it."""
    from MuscleSegLib.anatomy import scheme
    from MuscleSegLib.biomarkers import measure
    from MuscleSegLib.inference import segment, segments_of
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.acquisition import acquire
    from MuscleSegLib.phantom.protocols import hostin2023
    from MuscleSegLib.progress import part
    from MuscleSegLib.report import draw_overview, rows_as_text, write_table
    from MuscleSegLib.volume import write_labels, write_volume

    folder: Path = options.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {folder} cannot be made ({error.strerror}): choose another one with --output."
        raise MuscleSegError(message) from error
    require_writable(folder / "labels.nii.gz")
    bundle = find_bundle(REGION)
    with progress_bar() as progress:
        progress(0.0, "making digital legs")
        legs = digital_legs(REGION, seed=options.seed)
        scans = acquire(legs, hostin2023(legs.length_mm, legs=len(legs.legs)), progress=part(progress, 0.0, 0.4)).images
        image, maps = scans["anatomy"], {name: scans[name] for name in MAPS}
        for name, volume in {"anatomy": image, **maps}.items():
            write_volume(volume, folder / f"{name}.nii.gz")
        result = segment(image, bundle, progress=part(progress, 0.4, 0.9))
        progress(0.9, "measuring")
        segments = segments_of(REGION, two_legs=len(result.sides) == 2)
        for name in ("labels.nii.gz", "labels.seg.nrrd"):
            write_labels(result.labels, folder / name, segments=segments, description=result.labels.description)
        rows = measure(result.labels, scheme(REGION), maps=maps)
        write_table(rows, folder / "table.csv")
        draw_overview(image, result.labels, segments, folder / "overview.png")
    print(rows_as_text(rows), end="")
    print(f"\nLabels, table and picture are in {folder.resolve()}")
