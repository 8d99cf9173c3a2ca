"""Measuring in one call, for whoever needs the table alone."""

from collections.abc import Mapping

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.biomarkers.measurement import Measurement
from MuscleSegLib.biomarkers.rows import Row
from MuscleSegLib.volume import Volume


def measure(
    labels: Volume,
    scheme: Scheme,
    *,
    maps: Mapping[str, Volume] | None = None,
    minimum_share: float = 0.5,
    confidence: Mapping[int, float] | None = None,
) -> tuple[Row, ...]:
    """Measure every muscle of a label map.

    ``Measurement`` takes more, gives profiles too, and measures a muscle again after an edit.

    Args:
        labels: [k, j, i] integer labels.
        scheme: What the labels mean; it says which rows there are (``Scheme.labels_in``).
        maps: Maps by name: "ff" (%), "mtr" (%), "t2" (ms), each on a grid of its own.
        minimum_share: A map's voxel counts for a muscle that fills more than this share of it, 0.5 to 1.
        confidence: Of a network, by label value, for the table.

    Returns:
        One row a label in the scheme's order. A muscle that is not in the labels has a row without values.

    Raises:
        MuscleSegError: A label is not in the scheme, a map has another name, lies elsewhere in the patient, or cannot
            be in percent.

    """
    return Measurement(labels, scheme, maps=maps, minimum_share=minimum_share, confidence=confidence).rows()
