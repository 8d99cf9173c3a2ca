"""How well the default network finds the muscles of real people whom it was not trained on.

    python Testing/benchmarks/accuracy.py [--network NAME] [--pictures DIR]

Reads ../shared/data. The reference is the published output of another network for two patients with muscular dystrophy,
and no manual segmentation. Both legs together, since it has no sides; biceps femoris is its two heads, and the adductor
is the adductor magnus. Prints Markdown: the Dice similarity coefficient (DSC) of each muscle on each image.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import THIGH, scheme
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.inference import segment, segments_of
from MuscleSegLib.report import draw_overview
from MuscleSegLib.volume import Volume, read_labels, read_volume

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "thigh_cases"
IMAGES = {"0001": "water", "0000": "fat"}


def main() -> None:
    """Segment the four images and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network")
    parser.add_argument("--pictures", type=Path, help="a folder for an overview of each image")
    options = parser.parse_args()
    bundle = find_bundle("thigh", options.network)
    columns: dict[str, list[float]] = {}
    for patient in ("Thigh_001", "Thigh_003"):
        labels, _ = read_labels(DATA / f"{patient}_labels.nii.gz")
        reference = merge_labels(labels, scheme("huashan11"), "thigh").array
        complete = [k for k, slice_ in enumerate(reference) if len(np.unique(slice_)) > 9]
        for suffix, kind in IMAGES.items():
            image = read_volume(DATA / f"{patient}_{suffix}.nii.gz")
            start = time.monotonic()
            result = segment(image, bundle, device="cpu")
            print(f"{patient} {kind}: {time.monotonic() - start:.1f} s", flush=True)
            codes = result.labels.array % 100
            whole = [dice(codes, reference, muscle.code) for muscle in THIGH.muscles]
            middle = np.mean([dice(codes[complete], reference[complete], muscle.code) for muscle in THIGH.muscles])
            columns[f"{patient[-3:]} {kind}"] = [*whole, float(np.mean(whole)), float(middle)]
            if options.pictures:
                draw(image, result.labels, options.pictures / f"{patient}_{kind}.png")
    rows = [*(muscle.name for muscle in THIGH.muscles), "**mean**", "mean, slices with nine or more muscles"]
    print(f"\n| DSC | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for number, row in enumerate(rows):
        print(f"| {row} | {' | '.join(f'{column[number]:.2f}' for column in columns.values())} |")


def dice(found: NDArray[np.integer], wanted: NDArray[np.integer], code: int) -> float:
    """Return the Dice similarity coefficient of a code in two label maps of the same grid."""
    overlap = np.count_nonzero((found == code) & (wanted == code))
    return 2 * overlap / max(1, np.count_nonzero(found == code) + np.count_nonzero(wanted == code))


def draw(image: Volume, labels: Volume, path: Path) -> None:
    """Draw a segmentation into a folder that may have to be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draw_overview(image, labels, segments_of("thigh", two_legs=True), path)


if __name__ == "__main__":
    main()
