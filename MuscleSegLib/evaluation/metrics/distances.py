"""Distances between the surfaces of two segmentations."""

from dataclasses import dataclass

import numpy as np

from MuscleSegLib.evaluation.metrics.overlap import require_same_grid
from MuscleSegLib.volume import Volume, surface_distances_mm

HD95_PERCENTILE = 95.0


@dataclass(frozen=True)
class Distances:
    """Distances between the surface of a muscle and that of the reference; None where either is missing.

    They are three-dimensional, between the centers of voxels of the surfaces, so that a slice too many at a muscle's
    end counts with the distance of slices.

    Attributes:
        hd_mm: Hausdorff distance, the largest of both directions.
        hd95_mm: The larger of the 95th percentiles of the two directions (interpolated linearly).
        assd_mm: Average symmetric surface distance, the mean over both surfaces' voxels.
        rmsd_mm: Root-mean-square distance to agreement, over both surfaces' voxels.
    """

    hd_mm: float | None
    hd95_mm: float | None
    assd_mm: float | None
    rmsd_mm: float | None


def distances(labels: Volume, reference: Volume) -> dict[int, Distances]:
    """Return the distances of every label that both have, by label value.

    Args:
        labels: [k, j, i] label map, axes at right angles.
        reference: [k, j, i] label map on the same grid.

    Raises:
        MuscleSegError: The two are not on the same grid.
    """
    from scipy import ndimage

    require_same_grid(labels, reference)
    boxes = zip(ndimage.find_objects(labels.array), ndimage.find_objects(reference.array), strict=False)
    by_label = {}
    for value, (label_box, reference_box) in enumerate(boxes, 1):
        if label_box is None or reference_box is None:
            continue
        sides = zip(label_box, reference_box, strict=True)
        box = tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in sides)
        to_reference, to_labels = surface_distances_mm(
            labels.array[box] == value, reference.array[box] == value, labels.geometry.spacing_mm
        )
        both = np.concatenate([to_reference, to_labels])
        by_label[value] = Distances(
            hd_mm=float(both.max()),
            hd95_mm=float(max(np.percentile(mm, HD95_PERCENTILE) for mm in (to_reference, to_labels))),
            assd_mm=float(both.mean()),
            rmsd_mm=float(np.sqrt(np.mean(both**2))),
        )
    return by_label
