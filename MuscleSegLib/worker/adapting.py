"""Adaptation of a network as a job of the worker, and the decision on what came of it."""

from dataclasses import asdict
from typing import Any

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.child_processes import lower_priority
from MuscleSegLib.progress import Progress
from MuscleSegLib.translatable import Translatable, _
from MuscleSegLib.user_folders import user_cache_folder
from MuscleSegLib.worker.messages import AdaptJob, ConcludeJob


def adapt(job: AdaptJob, progress: Progress) -> dict[str, Any]:
    """Adapt, and return ``training.adaptation.Adapted`` as JSON values.

    Raises:
        MuscleSegError: The network cannot learn here, the name is taken, or a scan cannot be learned from.
        Canceled: ``progress`` asked to stop.
    """
    # Not before it is needed: no other job takes the time to load it.
    from MuscleSegLib.training.adaptation import Request
    from MuscleSegLib.training.adaptation import adapt as adapt_network

    lower_priority()
    progress(0.0, _("looking at the corrected scans"))
    bundle = find_bundle(job.region, job.network)
    bundle.require_intact()
    cache = user_cache_folder() / "adaptation"
    cache.mkdir(parents=True, exist_ok=True)
    request = Request(bundle, job.cases, job.name, cache, minutes=job.minutes, installs=job.installs, begins_anew=True)
    adapted = adapt_network(request, _in_words(progress))
    texts = {"reason": adapted.reason, "left_out": adapted.left_out, "notes": list(adapted.notes)}  # translatable
    return {**asdict(adapted), **texts, "folder": str(adapted.folder), "region": job.region}


def conclude(job: ConcludeJob) -> dict[str, Any]:
    """Put a better network among the user's, or remove it.

    Raises:
        MuscleSegError: There is none of this name, or the name is taken meanwhile.
    """
    from MuscleSegLib.training.adaptation import State

    State(job.name).conclude(is_used=job.is_used)
    return {"name": job.name}


def _in_words(progress: Progress) -> Progress:
    """Return a progress that tells the stage where training itself says something for developers."""
    from MuscleSegLib.training.adaptation.adapting import CHECKED, REHEARSED, TRAINED

    def report(fraction: float, message: str) -> None:
        stage = _("comparing before and after")
        if fraction < CHECKED:
            stage = _("looking at the corrected scans")
        elif fraction < REHEARSED:
            stage = _("making digital people")
        elif fraction < TRAINED:
            stage = _("learning")
        progress(fraction, message if isinstance(message, Translatable) else stage)

    return report
