"""Draw the icons.

    python Testing/extension/draw_icons.py

The module's is a right thigh cut across, seen from below, its ten muscles in their colors around the femur:
MuscleSeg.png (128 pixels, for the extension catalog) and MuscleSeg/Resources/Icons/MuscleSeg.png (64 pixels, for
Slicer's menus, where it is as small as 24). Those of the sample data, beside it, are a slice of digital legs each.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.phantom import Tissue, digital_legs

ROOT = Path(__file__).resolve().parents[2]
ICONS = ROOT / "MuscleSeg" / "Resources" / "Icons"
PICTURES = {ROOT / "MuscleSeg.png": 128, ICONS / "MuscleSeg.png": 64}
SAMPLES = {ICONS / "MuscleSegThighs.png": ("thigh", 190.0), ICONS / "MuscleSegCalves.png": ("calf", 150.0)}
"""The region, and the half width that is shown, in mm."""
SAMPLE_SIZE = (256, 160)
PIXELS = 1024
"""Size of the drawing in pixels, before it is made small."""

# On the disc of radius 1, medial to the right and anterior up. A muscle takes what is nearer to its middle, less its
# reach, than to any other's.
MIDDLES = {
    "rectus femoris": (-0.02, 0.62, 0.0),
    "vastus lateralis": (-0.56, 0.22, 0.1),
    "vastus intermedius": (-0.12, 0.25, 0.08),
    "vastus medialis": (0.46, 0.33, 0.06),
    "sartorius": (0.78, 0.12, -0.04),
    "adductor": (0.36, -0.16, 0.1),
    "gracilis": (0.76, -0.28, -0.04),
    "semimembranosus": (0.38, -0.62, 0.0),
    "semitendinosus": (-0.04, -0.64, 0.06),
    "biceps femoris": (-0.46, -0.46, 0.08),
}
FEMUR, FEMUR_RADIUS, MARROW_RADIUS = (-0.10, 0.06), 0.19, 0.10
SKIN, FASCIA = 0.98, 0.87
GAP = 0.05
ROUNDING = 0.03
SKIN_COLOR, FAT_COLOR, BONE_COLOR, MARROW_COLOR = (199, 143, 106), (253, 240, 213), (255, 255, 255), (240, 205, 130)


def draw() -> Image.Image:
    """Return the picture, on a transparent ground."""
    x, y = np.meshgrid(np.linspace(-1, 1, PIXELS), np.linspace(1, -1, PIXELS))
    radius, from_femur = np.hypot(x, y), np.hypot(x - FEMUR[0], y - FEMUR[1])
    canvas = np.zeros((PIXELS, PIXELS, 4), np.uint8)
    _fill(canvas, radius < SKIN, SKIN_COLOR)
    _fill(canvas, radius < SKIN - 0.035, FAT_COLOR)
    reach = np.stack([np.hypot(x - a, y - b) - more for a, b, more in MIDDLES.values()])
    first, second = np.sort(reach, axis=0)[:2]
    is_muscle = (second - first > GAP) & (radius < FASCIA) & (from_femur > FEMUR_RADIUS + GAP / 2)
    colors = {muscle.name: muscle.color for region in REGIONS for muscle in region.muscles}
    for number, name in enumerate(MIDDLES):
        _fill(canvas, _rounded(is_muscle & (reach.argmin(axis=0) == number)), colors[name])
    _fill(canvas, from_femur < FEMUR_RADIUS, BONE_COLOR)
    _fill(canvas, from_femur < MARROW_RADIUS, MARROW_COLOR)
    return Image.fromarray(canvas)


def draw_sample(region: str, half_width_mm: float) -> Image.Image:
    """Return a slice through the middle of digital legs, in gray with the right leg's muscles in color."""
    legs = digital_legs(region, seed=7, fat_fraction=12)
    width, height = SAMPLE_SIZE
    across, down = np.linspace(1, -1, 4 * width), np.linspace(1, -1, 4 * height) * height / width
    x, y = half_width_mm * np.stack(np.meshgrid(across, down))  # the subject's right is on the left, as in all views
    plane = legs.plane(0.0, x, y)
    is_dark = np.isin(plane.tissues, [Tissue.AIR, Tissue.CORTEX, Tissue.ARTERY, Tissue.VEIN, Tissue.TENDON])
    gray = 255 * np.where(is_dark, 0, 0.3 + 0.65 * plane.fat)
    picture = np.repeat(gray[..., np.newaxis], 3, axis=-1)
    muscles = next(entry.muscles for entry in REGIONS if entry.name == region)
    for muscle in muscles:
        mask = (plane.tissues == muscle.code) & ~plane.is_left
        picture[mask] = 0.35 * picture[mask] + 0.65 * np.array(muscle.color)
    return Image.fromarray(picture.astype(np.uint8))


def _fill(canvas: NDArray[np.uint8], where: NDArray[np.bool_], color: tuple[int, int, int]) -> None:
    canvas[where] = (*color, 255)


def _rounded(shape: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(gaussian_filter(shape.astype(np.float32), ROUNDING * PIXELS / 2) > 0.5)


if __name__ == "__main__":
    drawing = draw()
    for path, size in PICTURES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        drawing.resize((size, size), Image.Resampling.LANCZOS).save(path, optimize=True)
    for path, (name, half_width) in SAMPLES.items():
        draw_sample(name, half_width).resize(SAMPLE_SIZE, Image.Resampling.LANCZOS).save(path, optimize=True)
