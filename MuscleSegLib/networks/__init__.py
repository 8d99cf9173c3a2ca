"""Network architectures, each in a file, and their registry by name. Importing this imports no torch."""

from MuscleSegLib.networks.registry import ARCHITECTURES, Architecture, build

__all__ = ["ARCHITECTURES", "Architecture", "build"]
