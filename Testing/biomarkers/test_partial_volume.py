"""Mixtures made by hand: what is put in has to come out."""

import numpy as np
import pytest

from MuscleSegLib.biomarkers.partial_volume import Mixed, PartialVolume


@pytest.fixture
def two_muscles():
    """Shares of two muscles of 10 % and 40 % and a rest of 90 %, in 4000 voxels: alone, together, and with the rest."""
    shares = np.random.default_rng(0).dirichlet((0.5, 0.5, 0.5), 4000)
    shares[::40] = (1, 0, 0)
    shares[1::40] = (0, 1, 0)
    return shares, shares @ (10.0, 40.0, 90.0)


def put_all(shares, values, **options):
    mixture = PartialVolume(10, len(values) // 10, fitted_above=options.get("fitted_above", 0.0))
    for label in np.flatnonzero(shares[:, :2].any(axis=0)).tolist():
        there = np.flatnonzero(shares[:, label] > 0)
        muscle = Mixed(there, shares[there, label], values[there])
        mixture.put(label, muscle, float(np.average(muscle.values, weights=muscle.share)))
    return mixture


def test_mixed_values_are_told_apart(two_muscles):
    found = put_all(*two_muscles).solve()
    assert found == pytest.approx({0: 10.0, 1: 40.0}, abs=0.3)


def test_they_are_from_voxels_that_are_more_than_half_filled_too(two_muscles):
    found = put_all(*two_muscles, fitted_above=0.5).solve()
    assert found == pytest.approx({0: 10.0, 1: 40.0}, abs=0.3)


def test_values_that_run_along_a_muscle_are_averaged_by_its_amount(two_muscles):
    shares, values = two_muscles
    along = np.arange(4000) // 400 * 4.0  # 0 in the first of ten slices to 36 in the last, on top of 10
    truth = 10 + np.average(along, weights=shares[:, 0])
    assert put_all(shares, values + along * shares[:, 0]).solve()[0] == pytest.approx(truth, abs=0.3)


def test_a_muscle_alone_in_its_voxels_has_nothing_to_correct():
    values = np.full(20, 7.0)
    shares = np.zeros((20, 3))
    shares[:, 0] = 1
    assert put_all(shares, values).solve() == {}


def test_a_muscle_that_is_put_again_leaves_nothing_behind(two_muscles):
    shares, values = two_muscles
    mixture = put_all(shares, values)
    expected = mixture.solve()
    there = np.flatnonzero(shares[:, 0] > 0)
    mixture.put(0, Mixed(there[:60], shares[there[:60], 0], values[there[:60]]), 15.0)
    mixture.put(0, None, None)
    assert mixture.mean_of(0) is None
    mixture.put(0, Mixed(there, shares[there, 0], values[there]), 15.0)
    assert mixture.mean_of(0) == pytest.approx(expected[0], abs=0.2)
