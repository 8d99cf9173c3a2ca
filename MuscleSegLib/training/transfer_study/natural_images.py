"""Natural images with segments, to pre-train on: photographs that scikit-image carries, split into regions.

No package was found that carries photographs with drawn masks. These masks are made: regions of one color
(Felzenszwalb and Huttenlocher, Int J Comput Vis 2004;59:167-181), each in one of eight classes by its brightness. It is
a segmentation of natural images, and far from one of drawn objects such as COCO's.
"""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.transfer_study.network import SIZE

PHOTOGRAPHS = ("astronaut", "cat", "coffee", "rocket")
"""Names in ``skimage.data`` of the color photographs that come with the package."""

GROUPS = 8
"""Number of groups of brightness, the task's classes."""

CROPS = 48  # of each photograph
SMALLEST, LARGEST = 128, 384  # sides of a crop, in pixels


def natural_slices(seed: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return gray crops of photographs, [crop, SIZE, SIZE] from 0 to 2, and their groups, from 0 to GROUPS - 1.

    Args:
        seed: Seed of the crops.

    Raises:
        MuscleSegError: scikit-image is missing.
    """
    try:
        from skimage import data
        from skimage.segmentation import felzenszwalb
    except ImportError as error:
        message = "The natural images, scikit-image, are not installed: "
        message += "install MuscleSeg with its extra `transfer`: pip install 'muscleseg[transfer]'."
        raise MuscleSegError(message) from error
    rng = np.random.default_rng([seed, 9])
    images, groups = [], []
    for name in PHOTOGRAPHS:
        photograph = getattr(data, name)()[..., :3].astype(np.float32) / 255
        regions = felzenszwalb(photograph, scale=200, sigma=0.8, min_size=150)
        of_region = _groups_of(photograph, regions)
        for _ in range(CROPS):
            rows, columns = _crop(rng, regions.shape)
            images.append(2 * photograph[np.ix_(rows, columns)].mean(axis=-1))
            groups.append(of_region[regions[np.ix_(rows, columns)]])
    return np.stack(images).astype(np.float32), np.stack(groups).astype(np.uint8)


def _groups_of(photograph: NDArray[np.float32], regions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the group of each region: regions in the order of their mean brightness, in equal numbers."""
    counts = np.bincount(regions.ravel())
    brightness = np.bincount(regions.ravel(), photograph.mean(axis=-1).ravel()) / counts
    rank = np.argsort(np.argsort(brightness))
    return np.asarray(rank * GROUPS // len(rank))


def _crop(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw the rows and columns of a square crop, sampled at the size of a slice."""
    side = int(rng.integers(SMALLEST, min(LARGEST, *shape) + 1))
    starts = [int(rng.integers(length - side + 1)) for length in shape]
    rows, columns = (start + np.arange(SIZE) * side // SIZE for start in starts)
    return rows, columns[::-1] if rng.random() < 0.5 else columns
