"""Loading of a bundle's network onto a device that has the memory for it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.bundle import FAST_ARCHITECTURE, Bundle, VolumeInput, fast_bundle, shipped_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.cost import MemoryEstimate, let_idle_threads_sleep, require_room_for_torch
from MuscleSegLib.inference.cost.tile_plan import SMALLEST
from MuscleSegLib.inference.network import has_volumes, network_of
from MuscleSegLib.inference.runner import Runner, not_finite
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.progress import silent
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    import torch

Device = Literal["auto", "cpu", "cuda"]

_kept: ContextVar[dict[tuple[str, str, str], torch.nn.Module] | None] = ContextVar("networks", default=None)

WEIGHT_BYTES = 4 * 3  # for a moment, a weight is in the file's content, in the state dict and in the network


def load_runner(bundle: Bundle, device: Device) -> Runner:
    """Load a bundle's network.

    Args:
        bundle: The network.
        device: "auto" takes a GPU where there is one.

    Raises:
        MuscleSegError: The bundle cannot be used, its weights are not finite, there is no such device, or they do not
            fit into the memory.
    """
    require_room_for_torch()
    let_idle_threads_sleep()
    about = bundle.metadata
    chosen = _device(device)
    network = _loaded(bundle, chosen)
    memory = MemoryEstimate(network, about.sha256)
    if isinstance(about.input, VolumeInput):
        window = tuple(about.input.window)
        runner = Runner(network, chosen, about.name, memory, window, about.input.overlap)
    else:
        runner = Runner(network, chosen, about.name, memory)
    runner.on_gpu, runner.advice = chosen.type != "cpu", advice(bundle)
    return runner


def keep_networks() -> None:
    """Keep every network that this process loads from now on, for a process that segments scan after scan."""
    if _kept.get() is None:
        _kept.set({})


def _loaded(bundle: Bundle, chosen: torch.device) -> torch.nn.Module:
    """Return a network on its device: a kept one, or one from its file."""
    kept = _kept.get()
    if kept is None:
        return _read(bundle, chosen)
    key = (str(bundle.folder), bundle.metadata.sha256, str(chosen))
    if key not in kept:
        kept[key] = _read(bundle, chosen)
    return kept[key]


def _read(bundle: Bundle, chosen: torch.device) -> torch.nn.Module:
    import torch

    about = bundle.metadata
    _require_room_for_weights(bundle)
    network = network_of(bundle)
    if not all(bool(values.isfinite().all()) for values in (*network.parameters(), *network.buffers())):
        raise not_finite(about.name)
    if chosen.type == "cpu" and not has_bfloat16(chosen):  # bfloat16, where it is fast, would round otherwise
        from MuscleSegLib.networks.fusion import fuse_batch_norm

        network = fuse_batch_norm(network)
    network = network.to(chosen)
    if not has_volumes(network):
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def _require_room_for_weights(bundle: Bundle) -> None:
    available, needed = available_bytes(), WEIGHT_BYTES * bundle.metadata.parameters
    if needed > available:
        message = _(
            "The weights of the network {name} need {needed} of memory and {available} are available: {advice}."
        )
        words = in_words(needed), in_words(available)
        name = bundle.metadata.name
        raise MuscleSegError(message, name=name, needed=words[0], available=words[1], advice=advice(bundle))


def warm_up() -> bool:
    """Import torch and SciPy and run a network once, ahead of the first job, which they would delay.

    Returns:
        Whether there is a GPU that torch can use.

    Raises:
        MuscleSegError: The memory does not suffice.
    """
    require_room_for_torch()
    let_idle_threads_sleep()
    import torch
    from scipy import ndimage  # noqa: F401 - every job uses it

    bundle = fast_bundle(REGIONS[0].name)
    runner = load_runner(bundle, "auto")
    runner(torch.zeros(1, bundle.metadata.input.channels, SMALLEST, SMALLEST), silent, "")
    return runner.on_gpu


def usable_gpus() -> int:
    """Return the number of GPUs that torch can use."""
    import torch

    return torch.cuda.device_count()


def advice(bundle: Bundle) -> str:
    """Return advice for a user whose memory is too small for a network."""
    smaller = [
        other.metadata
        for other in shipped_bundles()
        if other.metadata.label_set == bundle.metadata.label_set
        and other.metadata.parameters < bundle.metadata.parameters
    ]
    if not smaller:
        return _("close other programs, crop the image to the legs, or use a computer with more memory")
    remedies = _("close other programs, crop the image to the legs, or take the smaller network {name}")
    fast = (other for other in smaller if other.architecture == FAST_ARCHITECTURE)
    return remedies.format(name=next(fast, smaller[0]).name)


def _device(device: Device) -> torch.device:
    import torch

    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise MuscleSegError(_("There is no GPU that torch can use on this computer: choose the device cpu or auto."))
    return torch.device("cuda" if available and device != "cpu" else "cpu")
