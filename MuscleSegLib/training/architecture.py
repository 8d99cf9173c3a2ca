"""The network that a configuration asks for: its arguments, and whether there can be such a one."""

from typing import Any

from MuscleSegLib.anatomy import region
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import build
from MuscleSegLib.networks.limits import check_runs, sketch
from MuscleSegLib.training.configuration import Configuration

_BATCH = 2  # of one image alone, some layers cannot normalize


def network_arguments(configuration: Configuration) -> dict[str, Any]:
    """Return the arguments of the network's constructor: channels by input and region, and what is configured."""
    return {
        "in_channels": configuration.input.leg.channels,
        "out_channels": len(region(configuration.region).muscles) + 1,
        **configuration.network,
    }


def require_buildable(configuration: Configuration) -> None:
    """Check that a network can be built and shown images, before hours are spent on legs to train it with.

    Raises:
        MuscleSegError: It cannot; the message says why.

    """
    seen, arguments = configuration.input, network_arguments(configuration)
    slices = () if seen.dimensions == 2 else (seen.slices,)
    shape = (_BATCH, arguments["in_channels"], *slices, seen.size, seen.size)
    try:
        network = sketch(lambda: build(configuration.architecture, **arguments), arguments)
        check_runs(network, shape, classes=arguments["out_channels"])
    except MuscleSegError:
        raise
    except Exception as error:  # a constructor that is given nonsense raises anything
        message = f"The network {configuration.architecture} of the training configuration {configuration.name} cannot "
        message += f"be built ({' '.join(str(error).split())[:200]}): correct [network], or leave it out."
        raise MuscleSegError(message) from error
