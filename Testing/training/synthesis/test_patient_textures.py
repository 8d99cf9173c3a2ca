"""Textures of fat in patients' muscles, transplanted into those of synthesized legs."""

import numpy as np
import pytest
import torch

from MuscleSegLib.training.legs.leg_tissues import AIR, CANVAS, UNLABELED
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.patient_textures import patient_textures, sample_texture


@pytest.fixture
def a_patient():
    """A leg with two muscles of different mean fat fraction, streaked along the columns, in three slices."""
    codes = np.full((3, CANVAS, CANVAS), AIR, np.uint8)
    codes[:, 20:140, 20:140] = UNLABELED
    codes[:, 40:80, 40:120], codes[:, 80:120, 40:120] = 4, 9
    mean = np.where(codes == 4, 0.2, 0.7)
    streak = np.where(np.arange(CANVAS) % 8 < 4, 0.1, -0.1)
    fraction = np.clip(mean + streak, 0, 1)
    images = np.stack([fraction, 1 - fraction]).astype(np.float16)
    return LegVolume("P-right", "P", codes[None], 24.0, images)


def test_a_texture_is_the_streaks_without_the_muscles_means(a_patient):
    (texture,) = patient_textures([a_patient])
    muscles = a_patient.tissues[0] == 4, a_patient.tissues[0] == 9
    for muscle in muscles:
        assert float(texture[torch.from_numpy(muscle)].mean()) == pytest.approx(0, abs=0.02)
    is_fat = np.broadcast_to(np.arange(CANVAS) % 8 < 4, muscles[0].shape)
    assert float(texture[torch.from_numpy(muscles[0] & is_fat)].min()) > 0.3
    assert float(texture[torch.from_numpy(muscles[0] & ~is_fat)].max()) < -0.3


def test_it_is_mirrored_at_the_border(a_patient):
    (texture,) = patient_textures([a_patient])
    assert torch.allclose(texture[:, 60, 36:40], texture[:, 60, 41:45].flip(1))


def test_legs_without_fat_and_water_have_none(a_patient):
    single = LegVolume("Q-right", "Q", a_patient.tissues, 24.0, a_patient.images[:1])
    synthesized = LegVolume("R-right", "R", a_patient.tissues, 24.0)
    assert patient_textures([single, synthesized]) == []


def test_a_sample_is_cut_out_of_a_texture_with_slices_there_and_back():
    texture = torch.arange(3.0).reshape(3, 1, 1).expand(3, CANVAS, CANVAS)
    sample = sample_texture([texture], 9, 64, np.random.default_rng(0))
    assert sample.shape == (9, 64, 64)
    assert sample[:, 0, 0].diff().abs().tolist() == [1.0] * 8


def test_patients_textures_are_taken_in_half_of_the_draws_and_only_where_there_are_any():
    rng = np.random.default_rng(0)
    marked = torch.full((3, CANVAS, CANVAS), 7.0)
    noise = NoiseTextures.draw(rng, count=4, patients=[marked])
    share = np.mean([bool((noise.infiltration(2, 32, rng) == 7).all()) for _ in range(200)])
    assert share == pytest.approx(0.5, abs=0.12)
    alone = NoiseTextures.draw(rng, count=4)
    assert not any(bool((alone.infiltration(2, 32, rng) == 7).any()) for _ in range(20))
