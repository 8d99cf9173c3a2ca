"""Jobs as the worker does them, in its process. The client's process never imports this module."""

import contextlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.errors import Canceled
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import estimate_cost, find_region, segment, segment_limb, segments_of
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import read_volume, require_label_format, write_labels
from MuscleSegLib.worker.messages import CostJob, Job, SegmentJob

Values = dict[str, Any]


def run(job: Job, progress: Progress) -> Values:
    """Do a job.

    Args:
        job: The job.
        progress: Raises ``Canceled`` to stop.

    Returns:
        Content of its result, of JSON values.

    Raises:
        MuscleSegError: The job cannot be done.

    """
    if isinstance(job, SegmentJob):
        return _segment(job, progress)
    if isinstance(job, CostJob):
        return _estimate_cost(job)
    return _find_region(job.image, progress)


def _segment(job: SegmentJob, progress: Progress) -> Values:
    start = time.perf_counter()
    require_label_format(job.output)
    require_writable(job.output)
    bundle = None if job.region == "auto" else find_bundle(job.region, job.network)
    progress(0.0, _("reading the image"))
    image = read_volume(job.image)
    read = time.perf_counter()
    how: Any = {"device": job.device, "legs": job.legs, "progress": part(progress, 0.05, 0.95)}
    result = segment(image, bundle, **how) if bundle else segment_limb(image, **how)
    segmented = time.perf_counter()
    progress(0.95, _("writing the labels"))
    segments = segments_of(
        result.region, two_legs=len(result.sides) == 2, confidence=result.confidence, remarks=image.remarks
    )
    write_labels(result.labels, job.output, segments=segments, description=result.labels.description)
    with contextlib.suppress(Canceled):  # too late: the labels are there
        progress(1.0, _("done"))
    end = time.perf_counter()
    return {
        "output": str(job.output),
        "region": result.region,
        "network": result.network,
        "sides": [str(side) for side in result.sides],
        "device": result.device,
        "precision": result.precision,
        "confidence": {str(value): round(dsc, 4) for value, dsc in result.confidence.items()},
        "notes": list(result.notes),
        "seconds": {"read": read - start, **result.seconds, "write": end - segmented, "total": end - start},
    }


def _estimate_cost(job: CostJob) -> Values:
    cost = estimate_cost(find_bundle(job.region, job.network))
    return {"region": job.region, "network": job.network, **asdict(cost)}


def _find_region(path: Path, progress: Progress) -> Values:
    progress(0.0, _("reading the image"))
    estimate = find_region(read_volume(path), part(progress, 0.1, 1.0))
    return {"region": estimate.name, "certainty": estimate.certainty, "is_sure": estimate.is_sure}
