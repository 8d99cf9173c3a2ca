"""Computing cost of a network: memory and time, estimated before it runs. Importing this imports no torch."""

from MuscleSegLib.inference.cost.processor import let_idle_threads_sleep, one_thread_a_core, processor_name
from MuscleSegLib.inference.cost.tile_plan import MemoryEstimate, TilePlan, count_windows, largest_tile_plan
from MuscleSegLib.inference.cost.torch_memory import is_out_of_memory, release_memory, require_room_for_torch

__all__ = [
    "MemoryEstimate",
    "TilePlan",
    "count_windows",
    "is_out_of_memory",
    "largest_tile_plan",
    "let_idle_threads_sleep",
    "one_thread_a_core",
    "processor_name",
    "release_memory",
    "require_room_for_torch",
]
