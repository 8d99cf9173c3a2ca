"""Run of a transfer study, one cell after another; what is done is kept, and the same run goes on from there."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from MuscleSegLib.digests import digest_of_code
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.training.transfer_study.design import Cell, Design, cells_of
from MuscleSegLib.training.transfer_study.finetuning import Score, fine_tuned, score_of
from MuscleSegLib.training.transfer_study.slice_sets import Slices, annotated_slices, drawn_slices, folds_of
from MuscleSegLib.training.transfer_study.sources import Weights, classes_of, weights_of

_LEARNING = tuple(
    f"training/transfer_study/{name}.py"
    for name in ("finetuning", "learning", "natural_images", "network", "slice_sets", "sources")
)
"""Code that decides what a network learns."""


@dataclass(frozen=True)
class Results:
    """Results of a study so far.

    Attributes:
        scores: Scores by cell.
        cells: Number of cells of the whole study, without those for which there are too few annotated slices.
        omitted: Numbers of slices that there are too few annotated ones for, in any fold.
    """

    scores: Mapping[Cell, Score]
    cells: int
    omitted: tuple[int, ...]


def run_study(
    design: Design, folder: Path, cache: Path, progress: Progress, *, seconds: float | None = None
) -> Results:
    """Run a study, or go on with it.

    Args:
        design: Design of the study.
        folder: An existing folder for what is done: a file for each cell, and one for each source's weights.
        cache: Folder for slices, which studies may share.
        progress: Raises ``Canceled`` to stop.
        seconds: Time after which no further cell is begun; None for all of them.

    Raises:
        MuscleSegError: The folder holds a study of another design, or a package that a source needs is missing.
    """
    end = None if seconds is None else time.monotonic() + seconds
    _require_same(design, folder)
    cache.mkdir(parents=True, exist_ok=True)
    legs = annotated_slices(design, cache, part(progress, 0, 0.05))
    folds = folds_of(legs, len({leg.person for leg in legs}) if design.cases else design.folds)
    learning = [[leg for leg in legs if leg.person not in fold] for fold in folds]
    possible = {
        (fold, count): drawn_slices(learning[fold], count, [design.seed, fold]) is not None
        for fold in range(len(folds))
        for count in design.slices
    }
    cells = [cell for cell in cells_of(design, len(folds)) if possible[cell.fold, cell.slices]]
    omitted = tuple(n for n in design.slices if not all(possible[fold, n] for fold in range(len(folds))))
    runner = _Runner(design, folder, cache)
    scores: dict[Cell, Score] = {}
    for number, cell in enumerate(cells):
        here = part(progress, 0.05 + 0.95 * number / len(cells), 0.05 + 0.95 * (number + 1) / len(cells))
        is_late = end is not None and time.monotonic() > end
        tested = [leg for leg in legs if leg.person in folds[cell.fold]]
        score = runner.kept(cell) if is_late else runner.score(cell, learning[cell.fold], tested, here)
        if score is not None:
            scores[cell] = score
    return Results(scores, len(cells), omitted)


class _Runner:
    """Runs cells, with each source's weights made once."""

    def __init__(self, design: Design, folder: Path, cache: Path) -> None:
        self.design = design
        self.folder = folder
        self.cache = cache
        self.weights: dict[str, Weights] = {}

    def kept(self, cell: Cell) -> Score | None:
        """Return the score of a cell that is done."""
        try:
            values: dict[str, Any] = json.loads((self.folder / f"{cell.name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Score(**values)

    def score(self, cell: Cell, learning: Sequence[Slices], tested: Sequence[Slices], progress: Progress) -> Score:
        """Return the score of a cell, fine-tuned if it is not done."""
        score = self.kept(cell)
        if score is None:
            weights = self._weights(cell.source, part(progress, 0, 0.5))
            seed = [self.design.seed, cell.fold]
            slices = drawn_slices(learning, cell.slices, seed)
            assert slices is not None
            network = fine_tuned(
                weights,
                slices,
                classes=classes_of(self.design),
                steps=self.design.steps,
                seed=seed,
                progress=_named(part(progress, 0.5, 1), f"{cell.source}, {cell.slices} slices, fold {cell.fold + 1}"),
            )
            score = score_of(network, tested)
            with written_whole(self.folder / f"{cell.name}.json") as temporary:
                temporary.write_text(json.dumps(asdict(score)), encoding="utf-8")
        return score

    def _weights(self, source: str, progress: Progress) -> Weights:
        if source not in self.weights:
            file = self.folder / f"{source}.pt"
            if not file.exists():
                with torch.random.fork_rng(devices=[]):
                    torch.manual_seed(self.design.seed)
                    made = dict(weights_of(source, self.design, self.cache, _named(progress, source)))
                with written_whole(file) as temporary:
                    torch.save(made, temporary)
            self.weights[source] = torch.load(file, map_location="cpu", weights_only=True)
        return self.weights[source]


def _named(progress: Progress, name: str) -> Progress:
    return lambda fraction, message: progress(fraction, f"{name}: {message}")


def _require_same(design: Design, folder: Path) -> None:
    """Keep the design of a new study, and check that one that goes on has the same.

    Sources and numbers of slices may be others: a cell does not depend on other cells.

    Raises:
        MuscleSegError: It has another one, or the program was changed meanwhile.
    """
    values = {**asdict(design), "cases": str(design.cases) if design.cases else None}
    values = {name: value for name, value in values.items() if name not in ("sources", "slices")}
    values["code"] = digest_of_code(*_LEARNING)
    file = folder / "design.json"
    if not file.exists():
        with written_whole(file) as temporary:
            temporary.write_text(json.dumps(values, indent=2), encoding="utf-8")
    elif json.loads(file.read_text(encoding="utf-8")) != values:
        message = f"{folder} holds a transfer study with other options, or of another version of MuscleSeg: "
        message += "give another folder with --output, or delete it."
        raise MuscleSegError(message)
