"""Program that ``torchrun`` starts in test_processes.py: a training that ends with each process writing its weights."""

import sys
from pathlib import Path

import torch

from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer, joined_processes, make_leg_volumes, read_configuration


def train(configuration_file: Path, output: Path) -> None:
    torch.set_num_threads(1)
    with joined_processes() as processes:
        configuration = read_configuration(configuration_file)
        cache = output / "cache"
        leg_volumes = processes.of_first(
            make_leg_volumes(configuration, output, cache, silent) if processes.rank == 0 else {}
        )
        trainer = Trainer(configuration, leg_volumes, output, cache=cache, processes=processes)
        trainer.run(silent)
        torch.save(list(trainer.network.parameters()), output / f"weights-{processes.rank}.pt")


if __name__ == "__main__":  # not in the processes that make legs, which import this file again
    train(Path(sys.argv[1]), Path(sys.argv[2]))
