"""Background process for segmentation, alive between jobs, and its client. Importing this imports no torch."""

from MuscleSegLib.worker.client import Client as Client
from MuscleSegLib.worker.messages import AdaptJob as AdaptJob
from MuscleSegLib.worker.messages import ConcludeJob as ConcludeJob
from MuscleSegLib.worker.messages import CostJob as CostJob
from MuscleSegLib.worker.messages import Job as Job
from MuscleSegLib.worker.messages import PropagateJob as PropagateJob
from MuscleSegLib.worker.messages import RegionJob as RegionJob
from MuscleSegLib.worker.messages import SegmentJob as SegmentJob
from MuscleSegLib.worker.task import Handlers as Handlers
from MuscleSegLib.worker.transport import ARGUMENTS as ARGUMENTS
from MuscleSegLib.worker.transport import SubprocessTransport as SubprocessTransport
from MuscleSegLib.worker.transport import Transport as Transport
from MuscleSegLib.worker.transport import environment as environment
from MuscleSegLib.worker.transport import how_it_ended as how_it_ended
from MuscleSegLib.worker.transport import kill_process as kill_process
