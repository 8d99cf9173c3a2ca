"""Jobs in the worker's process. The client's process never imports this module."""

import contextlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.errors import Canceled
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import estimate_cost, find_region, segment_file
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.propagation import propagate
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import CONTRASTS, read_labels, read_volume, require_label_format, write_labels
from MuscleSegLib.worker.adapting import adapt, conclude
from MuscleSegLib.worker.messages import AdaptJob, ConcludeJob, CostJob, Job, PropagateJob, SegmentJob

Values = dict[str, Any]


def run(job: Job, progress: Progress) -> Values:
    """Do a job.

    Args:
        job: The job.
        progress: Raises ``Canceled`` to stop.

    Returns:
        Content of the job's result, of JSON values.

    Raises:
        MuscleSegError: The job cannot be done.
    """
    if isinstance(job, SegmentJob):
        return _segment(job, progress)
    if isinstance(job, PropagateJob):
        return _propagate(job, progress)
    if isinstance(job, CostJob):
        return _estimate_cost(job, progress)
    if isinstance(job, AdaptJob):
        return adapt(job, progress)
    if isinstance(job, ConcludeJob):
        return conclude(job)
    return _find_region(job.image, progress)


def _segment(job: SegmentJob, progress: Progress) -> Values:
    start = time.perf_counter()
    options: Any = {"region": job.region, "network": job.network, "device": job.device, "legs": job.legs}
    _image, result = segment_file(job.image, job.output, **options, companions=job.companions, progress=progress)
    with contextlib.suppress(Canceled):  # too late: the labels are there
        progress(1.0, _("done"))
    return {
        "output": str(job.output),
        "region": result.region,
        "network": result.network,
        "sides": [str(side) for side in result.sides],
        "images": 1 + len(job.companions),
        "device": result.device,
        "precision": result.precision,
        "confidence": {str(value): round(dsc, 4) for value, dsc in result.confidence.items()},
        "notes": list(result.notes),
        "seconds": {**result.seconds, "total": time.perf_counter() - start},
    }


def _propagate(job: PropagateJob, progress: Progress) -> Values:
    start = time.perf_counter()
    if job.given:
        require_label_format(job.output)
        require_writable(job.output)
    bundle = find_bundle(job.region, job.network) if job.network else None
    progress(0.0, _("reading the image"))
    labels, segments = read_labels(job.labels)
    images = [read_volume(job.image), *(read_volume(path, contrast=CONTRASTS) for path in job.companions)]
    working = part(progress, 0.05, 0.95)
    options: Any = {"bundle": bundle, "beyond": job.beyond, "device": job.device}
    result = propagate(labels, images, job.given, **options, progress=working)
    if job.given:
        progress(0.95, _("writing the labels"))
        write_labels(result.labels, job.output, segments=segments)
    with contextlib.suppress(Canceled):  # too late: the labels are there
        progress(1.0, _("done"))
    return {
        "output": str(job.output) if job.given else None,
        "filled": list(result.filled),
        "next_slices": list(result.next_slices),
        "network": f"{bundle.metadata.name} {bundle.metadata.version}" if bundle is not None else "",
        "notes": list(result.notes),
        "seconds": {"total": time.perf_counter() - start},
    }


def _estimate_cost(job: CostJob, progress: Progress) -> Values:
    cost = estimate_cost(find_bundle(job.region, job.network), progress=progress)
    return {"region": job.region, "network": job.network, **asdict(cost)}


def _find_region(path: Path, progress: Progress) -> Values:
    progress(0.0, _("reading the image"))
    estimate = find_region(read_volume(path), part(progress, 0.1, 1.0))
    return {"region": estimate.name, "certainty": estimate.certainty, "is_sure": estimate.is_sure}
