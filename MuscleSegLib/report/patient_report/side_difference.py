"""Difference of a muscle between the sides."""

RELATIVE = frozenset({"volume_cm3", "contractile_cm3", "largest_area_cm2"})
"""Quantities whose difference is in percent of the mean of both sides; of others it is in their own unit."""


def side_difference(name: str, right: float | None, left: float | None) -> float | None:
    """Return the right side's value less the left's.

    Args:
        name: Column; a size's difference is in percent of the mean of both sides.
        right: Value of the right side.
        left: Value of the left side.

    Returns:
        None where a side has no value, or the mean is 0.
    """
    if right is None or left is None:
        return None
    if name not in RELATIVE:
        return right - left
    mean = (right + left) / 2
    return 100 * (right - left) / mean if mean else None
