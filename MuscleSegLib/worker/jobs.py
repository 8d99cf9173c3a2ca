"""What the worker does, in its own process. Nothing here is imported in the process that asks."""

import contextlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.errors import Cancelled
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import find_region, price_of, segment, segment_limb, segments_of
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.volume import read_volume, require_label_format, write_labels
from MuscleSegLib.worker.messages import Job, PriceJob, SegmentJob

Values = dict[str, Any]


def run(job: Job, progress: Progress) -> Values:
    """Do a job.

    Args:
        job: What to do.
        progress: Raises ``Cancelled`` to stop.

    Returns:
        What its result says, as JSON can.

    Raises:
        MuscleSegError: It cannot be done.

    """
    if isinstance(job, SegmentJob):
        return _segment(job, progress)
    if isinstance(job, PriceJob):
        return _price(job)
    return _find_region(job.image, progress)


def _segment(job: SegmentJob, progress: Progress) -> Values:
    start = time.perf_counter()
    require_label_format(job.output)
    require_writable(job.output)
    bundle = None if job.region == "auto" else find_bundle(job.region, job.network)
    progress(0.0, "reading the image")
    image = read_volume(job.image)
    read = time.perf_counter()
    how: Any = {"device": job.device, "legs": job.legs, "progress": part(progress, 0.05, 0.95)}
    result = segment(image, bundle, **how) if bundle else segment_limb(image, **how)
    segmented = time.perf_counter()
    progress(0.95, "writing the labels")
    segments = segments_of(
        result.region, two_legs=len(result.sides) == 2, confidence=result.confidence, remarks=image.remarks
    )
    write_labels(result.labels, job.output, segments=segments, description=result.labels.description)
    with contextlib.suppress(Cancelled):  # too late: the labels are there
        progress(1.0, "done")
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


def _price(job: PriceJob) -> Values:
    price = price_of(find_bundle(job.region, job.network))
    return {"region": job.region, "network": job.network, **asdict(price)}


def _find_region(path: Path, progress: Progress) -> Values:
    progress(0.0, "reading the image")
    found = find_region(read_volume(path), part(progress, 0.1, 1.0))
    return {"region": found.name, "certainty": found.certainty, "is_sure": found.is_sure}
