"""Work on the workers of a Dask cluster, one that runs already or jobs of SLURM: its results are those of processes.

The packages ``distributed`` and ``dask-jobqueue`` are optional. Workers need this version of MuscleSeg, and the folders
under the same names.
"""

import contextvars
import itertools
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from MuscleSegLib.cohort.outputs import DESCRIPTION
from MuscleSegLib.cohort.processes import work_with_kept_networks
from MuscleSegLib.cohort.working import Job, Outcome, record_failure
from MuscleSegLib.errors import MuscleSegError

if TYPE_CHECKING:
    from distributed import Client, Future

ENDED = (
    "The Dask workers that worked on it died one after another, most likely for want of memory: give them more, or "
    "crop the image to the legs."
)
MEMORY_OF_A_JOB = 4_000_000_000
"""Bytes that a job of SLURM asks for, unless told otherwise."""

_MOST_WAITING = 1000
"""Jobs that the scheduler is given at a time."""

_one_at_a_time = threading.Lock()  # a worker may have several threads
_kept = contextvars.Context()  # Dask gives each task a copy of its own, in which no network would be kept

Do = Callable[[Job], Outcome]


def in_dask(jobs: Sequence[Job], *, address: str, do: Do = work_with_kept_networks) -> Iterator[Outcome]:
    """Do jobs on the workers of a scheduler, and yield the outcomes as they come.

    What a worker that dies was doing, another one does. A job on which several die is tried again alone, and has failed
    if they die then, too.

    Args:
        jobs: Jobs.
        address: Address of the scheduler, such as "tcp://10.0.0.1:8786".
        do: Does a job; a function of a module, which workers can import.

    Raises:
        MuscleSegError: A package is missing, there is no such scheduler, workers have another version or do not see the
            output, or it cannot be written to.
    """
    require_package("distributed")
    from distributed import Client

    if not jobs:
        return
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        message = f"There is no Dask scheduler at {address} ({error}): give the address that it shows when it starts."
        raise MuscleSegError(message) from error
    with client:
        yield from _submitted(client, jobs, do)


def in_slurm(
    jobs: Sequence[Job], *, options: dict[str, Any], workers: int, do: Do = work_with_kept_networks
) -> Iterator[Outcome]:
    """Do jobs on workers that are jobs of SLURM, and yield the outcomes as they come. Workers that end are replaced.

    Args:
        jobs: Jobs.
        options: Options of ``slurm_options``.
        workers: Number of workers.
        do: Does a job; a function of a module, which workers can import.

    Raises:
        MuscleSegError: As ``in_dask``, or SLURM takes no jobs here.
    """
    require_package("dask_jobqueue")
    from dask_jobqueue.slurm import SLURMCluster
    from distributed import Client

    if not jobs:
        return
    count = min(workers, len(jobs))
    _require_slurm(options)
    with SLURMCluster(**options) as cluster, Client(cluster) as client:
        cluster.adapt(minimum_jobs=count, maximum_jobs=count)
        yield from _submitted(client, jobs, do)


def slurm_options(queue: str, *, memory: int | None = None, on_gpu: bool = False) -> dict[str, Any]:
    """Return the options of a worker as a job of SLURM: one process of one core, and with a GPU if asked for.

    What else a site wants, such as account and time, is read from the configuration of dask-jobqueue.

    Args:
        queue: Queue, which SLURM calls a partition.
        memory: Bytes of a worker; ``MEMORY_OF_A_JOB`` where None.
        on_gpu: Whether a worker has a GPU.

    Raises:
        MuscleSegError: A package is missing.
    """
    require_package("dask_jobqueue")
    import dask
    import dask_jobqueue  # noqa: F401 - it brings the configuration

    directives = dask.config.get("jobqueue.slurm.job-extra-directives")
    return {
        "queue": queue,
        "cores": 1,
        "processes": 1,
        "memory": f"{memory or MEMORY_OF_A_JOB} B",
        "job_extra_directives": [*directives, *(["--gres=gpu:1"] if on_gpu else [])],
    }


def slurm_script(options: dict[str, Any]) -> str:
    """Return the script of a worker's job of SLURM."""
    from dask_jobqueue.slurm import SLURMJob

    script: str = SLURMJob(scheduler="tcp://SCHEDULER", name="muscleseg", **options).job_script()
    return script


def _require_slurm(options: dict[str, Any]) -> None:
    """Let SLURM check a job: a cluster of Dask would wait forever for one that it does not take."""
    try:
        command = ["sbatch", "--test-only"]
        checked = subprocess.run(command, input=slurm_script(options), capture_output=True, text=True, check=False)
        problem = " ".join(checked.stderr.split()) if checked.returncode else ""
    except OSError as error:
        problem = f"sbatch: {error.strerror}"
    if problem:
        message = f"SLURM takes no job here ({problem}): run the command where sbatch can be run, and check the queue."
        raise MuscleSegError(message)


def _submitted(client: "Client", jobs: Sequence[Job], do: Do) -> Iterator[Outcome]:
    from distributed import as_completed

    waiting = iter(jobs)
    settings = jobs[0].settings.digest

    def submit(job: Job) -> "Future[Outcome]":
        future = client.submit(_done, job, do, settings, pure=False)
        in_work[future] = job
        return future

    in_work: dict[Future[Outcome], Job] = {}
    suspects = []
    try:
        completed = as_completed([submit(job) for job in itertools.islice(waiting, _MOST_WAITING)])
        for future in completed:
            job, outcome = in_work.pop(future), _outcome(future)
            if outcome is None:  # it may only have waited in a worker that died of another one
                suspects.append(job)
            else:
                yield outcome
            for following in itertools.islice(waiting, 1):
                completed.add(submit(following))
        for suspect in suspects:
            yield _outcome(submit(suspect)) or record_failure(suspect, ENDED)
    finally:
        client.cancel(list(in_work))


def _done(job: Job, do: Do, settings: str) -> Outcome:
    """Do a job on a worker.

    Raises:
        MuscleSegError: The worker has another version, or does not see the output.
    """
    with _one_at_a_time:
        if not (job.output / DESCRIPTION).is_file():
            message = f"A Dask worker does not see {job.output}: put it where every computer has it under this name."
            raise MuscleSegError(message)
        if job.settings.digest != settings:
            message = "A Dask worker has another version of MuscleSeg or of its networks: install the same everywhere."
            raise MuscleSegError(message)
        return _kept.run(do, job)


def _outcome(future: "Future[Outcome]") -> Outcome | None:
    """Return the outcome of a job; None where workers died of it."""
    from distributed import KilledWorker

    try:
        outcome: Outcome = future.result()
    except KilledWorker:
        return None
    except MuscleSegError:
        raise
    except Exception as error:  # of the cluster: what a scan meets is in its outcome
        message = (
            f"A Dask worker cannot work ({type(error).__name__}: {error}): install MuscleSeg where it runs, and read "
            "its log."
        )
        raise MuscleSegError(message) from error
    return outcome


def require_package(package: str) -> None:
    """Check that a package is installed.

    Raises:
        MuscleSegError: It is not.
    """
    if find_spec(package) is None:
        message = f"The package {package.replace('_', '-')} is missing: pip install 'muscleseg[cohort]'."
        raise MuscleSegError(message)
