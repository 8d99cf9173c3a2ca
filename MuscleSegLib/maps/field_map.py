"""Field offset (B0) map, smooth over blocks, so that water and fat are not exchanged.

A voxel alone cannot tell mostly water in one field from mostly fat in another, a chemical shift away: both explain its
echoes, the wrong one a little worse. A block of voxels can, and its neighbors agree with it, since fields are smooth.
The cost of an offset in a block is the signal energy that it leaves unexplained. Costs are aggregated along the lines
through the image, with a penalty for every change of offset (semi-global matching: H. Hirschmueller, IEEE Trans Pattern
Anal Mach Intell 2008;30:328-341, 10.1109/TPAMI.2007.1166); the cheapest offset of each block is its field.
"""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.maps.chemical_shift import Complex, Encoding, Floats, energy

_BLOCK_MM = 7.0
"""Side of a block, over which fields change by a few Hz, even beside bone and air."""

_STEPS_PER_SHIFT = 36
"""Offsets per chemical shift: 6 Hz apart at 1.5 T."""

_STEP_PENALTY, _JUMP_PENALTY = 0.01, 0.3
"""Penalties of a change of offset, in shares of a block's signal. The wrong solution leaves 0.02 to 0.2 of it
unexplained, so that several blocks are needed to make a neighbor wrong, and a step or two cost little."""


def field_map(
    signals: Complex, mask: NDArray[np.bool_], encoding: Encoding, spacing_mm: tuple[float, float, float]
) -> Floats:
    """Return the field offset in Hz, constant over blocks of 7 mm.

    Args:
        signals: [echo, k, j, i] complex signals.
        mask: [k, j, i] voxels with signal.
        encoding: Echo times and field strength.
        spacing_mm: Voxel size along i, j and k.

    Returns:
        [k, j, i] offsets in Hz, outside of the mask too, within half of ``encoding.span_hz`` of zero.
    """
    offsets = _offsets_hz(encoding)
    block = tuple(max(1, round(_BLOCK_MM / size)) for size in reversed(spacing_mm))
    costs = _costs(signals, mask, encoding, offsets, block)
    cheapest = _aggregated(costs, is_periodic=encoding.is_periodic).argmin(axis=-1)
    field = offsets[cheapest]
    for axis, size in enumerate(block):
        field = np.repeat(field, size, axis=axis)
    k, j, i = mask.shape
    return np.asarray(field[:k, :j, :i])


def _offsets_hz(encoding: Encoding) -> Floats:
    count = max(8, round(_STEPS_PER_SHIFT * encoding.span_hz / encoding.shift_hz))
    return ((np.arange(count) / count - 0.5) * encoding.span_hz).astype(np.float32)


def _costs(
    signals: Complex, mask: NDArray[np.bool_], encoding: Encoding, offsets: Floats, block: tuple[int, ...]
) -> Floats:
    """Return the residual energy of each block and offset, [k, j, i, offset], relative to a mean block's energy."""
    slices, rows, columns = (-(-size // step) for size, step in zip(mask.shape, block, strict=True))
    costs = np.zeros((slices, rows, columns, len(offsets)), np.float32)
    total = 0.0
    for k, slice_mask in enumerate(mask):
        voxels = signals[:, k][:, slice_mask]
        energies = energy(voxels)
        total += float(energies.sum())
        j, i = np.nonzero(slice_mask)
        order = (j // block[1]) * columns + i // block[2]
        starts = np.argsort(order, kind="stable")
        firsts = np.flatnonzero(np.diff(order[starts], prepend=-1))
        if len(firsts):
            residuals = (energies - encoding.explained_energy(voxels, offsets))[:, starts]
            costs[k // block[0]].reshape(-1, len(offsets))[order[starts][firsts]] += np.add.reduceat(
                residuals, firsts, 1
            ).T
    filled = int(np.count_nonzero(costs.any(axis=-1)))
    return np.asarray(costs / np.float32(total / filled if filled else 1.0))


def _aggregated(costs: Floats, *, is_periodic: bool) -> Floats:
    """Return costs aggregated over the six directions along the axes, [k, j, i, offset]."""
    total = np.zeros_like(costs)
    for axis in range(3):
        for direction in (1, -1):
            lines = np.moveaxis(costs, axis, 0)[::direction]
            _aggregate_along_lines(lines, np.moveaxis(total, axis, 0)[::direction], is_periodic=is_periodic)
    return total


def _aggregate_along_lines(lines: Floats, total: Floats, *, is_periodic: bool) -> None:
    """Add to the total the cheapest path to every block from the start of its line."""
    before = lines[0]
    total[0] += before
    for block, sum_here in zip(lines[1:], total[1:], strict=True):
        cheapest = before.min(axis=-1, keepdims=True)
        path = np.minimum(before, cheapest + np.float32(_JUMP_PENALTY))
        for steps in (1, 2):
            for way in (steps, -steps):
                moved = np.roll(before, way, axis=-1)
                if not is_periodic:
                    moved[..., slice(0, way) if way > 0 else slice(way, None)] = np.inf
                path = np.minimum(path, moved + np.float32(steps * _STEP_PENALTY))
        before = block + path - cheapest
        sum_here += before
