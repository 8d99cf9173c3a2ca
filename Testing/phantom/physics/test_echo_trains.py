import numpy as np

from MuscleSegLib.phantom.physics.multi_spin_echo import B1Dictionary
from MuscleSegLib.physics import echo_train


def test_the_dictionary_is_the_exact_train_to_one_in_ten_thousand():
    t1, t2 = np.array([1130.0, 288.0]), np.array([35.3, 165.0])
    dictionary = B1Dictionary(t1, t2, spacing_ms=8.7, echoes=16)
    b1 = np.array([0.7321, 0.9777, 1.0, 1.1234])
    amounts = np.array([[0.6, 0.6, 1.0, 0.0], [0.4, 0.4, 0.0, 1.0]])
    exact = echo_train(t1[:, None], t2[:, None], spacing_ms=8.7, echoes=16, b1=b1)
    np.testing.assert_allclose(dictionary.mixed(amounts, b1), (exact * amounts).sum(axis=1), atol=1e-4)
