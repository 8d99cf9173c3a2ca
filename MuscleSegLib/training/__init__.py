"""Training: legs from label maps, images made of them, and the loop. Importing this imports torch and MONAI."""

from MuscleSegLib.training.configuration import Configuration, read_configuration
from MuscleSegLib.training.export import write_bundle
from MuscleSegLib.training.loop import Trainer
from MuscleSegLib.training.preparation import make_stacks

__all__ = ["Configuration", "Trainer", "make_stacks", "read_configuration", "write_bundle"]
