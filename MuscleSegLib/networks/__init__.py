"""Network architectures, each in a file, and their registry by name. Importing this imports no torch."""

from MuscleSegLib.networks.registry import ARCHITECTURES as ARCHITECTURES
from MuscleSegLib.networks.registry import Architecture as Architecture
from MuscleSegLib.networks.registry import build as build
