"""Train a network from label maps, or go on with a training that was stopped.

The output folder holds the state of the run; given again, the command goes on from there. When the run is done the
bundle is in the folder ``bundle`` below it.
"""

import argparse
import math
from pathlib import Path

from MuscleSegLib.cli.console import progress_bar

HELP = "train a network from label maps"
EXAMPLE = (
    "muscleseg train Resources/Networks/thigh-unet2d-small/configs/train.toml --data ../shared/data --output runs/thigh"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("configuration", metavar="CONFIG", type=Path, help="a TOML file")
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="where the label maps' folders are; not for digital legs",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder for the run")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so long, to go on another time")


def run(options: argparse.Namespace) -> None:
    """Train."""
    from MuscleSegLib.training import Trainer, make_stacks, read_configuration, write_bundle

    configuration = read_configuration(options.configuration)
    options.output.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress:
        stacks = make_stacks(configuration, options.data, options.output, progress)
        trainer = Trainer(configuration, stacks, options.output)
        trainer.load()
        is_done = trainer.run(progress, minutes=options.minutes)
    if not is_done:
        print(f"Stopped after {trainer.done} iterations; the same command goes on from there.")
        return
    folder = options.output / "bundle"
    write_bundle(folder, trainer, options.configuration)
    print(f"Trained for {trainer.seconds / 60:.0f} minutes: {folder}")
