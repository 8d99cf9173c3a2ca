"""The ``muscleseg`` command."""

from MuscleSegLib.cli.app import main

__all__ = ["main"]
