"""Volume of one leg that training volumes are drawn from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.training.legs.leg_tissues import Codes


@dataclass(frozen=True)
class LegVolume:
    """Leg as canvases (``leg_tissues.CANVAS`` square, ``leg_tissues.PIXEL_MM``) from the knee up, a left leg mirrored.

    Attributes:
        name: Unique name of the leg.
        person: Name of the person; both legs of a person are on one side of a split.
        tissues: Tissue codes, [variant, slice, row, column]; of the images' size, or ``FINE`` times finer than CANVAS.
        spacing_mm: Spacing of the slices.
        images: Images of a real scan, [image, slice, row, column], float16, on a common scale: fat and water, or a
            single image of any contrast. None for a leg whose images are synthesized.
        digest: Digest of the files that the leg was cut out of.
    """

    name: str
    person: str
    tissues: Codes
    spacing_mm: float
    images: NDArray[np.float16] | None = None
    digest: str = ""
