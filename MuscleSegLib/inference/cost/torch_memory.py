"""PyTorch's memory: room to import it, errors that report a full memory, and memory given back to the system."""

import ctypes
import gc
import sys

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.memory import available_bytes, in_words
from MuscleSegLib.translatable import _

TORCH_BYTES = 750_000_000
"""Address space that importing torch takes (measured: 490 MB for a CPU build), and its threads' stacks."""

_WORDS_FOR_MEMORY = (  # of CUDA, of torch on Linux and on Windows, of oneDNN, and of MONAI
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "could not create a memory",
    "seems to be oom",
)


def require_room_for_torch() -> None:
    """Check that torch can be imported, since a failure in the middle of that cannot be caught.

    Raises:
        MuscleSegError: There is too little memory.
    """
    available = available_bytes()
    if "torch" not in sys.modules and available < TORCH_BYTES:
        message = _(
            "Running any network needs {needed} of memory for PyTorch alone and {available} are available: close "
            "other programs or raise the limit."
        )
        raise MuscleSegError(message, needed=in_words(TORCH_BYTES), available=in_words(available))


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error of Python, torch or MONAI reports a full memory, of whatever device."""
    sentence = str(error).lower()
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(words in sentence for words in _WORDS_FOR_MEMORY)
    )


def release_memory() -> None:
    """Return unused memory to the system: unreachable objects, the allocators' reserves, the GPU's cache."""
    gc.collect()
    if "torch" in sys.modules:
        import torch

        torch.cuda.empty_cache()  # does nothing where no GPU was used
    # Only glibc keeps freed memory until it is asked; musl has no such function.
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
