"""Train a network from label maps and scans, or go on with a training that was stopped.

The output folder holds the state of the run; given again, the command goes on from there. When the run is done the
bundle is in the folder ``bundle`` below it. Several GPUs: torchrun --nproc-per-node 2 -m MuscleSegLib train ...
"""

import argparse
import math
from pathlib import Path

from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.numeric import positive
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.progress import silent

HELP = "train a network from label maps and scans"
EXAMPLE = "muscleseg train train.toml --data ../shared/data --output runs/thigh --cache runs/cache"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("configuration", metavar="CONFIG", type=Path, help="a TOML file")
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="where the folders of label maps and scans are; not for digital legs",
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder for the run")
    parser.add_argument(
        "--cache",
        metavar="DIR",
        type=Path,
        help="a folder for training volumes, which runs share (default: in the output folder)",
    )
    parser.add_argument(
        "--minutes", metavar="N", type=positive, default=math.inf, help="stop after so long, to go on another time"
    )


def run(options: argparse.Namespace) -> None:
    """Train."""
    try:
        _train(options)
    except KeyboardInterrupt as error:  # while legs are made; the training itself ends with its state saved
        message = "stopped; what was done so far is kept, and the same command goes on from there."
        raise MuscleSegError(message) from error


def _train(options: argparse.Namespace) -> None:
    from MuscleSegLib.training import (
        Trainer,
        joined_processes,
        make_leg_volumes,
        read_configuration,
        require_buildable,
        write_bundle,
    )

    configuration = read_configuration(options.configuration)
    require_buildable(configuration)
    options.output.mkdir(parents=True, exist_ok=True)
    cache = options.cache or options.output / "cache"
    with joined_processes() as processes, progress_bar() as bar:
        is_first = processes.rank == 0
        # the first process makes the legs, the others then find them
        leg_volumes = processes.of_first(make_leg_volumes(configuration, options.data, cache, bar) if is_first else {})
        trainer = Trainer(configuration, leg_volumes, options.output, cache=cache, processes=processes)
        trainer.load()
        is_done = trainer.run(bar if is_first else silent, minutes=options.minutes)
        if is_done and is_first:
            write_bundle(options.output / "bundle", trainer, options.configuration)
    if not is_first:
        return
    if not is_done:
        print(f"Stopped after {trainer.done} iterations; the same command goes on from there.")
    else:
        print(f"Trained for {trainer.seconds / 60:.0f} minutes: {options.output / 'bundle'}")
