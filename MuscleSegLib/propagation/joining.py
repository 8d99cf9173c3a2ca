"""Joining of what is known of a slice: labels carried from both sides, the muscles' appearance, and a network.

Each is a probability of every class, and each counts as far as it can be trusted: the nearer the given slices, the more
the labels carried from there; the farther, the more appearance and network, the latter by how well it agrees with the
given slices. The weights were chosen on the two patients of ``Testing/benchmarks/propagation.py`` and one network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.propagation.appearance import Appearance
from MuscleSegLib.propagation.neighbors import Chain
from MuscleSegLib.propagation.registration import warp

Array = NDArray[np.float32]

APPEARANCE_WEIGHT = 0.1
"""Weight of the appearance one slice away from a given one; it grows with the distance."""

NETWORK_WEIGHT = 0.025
"""Weight of a network with a Dice of 0.5 one slice away from a given one; it grows with the odds of its Dice and with
the square of the distance."""

LARGEST_NETWORK_WEIGHT = 2.0

LEAST_PROBABILITY = 1e-4
"""Nothing is impossible: a muscle may begin between two slices."""

SOFTENED_PIXELS = 1.0
"""Standard deviation by which carried labels are smoothed: so much registration errs at least."""


@dataclass(frozen=True)
class Joined:
    """What is known of a slice.

    Attributes:
        log_probability: Logarithms of the probability of the background and of each muscle, [class, row, column].
        doubt: Number of muscle pixels that are expected to be wrong.
    """

    log_probability: NDArray[np.float64]
    doubt: float


def carried_labels(chains: Sequence[Chain], shares: Mapping[int, Array]) -> Array:
    """Return the muscles' shares of a slice, carried along each way, their mean weighted by nearness.

    Args:
        chains: Ways to given slices.
        shares: Share of each muscle in each pixel by index of given slice, [muscle, row, column].

    Returns:
        Shares, [muscle, row, column].
    """
    from scipy import ndimage

    sigma = (0, SOFTENED_PIXELS, SOFTENED_PIXELS)
    carried = [
        np.asarray(ndimage.gaussian_filter(warp(shares[chain.source], chain.displacement), sigma)) for chain in chains
    ]
    weights = [1 / chain.distance for chain in chains]
    return np.average(carried, axis=0, weights=weights).astype(np.float32)


def join(
    chains: Sequence[Chain],
    shares: Mapping[int, Array],
    appearance: Appearance,
    index: int,
    network: Array | None,
    trust: float,
) -> Joined:
    """Join all that is known of a slice that is not given.

    Args:
        chains: Ways to given slices, at least one.
        shares: As for ``carried_labels``.
        appearance: Appearance of the leg's muscles.
        index: Index of the slice.
        network: A network's probabilities of the background and each muscle, [class, row, column]; None without.
        trust: Odds of the network's Dice in the given slices.
    """
    carried = carried_labels(chains, shares)
    distance = min(chain.distance for chain in chains)
    joined = np.log(with_background(carried)) + APPEARANCE_WEIGHT * distance * appearance.log_likelihood(index)
    joined -= np.logaddexp.reduce(joined, axis=0)
    if network is not None:
        weight = min(NETWORK_WEIGHT * trust * distance**2, LARGEST_NETWORK_WEIGHT)
        joined += weight * np.log(np.maximum(network, LEAST_PROBABILITY))
    joined -= np.logaddexp.reduce(joined, axis=0)
    return Joined(joined, expected_errors(np.exp(joined)))


def expected_errors(probability: NDArray[np.floating]) -> float:
    """Return the number of muscle pixels expected to be wrong, each muscle p times with the probability 1 - p.

    Args:
        probability: Probabilities of the background and of each muscle, [class, row, column].
    """
    return float((probability[1:] * (1 - probability[1:])).sum())


def with_background(shares: Array) -> Array:
    """Return the probability of the background and each muscle, [class, row, column], none of them 0."""
    shares_of_all = np.concatenate([1 - shares.sum(axis=0, keepdims=True), shares])
    return np.asarray(np.maximum(shares_of_all, LEAST_PROBABILITY))


def odds_of_dice(network: Mapping[int, Array], shares: Mapping[int, Array]) -> float:
    """Return the odds, D / (1 - D), of the soft Dice D between a network's probabilities and given labels.

    Args:
        network: Probabilities of the muscles by index of given slice, [muscle, row, column].
        shares: Shares of the muscles by index of given slice, of the same shape.
    """
    common = sum(float(np.minimum(network[index], shares[index]).sum()) for index in shares)
    total = sum(float(network[index].sum() + shares[index].sum()) for index in shares)
    apart = total - 2 * common
    return 2 * common / apart if apart > 0 else 0.0
