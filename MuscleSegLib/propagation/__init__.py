"""Propagation: labels of a few slices, carried to the others. Importing this imports no torch."""

from MuscleSegLib.propagation.propagate import ALONE_REACH as ALONE_REACH
from MuscleSegLib.propagation.propagate import Propagation as Propagation
from MuscleSegLib.propagation.propagate import propagate as propagate
from MuscleSegLib.propagation.requests import Given as Given
from MuscleSegLib.propagation.requests import given_for_all as given_for_all
from MuscleSegLib.propagation.requests import labeled_slices as labeled_slices
from MuscleSegLib.propagation.requests import on_grid_of_image as on_grid_of_image
from MuscleSegLib.propagation.requests import require_slices as require_slices
