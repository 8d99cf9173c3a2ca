"""Job of a client, with its callbacks and its output."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.worker.messages import CostJob, Request
from MuscleSegLib.worker.output import Output


@dataclass(frozen=True)
class Handlers:
    """Callbacks of a job: ``progress`` any number of times, then exactly one of the others, once."""

    progress: Callable[[float, str], None]
    result: Callable[[Mapping[str, Any]], None]
    failed: Callable[[str], None]
    canceled: Callable[[], None]


@dataclass
class Task:
    """Job of a client that has not ended.

    Attributes:
        request: The job, with its identifier.
        handlers: Its callbacks.
        output: Its output file.
        cancel_by: Time by which it has to have stopped; None where it is wanted.
        is_postponed: Whether it stops for another job, to be done later.
    """

    request: Request
    handlers: Handlers
    output: Output
    cancel_by: float | None = None
    is_postponed: bool = False

    @property
    def is_cost(self) -> bool:
        """Whether any other job goes first."""
        return isinstance(self.request.job, CostJob)
