"""Shift of labels against a network's answer: where the labels would agree with it best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PIXEL_MM = 2.0  # of the correlation: finer pixels only take time

LabelsAndAnswer = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]
"""Labels and answer of a leg, [k, j, i], and the slices of the labels that count, [k]."""


@dataclass(frozen=True)
class Shift:
    """Shift that agrees best.

    Attributes:
        distance_mm: Its length.
        gain: Mean DSC there minus that without a shift.
    """

    distance_mm: float
    gain: float


def best_shift(
    legs: Sequence[LabelsAndAnswer], codes: Sequence[int], spacing_mm: tuple[float, float, float], *, largest_mm: float
) -> Shift:
    """Return the shift of the labels that agrees best with the answer, all legs together.

    Args:
        legs: Labels and answers.
        codes: Muscle codes.
        spacing_mm: Spacing of columns, rows and slices.
        largest_mm: Limit of the shift along each axis.
    """
    steps = [max(1, round(PIXEL_MM / spacing)) for spacing in spacing_mm[:2]]
    pixel = (spacing_mm[1] * steps[1], spacing_mm[0] * steps[0])
    slices = int(largest_mm // spacing_mm[2])
    rows_and_columns = (slice(None), slice(None, None, steps[1]), slice(None, None, steps[0]))
    coarse = [(labels[rows_and_columns], answer[rows_and_columns], counted) for labels, answer, counted in legs]
    best = Shift(0.0, 0.0)
    planes = {up: _dsc_of_shifts(coarse, codes, up) for up in range(-slices, slices + 1)}
    here = float(planes[0][0, 0])
    for up, plane in planes.items():
        rows, columns = (np.fft.fftfreq(size, 1 / size) for size in plane.shape)
        near = (np.abs(rows)[:, None] * pixel[0] <= largest_mm) & (np.abs(columns)[None] * pixel[1] <= largest_mm)
        row, column = np.unravel_index(int(np.where(near, plane, -1.0).argmax()), plane.shape)
        gain = float(plane[row, column]) - here
        if gain > best.gain:
            vector = (rows[row] * pixel[0], columns[column] * pixel[1], up * spacing_mm[2])
            best = Shift(float(np.linalg.norm(vector)), gain)
    return best


def _dsc_of_shifts(legs: Sequence[LabelsAndAnswer], codes: Sequence[int], up: int) -> NDArray[np.float64]:
    """Return the mean DSC over muscles for every shift in plane, [row, column], and ``up`` slices of the labels."""
    shape = legs[0][0].shape[1:]
    overlap, labeled, answered = np.zeros((len(codes), *shape)), np.zeros(len(codes)), np.zeros(len(codes))
    for labels, answer, counted in legs:
        places = np.flatnonzero(counted)
        places = places[(places + up >= 0) & (places + up < len(answer))]
        for number, code in enumerate(codes):
            first, second = (labels[places] == code), (answer[places + up] == code)
            labeled[number] += (labels[counted] == code).sum()  # those beyond the ends too
            answered[number] += second.sum()
            if first.any() and second.any():
                # the labels, moved by a shift, times the answer, summed over all pixels and slices
                spectrum = (np.conj(np.fft.rfft2(first)) * np.fft.rfft2(second)).sum(axis=0)
                overlap[number] += np.fft.irfft2(spectrum, s=shape)
    drawn = labeled > 0
    if not drawn.any():
        return np.zeros(shape)
    return np.asarray((2 * overlap[drawn] / (labeled + answered)[drawn, None, None]).mean(axis=0))
