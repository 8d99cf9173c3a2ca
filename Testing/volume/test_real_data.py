import nibabel
import numpy as np
import pytest

from MuscleSegLib.volume import canonical, check_image, like, read_labels, read_volume, require_overlap


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("thigh_cases/Thigh_001_0000.nii.gz", "LPS"),
        ("calf_cases/bilateral_healthy.nii.gz", "RAS"),
        ("calf_cases/t1_slice.nii.gz", "LPS"),
    ],
)
def test_real_scans_lie_as_nibabel_has_them_and_come_back_from_canonical(shared_data, name, codes):
    volume = read_volume(shared_data / name)
    check_image(volume)
    reference = nibabel.load(shared_data / name)
    assert volume.geometry.axis_codes == codes
    np.testing.assert_allclose(volume.geometry.affine, reference.affine, atol=1e-3)
    closest = nibabel.as_closest_canonical(reference)
    np.testing.assert_array_equal(canonical(volume).array, np.asarray(closest.dataobj).T)
    np.testing.assert_array_equal(like(canonical(volume), volume.geometry).array, volume.array)


def test_real_labels_lie_on_their_scan(shared_data):
    image = read_volume(shared_data / "thigh_cases" / "Thigh_001_0000.nii.gz")
    labels, segments = read_labels(shared_data / "thigh_cases" / "Thigh_001_labels.nii.gz")
    require_overlap(image, labels)
    assert labels.geometry.is_close(image.geometry)
    assert set(np.unique(labels.array)) == set(range(12))
    assert labels.array.dtype == np.uint8
    assert segments == ()
