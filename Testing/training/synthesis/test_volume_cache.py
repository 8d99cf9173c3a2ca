from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.training.synthesis.volume_cache import MOST_SLICES, SCALE, Volumes, draw_cut


@pytest.fixture
def volumes_of(a_configuration, make_leg_volume, tmp_path):
    def make(configuration=a_configuration, share=1.0, stream=0) -> Volumes:
        leg_volumes = [make_leg_volume("P"), make_leg_volume("R")]
        return Volumes(leg_volumes, [share, 1.0], configuration, stream=stream, cache=tmp_path)

    return make


def test_a_volume_is_the_same_made_or_read(volumes_of):
    made, kept = volumes_of().make(3), volumes_of()
    for sample in (kept[3], kept[3]):
        assert np.array_equal(sample.images, made.images)
        assert np.array_equal(sample.targets, made.targets)
        assert np.array_equal(sample.compartments, made.compartments)
        assert sample.spacing_mm == made.spacing_mm
    assert [path.name for path in kept.folder.iterdir()] == ["3.npz"]


def test_volumes_have_one_size_and_the_brightness_of_a_leg(volumes_of):
    """The leg's bright tissue is 1; kept as bytes, 127 or 128."""
    sample = volumes_of()[0]

    assert sample.images.shape[1:] == (64, 64)
    assert sample.images.dtype == sample.targets.dtype == sample.compartments.dtype == np.uint8
    assert sample.images[0][sample.compartments[0] > 0].max() >= SCALE - 1


def test_another_configuration_looks_in_another_folder(volumes_of, a_configuration):
    folders = {
        volumes_of().folder,
        volumes_of(replace(a_configuration, seed=8)).folder,
        volumes_of(replace(a_configuration, region="calf")).folder,
        volumes_of(replace(a_configuration, input=replace(a_configuration.input, size=96))).folder,
        volumes_of(replace(a_configuration, data=replace(a_configuration.data, variants=2))).folder,
        volumes_of(replace(a_configuration, data=replace(a_configuration.data, adductor="whole"))).folder,
        volumes_of(replace(a_configuration, data=replace(a_configuration.data, as_scanned=0.5))).folder,
        volumes_of(share=0.5).folder,
        volumes_of(stream=1).folder,
    }

    assert len(folders) == 9


def test_another_network_looks_in_the_same_folder(volumes_of, a_configuration):
    other = replace(
        a_configuration,
        architecture="unet3d",
        input=replace(a_configuration.input, context_mm=(0.0,), slice_mm=12.0, slices=16),
        data=replace(a_configuration.data, volumes=9),
    )

    assert volumes_of(other).folder == volumes_of().folder


def test_the_slices_of_a_volume_are_evenly_spaced_and_not_too_far_or_too_close(make_leg_volume):
    """Slices of 2 mm are taken 6 to 26 mm apart: every 3rd to every 13th; the distance is then varied by a fifth."""
    leg_volume = make_leg_volume("P")
    leg_volume = replace(leg_volume, tissues=np.repeat(leg_volume.tissues, 20, axis=1), spacing_mm=2.0)
    steps = set()
    for seed in range(300):
        cut = draw_cut(leg_volume, np.random.default_rng(seed))
        chosen = np.arange(80)[cut.slices]
        assert 1 <= len(chosen) <= MOST_SLICES
        assert 0.8 <= cut.spacing_mm / (2.0 * cut.slices.step) <= 1.25
        steps.add(cut.slices.step)

    assert steps == set(range(3, 14))


def test_thick_slices_are_taken_as_they_are(make_leg_volume):
    cuts = [draw_cut(make_leg_volume("P"), np.random.default_rng(seed)) for seed in range(50)]

    assert {cut.slices.step for cut in cuts} == {1}


def test_some_volumes_are_whole_some_cropped_and_some_single_slices(make_leg_volume):
    leg_volume = replace(make_leg_volume("P"), spacing_mm=8.0)
    lengths = [
        len(range(4)[draw_cut(replace(leg_volume, spacing_mm=24.0), np.random.default_rng(seed)).slices])
        for seed in range(200)
    ]

    assert set(lengths) == {1, 2, 3, 4}
    assert lengths.count(4) > 80


def test_a_volume_of_a_real_scan_is_drawn_from_its_images(a_configuration, make_leg_volume, tmp_path):
    leg_volume = make_leg_volume("P")
    images = np.where(leg_volume.tissues == 8, 1.0, 0.0).astype(np.float16)
    volumes = Volumes([replace(leg_volume, images=images)], [1.0], a_configuration, stream=0, cache=tmp_path)

    sample = volumes[0]

    muscle, around = sample.targets[0] == 8, sample.targets[0] == 0
    assert abs(sample.images[0][muscle].mean() - sample.images[0][around].mean()) > 20


def test_a_share_of_the_volumes_of_scans_is_shown_as_it_was_scanned(a_configuration, make_leg_volume, tmp_path):
    """Those are the scan itself, cut to size and divided by its bright tissue; the others are bent."""
    leg_volume = make_leg_volume("P")
    picture = (np.random.default_rng(0).uniform(0.2, 1.0, leg_volume.tissues.shape[1:]) * (leg_volume.tissues[0] > 0))[
        None
    ]
    leg_volume = replace(leg_volume, images=picture.astype(np.float16))
    half = replace(a_configuration, data=replace(a_configuration.data, as_scanned=0.5))
    volumes = Volumes([leg_volume], [1.0], half, stream=0, cache=tmp_path)
    low = (leg_volume.tissues.shape[2] - half.input.size) // 2
    middle = (slice(low, low + half.input.size),) * 2
    wanted = [picture[0, k][middle] for k in range(picture.shape[1])]

    shown = [volumes.make(number).images[0] / SCALE for number in range(40)]

    plain = sum(max(np.corrcoef(image.ravel(), scan.ravel())[0, 1] for scan in wanted) > 0.999 for image in shown)
    assert 10 <= plain <= 30
