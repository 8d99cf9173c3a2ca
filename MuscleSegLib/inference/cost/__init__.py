"""Computing cost of a network: memory and time, estimated before it runs. Importing this imports no torch."""

from MuscleSegLib.inference.cost.processor import let_idle_threads_sleep as let_idle_threads_sleep
from MuscleSegLib.inference.cost.processor import one_thread_a_core as one_thread_a_core
from MuscleSegLib.inference.cost.processor import processor_name as processor_name
from MuscleSegLib.inference.cost.tile_plan import MemoryEstimate as MemoryEstimate
from MuscleSegLib.inference.cost.tile_plan import TilePlan as TilePlan
from MuscleSegLib.inference.cost.tile_plan import count_windows as count_windows
from MuscleSegLib.inference.cost.tile_plan import largest_tile_plan as largest_tile_plan
from MuscleSegLib.inference.cost.torch_memory import is_out_of_memory as is_out_of_memory
from MuscleSegLib.inference.cost.torch_memory import release_memory as release_memory
from MuscleSegLib.inference.cost.torch_memory import require_room_for_torch as require_room_for_torch
