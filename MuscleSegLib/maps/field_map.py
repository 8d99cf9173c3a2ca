"""Where the field is off, so that water and fat are not exchanged.

A voxel alone cannot tell mostly water in one field from mostly fat in another, a chemical shift away: both explain its
echoes, the wrong one a little worse. A block of voxels can better, and its neighbors agree with it, since fields are
smooth. So each offset gets a cost in each block, what it leaves unexplained there; costs are passed on along the
lines through the image, with a penalty for every change of offset (semi-global matching: H. Hirschmueller, IEEE Trans
Pattern Anal Mach Intell 2008;30:328-341, 10.1109/TPAMI.2007.1166); and the cheapest offset of each block is its field.
"""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.maps.chemical_shift import Complex, Encoding, Floats, energy

_BLOCK_MM = 7.0
"""Fields change by a few Hz over it, even beside bone and air."""

_STEPS_A_SHIFT = 36
"""Offsets between water and fat: 6 Hz apart at 1.5 T."""

_PRICE_OF_A_STEP, _PRICE_OF_A_JUMP = 0.01, 0.3
"""In shares of a block's signal. The wrong solution leaves 0.02 to 0.2 of it unexplained, so that it takes some blocks
to make one block wrong, and a step or two between neighbors cost little."""


def field_map(
    signals: Complex, where: NDArray[np.bool_], encoding: Encoding, spacing_mm: tuple[float, float, float]
) -> Floats:
    """Return the offset of the field in Hz, as smooth as blocks of 7 mm are.

    Args:
        signals: [echo, k, j, i].
        where: [k, j, i], voxels that show a signal.
        encoding: Of the echoes.
        spacing_mm: Along i, j and k.

    Returns:
        [k, j, i] offsets, everywhere, within half of ``encoding.span_hz`` of zero.

    """
    offsets = _offsets_hz(encoding)
    block = tuple(max(1, round(_BLOCK_MM / size)) for size in reversed(spacing_mm))
    costs = _costs(signals, where, encoding, offsets, block)
    chosen = _matched(costs, wraps=encoding.is_periodic).argmin(axis=-1)
    field = offsets[chosen]
    for axis, size in enumerate(block):
        field = np.repeat(field, size, axis=axis)
    k, j, i = where.shape
    return np.asarray(field[:k, :j, :i])


def _offsets_hz(encoding: Encoding) -> Floats:
    count = max(8, round(_STEPS_A_SHIFT * encoding.span_hz / encoding.shift_hz))
    return ((np.arange(count) / count - 0.5) * encoding.span_hz).astype(np.float32)


def _costs(
    signals: Complex, where: NDArray[np.bool_], encoding: Encoding, offsets: Floats, block: tuple[int, ...]
) -> Floats:
    """Return, [k, j, i, offset], the signal that is left in each block, as a share of an average block's."""
    slices, rows, columns = (-(-size // step) for size, step in zip(where.shape, block, strict=True))
    costs = np.zeros((slices, rows, columns, len(offsets)), np.float32)
    total = 0.0
    for k, here in enumerate(where):
        voxels = signals[:, k][:, here]
        sizes = energy(voxels)
        total += float(sizes.sum())
        j, i = np.nonzero(here)
        order = (j // block[1]) * columns + i // block[2]
        starts = np.argsort(order, kind="stable")
        firsts = np.flatnonzero(np.diff(order[starts], prepend=-1))
        if len(firsts):
            left = (sizes - encoding.explained(voxels, offsets))[:, starts]
            costs[k // block[0]].reshape(-1, len(offsets))[order[starts][firsts]] += np.add.reduceat(left, firsts, 1).T
    filled = int(np.count_nonzero(costs.any(axis=-1)))
    return np.asarray(costs / np.float32(total / filled if filled else 1.0))


def _matched(costs: Floats, *, wraps: bool) -> Floats:
    total = np.zeros_like(costs)
    for axis in range(3):
        for direction in (1, -1):
            lines = np.moveaxis(costs, axis, 0)[::direction]
            _pass_on(lines, np.moveaxis(total, axis, 0)[::direction], wraps=wraps)
    return total


def _pass_on(lines: Floats, total: Floats, *, wraps: bool) -> None:
    """Add to the total what every block hears from those before it on its line."""
    before = lines[0]
    total[0] += before
    for here, sum_here in zip(lines[1:], total[1:], strict=True):
        cheapest = before.min(axis=-1, keepdims=True)
        heard = np.minimum(before, cheapest + np.float32(_PRICE_OF_A_JUMP))
        for steps in (1, 2):
            for way in (steps, -steps):
                moved = np.roll(before, way, axis=-1)
                if not wraps:
                    moved[..., slice(0, way) if way > 0 else slice(way, None)] = np.inf
                heard = np.minimum(heard, moved + np.float32(steps * _PRICE_OF_A_STEP))
        before = here + heard - cheapest
        sum_here += before
