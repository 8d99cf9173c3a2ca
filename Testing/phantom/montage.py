"""Slices of digital legs beside slices of real ones, at the same scale and of like contrast: would you tell them apart?

    python Testing/phantom/montage.py {thigh,calf,dystrophy} PICTURE.png [--seed N]

Each column is a level, with the real scan above the digital one. Reads ../shared/data, and says so where that is
missing. The signal is a plain one, to show the anatomy and not the physics: water and fat each count with a weight.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom import DigitalLegs, Tissue, digital_legs
from MuscleSegLib.volume import canonical, read_volume

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PIXEL_MM, SUBSAMPLES = 1.5, 3
HALF_WIDTH_MM, HALF_HEIGHT_MM = 204.0, 108.0
NOISE = 0.012

PROTONS = {Tissue.AIR: 0.0, Tissue.CORTEX: 0.04, Tissue.TENDON: 0.15, Tissue.FASCIA: 0.4, Tissue.SKIN: 0.6}
"""Visible, relative to muscle, in which they are 1."""


@dataclass(frozen=True)
class Comparison:
    """Images of the montage.

    Attributes:
        scan: The real one, below ``DATA``.
        slices: Of it, counted from below.
        region: Of the digital legs.
        heights_mm: Where those are cut, from their lowest level: the levels of the real slices, found by eye.
        fat_fraction: Of the digital legs, in percent.
        water: Weight of water in the digital image.
        fat: Weight of fat, and its phase: out of phase, the two cancel where they meet, which outlines muscles.
        blood: Weight of the water in vessels, which flows into the slice.
    """

    scan: str
    slices: tuple[int, ...]
    region: str
    heights_mm: tuple[float, ...]
    fat_fraction: float
    water: float
    fat: complex
    blood: float


COMPARISONS = {
    "thigh": Comparison(
        "thigh_cases/bilateral_healthy.nii.gz", (2, 6, 10, 14, 18, 22, 26, 30), "thigh",
        (5, 30, 55, 80, 105, 130, 155, 180), 2.5, water=1.0, fat=-0.12 + 0.69j, blood=1.3,
    ),
    "calf": Comparison(
        "calf_cases/bilateral_healthy.nii.gz", (1, 5, 9, 13, 17, 21, 25, 29), "calf",
        (78, 102, 126, 150, 174, 198, 222, 246), 2.5, water=1.0, fat=-0.12 + 0.69j, blood=1.3,
    ),
    "dystrophy": Comparison(
        "thigh_cases/Thigh_001_0000.nii.gz", (1, 2, 4, 5, 6, 8, 9, 10), "thigh",
        (45, 70, 118, 142, 166, 214, 238, 262), 35, water=0.03, fat=1.0, blood=0.03,
    ),
}  # fmt: skip


def main() -> None:
    """Draw one comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("comparison", choices=COMPARISONS)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="another seed is another person")
    options = parser.parse_args()
    comparison = COMPARISONS[options.comparison]
    if not (DATA / comparison.scan).exists():
        sys.exit(f"There is nothing to compare with: {DATA / comparison.scan} is not here.")
    legs = digital_legs(comparison.region, seed=options.seed, fat_fraction=comparison.fat_fraction)
    draw(real_slices(comparison), digital_slices(comparison, legs), options.picture)


def real_slices(comparison: Comparison) -> list[NDArray[np.float32]]:
    """Return the real slices, [row, column] from behind and from the subject's left, on the digital ones' pixels."""
    from scipy.ndimage import map_coordinates

    volume = canonical(read_volume(DATA / comparison.scan))
    i_mm, j_mm, _ = volume.geometry.spacing_mm
    x, y = _grid(PIXEL_MM)
    pictures = []
    for k in comparison.slices:
        image = volume.array[k].astype(np.float32)
        rows, columns = np.nonzero(image > 0.2 * np.percentile(image, 99))
        # The middle of the legs' box, since a scan's own middle is anywhere.
        row, column = ((values.min() + values.max()) / 2 for values in (rows, columns))
        places = np.broadcast_arrays(row + y / j_mm, column + x / i_mm)
        pictures.append(map_coordinates(image, places, order=1))
    return pictures


def digital_slices(comparison: Comparison, legs: DigitalLegs) -> list[NDArray[np.float32]]:
    """Return slices of digital legs, as ``real_slices`` does."""
    protons = np.array([PROTONS.get(tissue, 1.0) for tissue in Tissue], np.float32)
    water = np.full(len(Tissue), comparison.water, np.float32)
    water[[Tissue.ARTERY, Tissue.VEIN]] = comparison.blood
    rng = np.random.default_rng(legs.seed)
    x, y = _grid(PIXEL_MM / SUBSAMPLES)
    pictures = []
    for height in comparison.heights_mm:
        plane = legs.plane(height - legs.length_mm / 2, x, y)
        signal = protons[plane.tissues] * (water[plane.tissues] * (1 - plane.fat) + comparison.fat * plane.fat)
        rows, columns = (size // SUBSAMPLES for size in signal.shape)
        pixels = signal.reshape(rows, SUBSAMPLES, columns, SUBSAMPLES).mean(axis=(1, 3))
        real, imaginary = rng.normal(0, NOISE, (2, *pixels.shape))
        pictures.append(np.abs(pixels + real + 1j * imaginary).astype(np.float32))
    return pictures


def draw(real: list[NDArray[np.float32]], digital: list[NDArray[np.float32]], picture: Path) -> None:
    """Draw both in two blocks of four columns, the real slices above the digital ones of the same level."""
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(4, 4, figsize=(16, 8.8), facecolor="black")
    rows = (real[:4], digital[:4], real[4:], digital[4:])
    for number, (row, drawn) in enumerate(zip(axes, rows, strict=True)):
        for axis, image in zip(row, drawn, strict=True):
            brightest = 1.2 * np.percentile(image, 97)  # of muscle or fat, whichever there is more of, and not of blood
            axis.imshow(image, cmap="gray", origin="lower", vmin=0, vmax=brightest, interpolation="bicubic")
            axis.set_axis_off()
        row[0].set_title("digital" if number % 2 else "real", color="white", loc="left", fontsize=11)
    figure.tight_layout(pad=0.4)
    figure.savefig(picture, dpi=90)


def _grid(step_mm: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return x of the columns and y of the rows."""
    x, y = (
        (np.arange(round(2 * half / step_mm)) + 0.5).astype(np.float32) * step_mm - half
        for half in (HALF_WIDTH_MM, HALF_HEIGHT_MM)
    )
    return x[None, :], y[:, None]


if __name__ == "__main__":
    main()
