"""Network architectures, one a file, and the registry that finds them by name. Importing this imports no torch."""

from MuscleSegLib.networks.registry import ARCHITECTURES, Architecture, build

__all__ = ["ARCHITECTURES", "Architecture", "build"]
