"""Architecture of a configuration: the network's arguments, and a check that it can be built."""

from typing import Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import build
from MuscleSegLib.networks.limits import check_runs, sketch
from MuscleSegLib.training.configuration import Configuration

_BATCH = 2  # some layers cannot normalize a single image


def network_arguments(configuration: Configuration) -> dict[str, Any]:
    """Return the arguments of the network's constructor: channels of input and region, and those of ``[network]``."""
    return {
        "in_channels": configuration.input.leg.channels,
        "out_channels": len(configuration.label_set.muscles) + 1,
        **configuration.network,
    }


def require_buildable(configuration: Configuration) -> None:
    """Check that the network can be built and run, before hours are spent on the legs to train it with.

    Raises:
        MuscleSegError: The network cannot be built or run; the message says why.
    """
    spec, arguments = configuration.input, network_arguments(configuration)
    slices = () if spec.dimensions == 2 else (spec.slices,)
    shape = (_BATCH, arguments["in_channels"], *slices, spec.size, spec.size)
    try:
        network = sketch(lambda: build(configuration.architecture, **arguments), arguments)
        check_runs(network, shape, classes=arguments["out_channels"])
    except MuscleSegError:
        raise
    except Exception as error:  # a constructor raises anything for impossible arguments
        message = f"The network {configuration.architecture} of the training configuration {configuration.name} cannot "
        message += f"be built ({' '.join(str(error).split())[:200]}): correct [network], or leave it out."
        raise MuscleSegError(message) from error
