"""Log of a run: a table, and TensorBoard's files where TensorBoard is installed."""

import csv
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from MuscleSegLib.files import written_whole


class Log:
    """Log files ``log.csv`` and TensorBoard's events in the folder of a run.

    Args:
        folder: Folder of the run.
        codes: Muscle codes.
    """

    def __init__(self, folder: Path, codes: Sequence[int]) -> None:
        self.folder = folder
        self.header = ["iteration", "minutes", "loss", "dsc_mean", *(f"dsc_{code}" for code in codes)]

    def forget_after(self, iteration: int) -> None:
        """Remove the lines after ``iteration``, which a resumed run writes again."""
        path = self.folder / "log.csv"
        if not path.exists():
            return
        with path.open(newline="", encoding="utf-8") as file:
            lines = [line for line in list(csv.reader(file))[1:] if int(line[0]) <= iteration]
        with written_whole(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([self.header, *lines])

    def write(self, iteration: int, minutes: float, loss: float, dice: Sequence[float]) -> None:
        """Add a line; the DSC of a muscle absent from labels and prediction is left empty."""
        figures = [loss, float(np.nanmean(dice)), *dice]
        path = self.folder / "log.csv"
        is_new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(self.header)
            texts = ("" if np.isnan(figure) else f"{figure:.4f}" for figure in figures)
            writer.writerow([iteration, f"{minutes:.1f}", *texts])
        if importlib.util.find_spec("tensorboard") is None:
            return
        from torch.utils.tensorboard import SummaryWriter

        # opened for each line: validations are rare, and an interrupted run has nothing to close
        with SummaryWriter(str(self.folder / "tensorboard")) as board:
            for name, figure in zip(self.header[2:], figures, strict=True):
                board.add_scalar(name, figure, iteration)
