"""Design of a transfer study: sources, numbers of slices, folds, and how long each network learns."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("none", "classification", "natural-segmentation", "reconstruction", "jigsaw", "synthesis")
"""Source tasks by name."""

SLICES = (5, 10, 25, 50, 75, 100, 125)
"""Numbers of annotated slices in McSweeney et al. (10.1002/mp.15533)."""


@dataclass(frozen=True)
class Design:
    """Design of a transfer study; everything that its figures depend on.

    Attributes:
        region: "thigh" or "calf".
        sources: Names in ``SOURCES``.
        slices: Numbers of annotated slices, ascending.
        folds: Number of folds over people; with ``cases`` each person is a fold.
        steps: Steps of each fine-tuning.
        source_steps: Steps of each pre-training.
        people: Number of digital people with annotated slices.
        source_people: Number of other digital people for pre-training: scans without labels, and tissues to synthesize
            images from.
        seed: Seed of everything that is drawn.
        cases: Folder with real scans and their labels, instead of digital people.
        scheme: Label scheme of ``cases``; our own codes where None.
    """

    region: str = "thigh"
    sources: tuple[str, ...] = SOURCES
    slices: tuple[int, ...] = SLICES
    folds: int = 4
    steps: int = 250
    source_steps: int = 1000
    people: int = 16
    source_people: int = 8
    seed: int = 0
    cases: Path | None = None
    scheme: str | None = None


@dataclass(frozen=True)
class Cell:
    """One fine-tuned network of a study.

    Attributes:
        source: Source task.
        slices: Number of annotated slices.
        fold: Number of the fold whose people it is tested on.
    """

    source: str
    slices: int
    fold: int

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"{self.source}-{self.slices}-{self.fold}"


def cells_of(design: Design, folds: int) -> Iterator[Cell]:
    """Yield the cells of a study, fold by fold, so that a part of them is already a curve of every source."""
    for fold in range(folds):
        for slices in design.slices:
            for source in design.sources:
                yield Cell(source, slices, fold)
