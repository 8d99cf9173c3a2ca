"""Training: legs from label maps and scans, volumes made of them, and the loop. Importing this imports torch."""

from MuscleSegLib.training.architecture import require_buildable as require_buildable
from MuscleSegLib.training.configuration import Configuration as Configuration
from MuscleSegLib.training.configuration import read_configuration as read_configuration
from MuscleSegLib.training.export import write_bundle as write_bundle
from MuscleSegLib.training.legs import make_leg_volumes as make_leg_volumes
from MuscleSegLib.training.loop import Trainer as Trainer
from MuscleSegLib.training.processes import joined_processes as joined_processes
