"""What the images of one acquisition have in common."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume

Floats = NDArray[np.float64]


def require_one_grid(images: Sequence[Volume]) -> None:
    """Check that all images lie on the grid of the first.

    Raises:
        MuscleSegError: One does not.

    """
    for image in images[1:]:
        if not image.geometry.is_close(images[0].geometry):
            message = f"{image.name} and {images[0].name} do not lie on the same grid: give the images of one "
            message += "acquisition."
            raise MuscleSegError(message)


def require_echo_times(images: Sequence[Volume], echoes_ms: Sequence[float]) -> None:
    """Check that there is one echo time, larger than the one before it, for each image.

    Raises:
        MuscleSegError: There is not.

    """
    if len(images) != len(echoes_ms):
        message = f"There are {len(images)} echoes ({images[0].name} is the first) and {len(echoes_ms)} echo times: "
        message += "give one echo time in ms for each echo."
        raise MuscleSegError(message)
    steps = np.diff(echoes_ms, prepend=0.0)
    if not np.isfinite(steps).all() or steps.min() <= 0:
        message = f"The echo times of {images[0].name}, {', '.join(f'{time:g}' for time in echoes_ms)} ms, do not grow "
        message += "from one echo to the next: give them, and the echoes, in the order of time."
        raise MuscleSegError(message)
