"""A bundle's network, ready on a device, after a look at the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.bundle import Bundle, VolumeInput, find_bundle, shipped_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost.processor import let_idle_threads_sleep
from MuscleSegLib.inference.cost.tile_plan import SMALLEST, Need
from MuscleSegLib.inference.cost.torch_memory import require_room_for_torch
from MuscleSegLib.inference.runner import Runner, not_finite
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.progress import silent

if TYPE_CHECKING:
    import torch
    from torch import nn

Device = Literal["auto", "cpu", "cuda"]

WEIGHT_BYTES = 4 * 3  # a weight is in the file's content, in what is read from it and in the network, for a moment


def load_runner(bundle: Bundle, device: Device) -> Runner:
    """Load a bundle's network.

    Raises:
        MuscleSegError: The bundle cannot be used, its weights are not finite, there is no such device, or they do not
            fit into the memory.

    """
    require_room_for_torch()
    let_idle_threads_sleep()
    import torch

    about = bundle.metadata
    chosen = _device(device)
    available, needed = available_bytes(), WEIGHT_BYTES * about.parameters
    if needed > available:
        message = (
            f"The weights of the network {about.name} need {in_words(needed)} of memory and {in_words(available)} are "
            f"available: {advice(bundle)}."
        )
        raise MuscleSegError(message)
    network = network_of(bundle)
    if not all(bool(values.isfinite().all()) for values in (*network.parameters(), *network.buffers())):
        raise not_finite(about.name)
    network = network.to(chosen)
    if not any(weight.dim() == 5 for weight in network.parameters()):
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    need = Need(network, about.sha256)
    if isinstance(about.input, VolumeInput):
        window = tuple(about.input.window)
        runner = Runner(network, chosen, about.name, need, window, about.input.overlap)
    else:
        runner = Runner(network, chosen, about.name, need)
    runner.on_gpu, runner.advice = chosen.type != "cpu", advice(bundle)
    return runner


def warm_up() -> bool:
    """Do ahead of the first job what would delay it: import torch and the rest, and run a network once.

    Returns:
        Whether there is a GPU that torch can use.

    Raises:
        MuscleSegError: The memory does not suffice.

    """
    require_room_for_torch()
    let_idle_threads_sleep()
    import torch
    from scipy import ndimage  # noqa: F401 - every job uses it

    bundle = find_bundle(REGIONS[0].name)
    runner = load_runner(bundle, "auto")
    runner(torch.zeros(1, bundle.metadata.input.channels, SMALLEST, SMALLEST), silent, "")
    return runner.on_gpu


def network_of(bundle: Bundle) -> nn.Module:
    """Return a bundle's network as it is shown images."""
    return _as_shown(bundle.load(), bundle)


def sketch_of(bundle: Bundle) -> nn.Module:
    """Return the same network without the memory of its weights, on torch's device "meta"."""
    return _as_shown(bundle.sketched().eval(), bundle)


def _as_shown(network: nn.Module, bundle: Bundle) -> nn.Module:
    """Return a network that takes a bundle's input: a two-dimensional one takes slices of a volume's window."""
    spec = bundle.metadata.input
    if isinstance(spec, VolumeInput) and 1 in spec.window and not _has_volumes(network):
        from MuscleSegLib.inference.flat import Flat

        return Flat(network, spec.window.index(1)).eval()
    return network


def advice(bundle: Bundle) -> str:
    """Return what to do where a network does not fit into the memory."""
    smaller = [
        other.metadata
        for other in shipped_bundles()
        if other.metadata.region == bundle.metadata.region and other.metadata.parameters < bundle.metadata.parameters
    ]
    what = "close other programs, crop the image to the legs"
    if not smaller:
        return f"{what}, or use a computer with more memory"
    return f"{what}, or take the smaller network {smaller[0].name}"  # the default, where it is one


def _has_volumes(network: nn.Module) -> bool:
    return any(weight.dim() == 5 for weight in network.parameters())


def _device(device: Device) -> torch.device:
    import torch

    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        message = "There is no GPU that torch can use on this computer: choose the device cpu or auto."
        raise MuscleSegError(message)
    return torch.device("cuda" if available and device != "cpu" else "cpu")
