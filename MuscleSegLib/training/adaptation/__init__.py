"""Adaptation: a network goes on learning from a user's corrected scans, and is taken only where it became better."""

from MuscleSegLib.training.adaptation.adapting import Request as Request
from MuscleSegLib.training.adaptation.adapting import adapt as adapt
from MuscleSegLib.training.adaptation.plan import Settings as Settings
from MuscleSegLib.training.adaptation.state import Adapted as Adapted
from MuscleSegLib.training.adaptation.state import State as State
