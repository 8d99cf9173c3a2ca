"""Processes that train a network together, as ``torchrun`` starts them, or a single process."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import distributed

PATIENCE = timedelta(hours=2)  # the others wait while the first process prepares all legs, and validates

Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """Rank of this process among ``count``; the process of rank 0 writes."""

    rank: int = 0
    count: int = 1

    @property
    def device(self) -> torch.device:
        """GPU of this process, or the CPU where there is none."""
        if not torch.cuda.is_available():
            return torch.device("cpu")
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) if self.count > 1 else 0)

    def anywhere(self, value: bool) -> bool:
        """Return whether ``value`` is true in any process."""
        if self.count == 1:
            return value
        values: list[bool] = [False] * self.count
        distributed.all_gather_object(values, value)
        return any(values)

    def of_first(self, value: Value) -> Value:
        """Return the first process's value in every process."""
        if self.count == 1:
            return value
        values = [value]
        distributed.broadcast_object_list(values, src=0)
        return values[0]


ALONE = Processes()


@contextlib.contextmanager
def joined_processes() -> Iterator[Processes]:
    """Join the processes that the environment names."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    processes = Processes(int(os.environ["RANK"]), count)
    if processes.device.type == "cuda":
        torch.cuda.set_device(processes.device)
    distributed.init_process_group("nccl" if processes.device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield processes
    finally:
        distributed.destroy_process_group()
