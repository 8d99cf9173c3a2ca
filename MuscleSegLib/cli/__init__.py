"""The ``muscleseg`` command."""

from MuscleSegLib.cli.app import main as main
