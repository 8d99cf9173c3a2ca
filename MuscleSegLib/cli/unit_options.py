"""Options for the units of maps."""

import argparse

from MuscleSegLib.biomarkers import MAP_UNITS
from MuscleSegLib.errors import MuscleSegError


def add_units(parser: argparse.ArgumentParser) -> None:
    """Add an option for each map."""
    for name, units in MAP_UNITS.items():
        scale = "" if name == "t2" else " (8bit and 12bit: 100 percent is 255 or 4095)"
        parser.add_argument(
            f"--{name}-unit",
            choices=list(units),
            help=f"of the {name.upper()} map's values{scale}; where it is not given, what its file says or, with a "
            "warning, what its values let assume",
        )


def stated_units(options: argparse.Namespace) -> dict[str, str]:
    """Return the stated units by map."""
    return {name: unit for name in MAP_UNITS if (unit := getattr(options, f"{name}_unit"))}


def require_units_of_maps(options: argparse.Namespace) -> None:
    """Check that units are stated only of maps that are given.

    Raises:
        MuscleSegError: The map of a unit is missing.
    """
    for name in stated_units(options):
        if not getattr(options, name):
            message = f"--{name}-unit says what the values of --{name} are, which is not given: leave it out."
            raise MuscleSegError(message)
