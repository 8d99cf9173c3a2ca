"""What is in the field of view: the region that was asked for, the other one, both, no leg, or a leg back to front."""

import contextlib
import itertools
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.bundle import fast_bundle, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segment, segment_limb
from MuscleSegLib.inference.quality import Quality
from MuscleSegLib.inference.view import judge_view
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, canonical, read_volume
from Testing.inference.not_legs import image_of

REAL = {
    "thigh_cases/Thigh_001_0000": "thigh",
    "thigh_cases/Thigh_001_0001": "thigh",
    "thigh_cases/Thigh_003_0000": "thigh",
    "thigh_cases/bilateral_healthy": "thigh",
    "calf_cases/bilateral_healthy": "calf",
    "calf_cases/t1_slice": "calf",
}
OTHER = {"thigh": "calf", "calf": "thigh"}
NO_LEGS = (
    "Gaussian noise",
    "Rician noise",
    "Poisson noise",
    "uniform noise",
    "a constant with noise",
    "smooth noise",
    "a disk of noise",
    "a head, T1",
    "a head, T2",
    "a head, FLAIR",
    "Shepp-Logan",
    "a bottle",
    "two bottles",
)


@pytest.fixture(scope="module")
def legs_image(plain_scan):
    """An image of digital legs, canonical: 24 mm from slice to slice."""
    made = {}

    def make(region: str, *, legs: int = 2, slices: int = 5) -> Volume:
        key = region, legs, slices
        if key not in made:
            affine = np.diag([-2.5, -2.5, 24.0, 1.0])
            affine[:3, 3] = [(1.25 * 88 if legs == 1 else 216), 140, -12.0 * (slices - 1)]
            drawn = digital_legs(region, seed=11, fat_fraction=8, legs=legs)
            grid = Geometry((slices, 113, 88 if legs == 1 else 173), affine)
            made[key] = canonical(plain_scan(drawn, grid)[0])
        return made[key]

    return make


@pytest.fixture(scope="module")
def whole_limb(legs_image):
    """Calves in slices 0 to 4, and thighs of the same grid above them."""
    return stacked(legs_image("calf"), legs_image("thigh"))


def stacked(below: Volume, above: Volume) -> Volume:
    array = np.concatenate([below.array, above.array])
    return Volume(array, Geometry(array.shape, below.geometry.affine))


def some_of(volume: Volume, *where: slice) -> Volume:
    affine = volume.geometry.affine.copy()
    for axis, part in enumerate(where):
        affine[:, 3] += (part.start or 0) * affine[:, 2 - axis]
    array = np.ascontiguousarray(volume.array[where])
    return replace(volume, array=array, geometry=Geometry(array.shape, affine))


def turned(volume: Volume, axis: int) -> Volume:
    """The voxels in the reverse order in a grid that says nothing of it: what a wrong affine does."""
    return replace(volume, array=np.ascontiguousarray(np.flip(volume.array, axis)))


def few_of(volume: Volume) -> Volume:
    """The five slices in the middle, or the only one."""
    middle = len(volume.array) // 2
    return some_of(volume, slice(max(0, middle - 2), middle + 3))


def segmented(image: Volume, region: str):
    """Segment by the fast network, which looks at the field of view for all."""
    return segment(image, fast_bundle(region), device="cpu")


def segmented_by_default(image: Volume, region: str):
    return segment(image, find_bundle(region), device="cpu")


@pytest.mark.parametrize(("shown", "legs"), [("thigh", 2), ("thigh", 1), ("calf", 2), ("calf", 1)])
@pytest.mark.slow
def test_digital_legs_of_the_other_region_are_refused_and_called_by_their_name(legs_image, shown, legs):
    with pytest.raises(MuscleSegError, match=f"shows the {shown}, not the {OTHER[shown]}: choose the region {shown}"):
        segmented(legs_image(shown, legs=legs), OTHER[shown])


