"""Training: legs from label maps and scans, volumes made of them, and the loop. Importing this imports torch."""

from MuscleSegLib.training.architecture import require_buildable
from MuscleSegLib.training.configuration import Configuration, read_configuration
from MuscleSegLib.training.export import write_bundle
from MuscleSegLib.training.legs import make_leg_volumes
from MuscleSegLib.training.loop import Trainer
from MuscleSegLib.training.processes import joined_processes

__all__ = [
    "Configuration",
    "Trainer",
    "joined_processes",
    "make_leg_volumes",
    "read_configuration",
    "require_buildable",
    "write_bundle",
]
