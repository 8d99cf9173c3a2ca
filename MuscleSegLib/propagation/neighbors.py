"""Displacements between neighboring slices of a leg, each computed once, and chains of them up and down the limb."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.child_processes import usable_cores
from MuscleSegLib.errors import Canceled
from MuscleSegLib.progress import Progress
from MuscleSegLib.propagation.registration import compose, register
from MuscleSegLib.translatable import _

Array = NDArray[np.float32]

UP, DOWN = 1, -1
"""Directions in which labels are carried, as steps of the slice's index."""


@dataclass(frozen=True)
class Chain:
    """Way from a slice to the nearest given slice below or above it.

    Attributes:
        source: Index of the given slice.
        distance: Number of slices between them, 1 for neighbors.
        displacement: From the slice to the given one, [2, row, column] in pixels.
    """

    source: int
    distance: int
    displacement: Array


class Neighbors:
    """Displacements between neighboring slices of one leg.

    Args:
        images: Normalized intensities of each image of the scan, [k, row, column]; displacements are averaged.
        kept: Range of the slices that labels are carried through.
        progress: Raises ``Canceled`` to stop.
    """

    def __init__(self, images: Sequence[Array], kept: range, progress: Progress) -> None:
        self.kept = kept
        steps = [(index, direction) for index in kept for direction in (UP, DOWN) if index - direction in kept]
        self._displacements = _registered(images, steps, progress)

    def chains(self, given: Collection[int]) -> Mapping[int, Sequence[Chain]]:
        """Return the ways of each slice that is not given, one or two of them; slices without any are left out.

        Args:
            given: Indices of the slices whose labels are carried.
        """
        chains: dict[int, list[Chain]] = {}
        for direction in (UP, DOWN):
            current: Chain | None = None
            for index in self.kept[::direction]:
                if index in given:
                    current = Chain(index, 0, np.zeros((2, 1, 1), np.float32))
                elif current is not None:
                    step = self._displacements[index, direction]
                    displacement = compose(current.displacement, step) if current.distance else step
                    current = Chain(current.source, current.distance + 1, displacement)
                    chains.setdefault(index, []).append(current)
        return chains


def _registered(
    images: Sequence[Array], steps: Sequence[tuple[int, int]], progress: Progress
) -> dict[tuple[int, int], Array]:
    """Register slices, (index, direction), with the one before them in that direction, several at a time."""
    is_stopped = False

    def check() -> None:
        if is_stopped:
            raise Canceled

    def displacement(index: int, direction: int) -> Array:
        displacements = [register(image[index], image[index - direction], check) for image in images]
        return np.asarray(np.mean(displacements, axis=0, dtype=np.float32))

    with ThreadPoolExecutor(usable_cores()) as pool:
        jobs: dict[tuple[int, int], Future[Array]] = {step: pool.submit(displacement, *step) for step in steps}
        try:
            return _collected(jobs, progress)
        except BaseException:
            is_stopped = True
            pool.shutdown(cancel_futures=True)
            raise


def _collected(jobs: Mapping[tuple[int, int], Future[Array]], progress: Progress) -> dict[tuple[int, int], Array]:
    displacements = {}
    for number, (step, job) in enumerate(jobs.items()):
        progress(number / len(jobs), _("following the muscles from slice to slice"))
        displacements[step] = job.result()
    return displacements
