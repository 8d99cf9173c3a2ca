"""Background process for segmentation, alive between jobs, and its client. Importing this imports no torch."""

from MuscleSegLib.worker.client import Client
from MuscleSegLib.worker.messages import CostJob, Job, RegionJob, SegmentJob
from MuscleSegLib.worker.task import Handlers
from MuscleSegLib.worker.transport import (
    ARGUMENTS,
    SubprocessTransport,
    Transport,
    environment,
    how_it_ended,
    kill_process,
)

__all__ = [
    "ARGUMENTS",
    "Client",
    "Handlers",
    "Job",
    "CostJob",
    "RegionJob",
    "SegmentJob",
    "SubprocessTransport",
    "Transport",
    "environment",
    "how_it_ended",
    "kill_process",
]