@pytest.mark.parametrize("name", REAL)
@pytest.mark.slow
def test_a_real_scan_of_the_other_region_is_refused_and_called_by_its_name(shared_data, name):
    shown = REAL[name]

    with pytest.raises(MuscleSegError, match=f"shows the {shown}, not the"):
        segmented(few_of(canonical(read_volume(shared_data / f"{name}.nii.gz"))), OTHER[shown])


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("cut", ["one slice", "two slices", "one leg", "one leg without a third of it"])
def test_parts_of_real_scans_are_not_refused(shared_data, name, cut):
    image = canonical(read_volume(shared_data / f"{name}.nii.gz"))
    middle, columns = len(image.array) // 2, image.array.shape[2]
    few = slice(middle, middle + (2 if cut == "two slices" else 1))
    across = {"one leg": slice(0, columns // 2), "one leg without a third of it": slice(columns // 4, columns // 2)}

    result = segmented(some_of(image, few, slice(None), across.get(cut, slice(None))), REAL[name])

    assert result.labels.array.any()


@pytest.mark.parametrize(("name", "region"), list(zip(NO_LEGS, itertools.cycle(OTHER), strict=False)))
@pytest.mark.slow
def test_what_is_no_leg_is_refused(name, region):
    with pytest.raises(MuscleSegError, match="No leg was found"):
        segmented_by_default(image_of(name), region)


@pytest.mark.parametrize("region", OTHER)
@pytest.mark.slow
def test_front_and_back_of_digital_legs_exchanged_are_said(legs_image, region):
    with pytest.raises(MuscleSegError, match="Front and back seem to be exchanged"):
        segmented(turned(legs_image(region), 1), region)


class Score:
    """``QualityProbe`` with given values: the soft Dice of each network, upright and with front and back exchanged."""

    count, legs = "auto", ()

    def __init__(self, image, upright, back):
        self.image, self.upright, self.back = image, upright, back

    def quality(self, image, region, slices, legs=None):
        dice = np.zeros(len(image.array))
        dice[slices] = (self.upright if image is self.image else self.back)[region]
        return Quality(dice, np.ones_like(dice))


@pytest.mark.slow
@pytest.mark.parametrize("region", OTHER)
@pytest.mark.parametrize(("back", "is_said"), [(0.98, True), (0.95, False), (0.60, False)])
def test_what_seems_to_be_the_other_region_is_looked_at_back_to_front(legs_image, region, back, is_said):
    image, other = legs_image(region), OTHER[region]
    score = Score(image, {region: 0.80, other: 0.92}, {region: back, other: 0.80})
    quality = score.quality(image, region, np.arange(len(image.array)))
    outcome = pytest.raises(MuscleSegError, match="Front and back") if is_said else contextlib.nullcontext()

    with outcome:
        assert judge_view(image, region, quality, score).elsewhere.all()


@pytest.mark.parametrize("name", REAL)
@pytest.mark.slow
def test_front_and_back_of_a_real_scan_exchanged_are_said(shared_data, name):
    image = few_of(canonical(read_volume(shared_data / f"{name}.nii.gz")))

    with pytest.raises(MuscleSegError, match="Front and back seem to be exchanged"):
        segmented(turned(image, 1), REAL[name])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("thigh_cases/Thigh_003_0000", marks=pytest.mark.long),
        "thigh_cases/bilateral_healthy",
        "calf_cases/bilateral_healthy",
    ],
)
@pytest.mark.slow
def test_head_and_foot_of_a_real_scan_exchanged_are_said(shared_data, name):
    image = canonical(read_volume(shared_data / f"{name}.nii.gz"))

    right, wrong = (segmented_by_default(scan, REAL[name]).notes for scan in (image, turned(image, 0)))

    assert not any("Head and foot" in note for note in right)
    assert any("Head and foot seem to be exchanged" in note for note in wrong)


@pytest.mark.parametrize(("region", "kept"), [("calf", slice(0, 5)), ("thigh", slice(5, 10))])
@pytest.mark.slow
def test_slices_of_the_other_region_stay_empty_and_are_named(legs_image, whole_limb, region, kept):
    result = segmented(whole_limb, region)

    expected = np.zeros_like(result.labels.array)
    expected[kept] = segmented(legs_image(region), region).labels.array
    assert np.array_equal(result.labels.array, expected)
    named = "6 to 10" if region == "calf" else "1 to 5"
    assert any(f"Slices {named} of 10, counted from the feet, show the {OTHER[region]}" in n for n in result.notes)


@pytest.mark.slow
def test_real_thighs_above_real_calves_are_told_apart(shared_data):
    calves, thighs = (
        canonical(read_volume(shared_data / f"{region}_cases" / "bilateral_healthy.nii.gz"))
        for region in OTHER.values()
    )
    array = np.concatenate([calves.array[::3], thighs.array[::3]])
    both = Volume(array, Geometry(array.shape, calves.geometry.affine @ np.diag([1.0, 1.0, 3.0, 1.0])))

    labels = segment_limb(both, device="cpu").labels.array % 100

    is_thigh, is_calf = (
        np.array([bool(np.isin(plane, codes).any()) for plane in labels]) for codes in (range(1, 11), range(21, 27))
    )
    assert not (is_thigh & is_calf).any()
    # the lowest slice of these thighs, with calves below it, looks as much like a calf: a slice either way is near
    assert is_calf[:10].all()
    assert is_thigh[12:].all()


@pytest.mark.parametrize("legs", [1, 2])
@pytest.mark.slow
def test_thigh_and_calf_of_one_scan_have_codes_that_stay_apart(legs_image, legs):
    calf, thigh = (legs_image(region, legs=legs) for region in OTHER.values())

    result = segment_limb(stacked(calf, thigh), device="cpu")

    below, above = (segmented_by_default(image, region) for image, region in ((calf, "calf"), (thigh, "thigh")))
    moved = np.where(below.labels.array > 0, below.labels.array + 20, 0)
    assert np.array_equal(result.labels.array, np.concatenate([moved, above.labels.array]))
    assert result.region == "lower-limb"
    assert result.confidence == {
        **above.confidence,
        **{value + 20: number for value, number in below.confidence.items()},
    }


@pytest.mark.parametrize(("region", "legs"), [("thigh", 2), ("thigh", 1), ("calf", 2), ("calf", 1)])
@pytest.mark.slow
def test_where_one_region_is_shown_it_alone_is_segmented_as_ever(legs_image, region, legs):
    image = legs_image(region, legs=legs)

    result, expected = segment_limb(image, device="cpu"), segmented_by_default(image, region)

    assert result.region == region
    assert np.array_equal(result.labels.array, expected.labels.array)
    assert result.labels.description == expected.labels.description


@pytest.mark.slow
def test_calves_above_thighs_are_said_to_be_upside_down(legs_image):
    result = segment_limb(stacked(legs_image("thigh"), legs_image("calf")), device="cpu")

    assert any("head and foot seem to be exchanged" in note for note in result.notes)
