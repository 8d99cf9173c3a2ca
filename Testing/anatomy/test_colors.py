"""Colors as people with and without color vision deficiency see them.

Simulation: Machado, Oliveira and Fernandes, IEEE Trans Vis Comput Graph 2009;15:1291, severity 1, on linear RGB.
Difference: CIELAB distance (CIE 1976), in which 2.3 is just noticeable (Mahy et al., Color Res Appl 1994;19:105).
"""

import itertools

import numpy as np
import pytest

from MuscleSegLib.anatomy import REGIONS

VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ_FROM_RGB = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
MID_GRAY = (128, 128, 128)  # of the image under the labels
FIVE_JUST_NOTICEABLE = 5 * 2.3


def lab(color, vision):
    encoded = np.array(color) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(VISION[vision]) @ linear, 0, 1)
    xyz = np.array(XYZ_FROM_RGB) @ seen / (0.95047, 1.0, 1.08883)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_conversion_is_that_of_the_standard():
    np.testing.assert_allclose(lab((255, 0, 0), "normal"), (53.24, 80.09, 67.20), atol=0.02)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_any_two_muscles_and_the_image_are_told_apart(region, vision):
    colors = {muscle.name: lab(muscle.color, vision) for muscle in region.muscles} | {"image": lab(MID_GRAY, vision)}
    for (name, color), (other_name, other) in itertools.combinations(colors.items(), 2):
        assert np.linalg.norm(color - other) > FIVE_JUST_NOTICEABLE, (name, other_name)
