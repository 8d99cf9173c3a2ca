"""Small pictures of a segmentation for pages of many scans, drawn in hundredths of a second.

``overview`` draws a larger one, for one scan, with a legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.files import written_whole
from MuscleSegLib.report.figures import Box, labeled_box, labeled_slices
from MuscleSegLib.volume import Segment, Volume, canonical

if TYPE_CHECKING:
    from PIL.Image import Image

SLICES = 4
TILE = 300
"""Width of a slice in pixels."""
THUMBNAIL = (360, 130)
"""Largest width and height of a thumbnail in pixels."""
_QUALITY = 70
_TINT = 0.3
_BRIGHTEST_PERCENT = 99.5

Pixels = NDArray[np.uint8]


def draw_montage(
    image: Volume, labels: Volume, segments: Sequence[Segment], path: Path, *, thumbnail: Path | None = None
) -> None:
    """Draw four slices from the lowest to the highest with a label, side by side, muscles tinted and outlined.

    The subject's right is on the left of the picture, front is up.

    Args:
        image: [k, j, i] image, any orientation.
        labels: [k, j, i] label values on the same grid.
        segments: Colors of the labels.
        path: A .png file.
        thumbnail: A .jpg file with the same picture, small.

    Raises:
        MuscleSegError: A file cannot be written.
    """
    from PIL import Image as Images

    gray, codes = canonical(image), canonical(labels)
    labeled, box = labeled_slices(codes.array), labeled_box(codes)
    places = (np.arange(SLICES) + 0.5) / SLICES * (len(labeled) - 1)
    shown = labeled[np.unique(places.round().astype(int))]
    colors = np.zeros((256, 3), np.float32)
    for segment in segments:
        colors[segment.value] = segment.color
    tiles = [_tile(gray, codes.array, int(k), box, colors) for k in shown]
    picture = Images.new("RGB", (sum(tile.width for tile in tiles), tiles[0].height))
    for number, tile in enumerate(tiles):
        picture.paste(tile, (number * TILE, 0))
    with written_whole(path) as temporary:
        picture.save(temporary, format="PNG", compress_level=3)
    if thumbnail is not None:
        picture.thumbnail(THUMBNAIL)
        with written_whole(thumbnail) as temporary:
            picture.save(temporary, format="JPEG", quality=_QUALITY)


def _tile(gray: Volume, codes: NDArray[Any], k: int, box: Box, colors: NDArray[np.float32]) -> Image:
    """Return a slice as a picture of ``TILE`` pixels width."""
    from PIL import Image as Images

    i_mm, j_mm, _ = gray.geometry.spacing_mm
    # Rows run to the front, columns to the right of the subject: both are turned for the picture.
    shades, values = (array[k][box][::-1, ::-1] for array in (gray.array, codes))
    size = TILE, max(1, round(TILE * shades.shape[0] * j_mm / (shades.shape[1] * i_mm)))
    scaled = Images.fromarray(_gray(shades)).resize(size, Images.Resampling.BILINEAR)
    enlarged = np.asarray(Images.fromarray(values.astype(np.uint8)).resize(size, Images.Resampling.NEAREST))
    pixels = np.repeat(np.asarray(scaled, np.float32)[..., None], 3, axis=2)
    is_muscle, is_border = enlarged > 0, _borders(enlarged)
    tint = colors[enlarged]
    pixels[is_muscle] += _TINT * (tint[is_muscle] - pixels[is_muscle])
    pixels[is_border] = tint[is_border]
    return Images.fromarray(pixels.astype(np.uint8))


def _gray(shades: NDArray[Any]) -> Pixels:
    values = np.nan_to_num(shades.astype(np.float32), posinf=0.0, neginf=0.0)
    brightest = max(float(np.percentile(values, _BRIGHTEST_PERCENT)), 1e-6)
    return np.asarray(np.clip(values / brightest * 255, 0, 255), np.uint8)


def _borders(values: Pixels) -> NDArray[np.bool_]:
    """Return the pixels of muscles that have a neighbor of another value."""
    padded = np.pad(values, 1)
    middle = padded[1:-1, 1:-1]
    neighbors = (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:])
    differs = np.any([middle != neighbor for neighbor in neighbors], axis=0)
    return np.asarray((middle > 0) & differs)
