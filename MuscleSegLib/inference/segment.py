"""Segmentation of an image: muscle labels, a check of the field of view, and the image's own grid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import CALF, CALF_OFFSET, LOWER_LIMB, THIGH, region_word
from MuscleSegLib.bundle import Bundle, LegInput, fast_bundle, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.companions import on_grid_of
from MuscleSegLib.inference.fine import split_muscles
from MuscleSegLib.inference.labeling import Labeling, label_muscles
from MuscleSegLib.inference.loading import Device
from MuscleSegLib.inference.quality import Quality
from MuscleSegLib.inference.result import Result
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.upside_down import note_of_order
from MuscleSegLib.inference.view import QualityProbe, View, is_clear, judge_view
from MuscleSegLib.legs import Legs
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import (
    Geometry,
    LabelOrigin,
    Volume,
    canonical,
    check_image,
    gathered_remarks,
    like,
)

Labels = NDArray[np.uint8]


def segment(
    image: Volume,
    bundle: Bundle,
    *,
    companions: Sequence[Volume] = (),
    device: Device = "auto",
    legs: Legs = "auto",
    progress: Progress = silent,
) -> Result:
    """Segment the muscles of one or two legs.

    Slices that surely show the other region stay empty, and a note names them.

    Args:
        image: Image in any orientation, [k, j, i].
        bundle: The network.
        companions: Further images of the same scan, such as fat, on any grid; probabilities are averaged.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
        progress: Raises ``Canceled`` to stop.

    Returns:
        Muscle codes, and for two legs those of the left leg + 100; fine ones from a network for a fine label set, which
        splits the muscles that the region's default network draws.

    Raises:
        MuscleSegError: Image or companion is unfit, shows no leg, another region or front and back exchanged, or the
            network or device cannot be used.
    """
    job = _Segmenting(_on_one_grid(image, companions), device, legs, Stopwatch())
    region, is_fine = bundle.metadata.region, bundle.metadata.is_fine
    whole = find_bundle(region) if is_fine else bundle
    labeling, kept, notes = job.label_region(whole, image.name, part(progress, 0.0, 0.6 if is_fine else 0.95))
    if is_fine:
        labeling = job.split(bundle, labeling, kept, part(progress, 0.6, 0.95))
    progress(0.97, _("putting the labels on the image's grid"))
    bundles = (whole, bundle) if is_fine else (bundle,)
    result = job.result(image, bundle.metadata.label_set, bundles, labeling, notes)
    progress(1.0, _("segmented"))
    return result


def segment_limb(
    image: Volume,
    *,
    companions: Sequence[Volume] = (),
    device: Device = "auto",
    legs: Legs = "auto",
    progress: Progress = silent,
) -> Result:
    """Segment the thigh, the calf, or both, whichever the image shows, each by its default network.

    Args:
        image: Image in any orientation, [k, j, i].
        companions: Further images of the same scan, as for ``segment``.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
        progress: Raises ``Canceled`` to stop.

    Returns:
        The segmentation of the region in the image; of both regions, in labels of the scheme "lower-limb".

    Raises:
        MuscleSegError: As ``segment`` does.
    """
    job = _Segmenting(_on_one_grid(image, companions), device, legs, Stopwatch())
    thigh, calf = find_bundle(THIGH.name), find_bundle(CALF.name)
    labeling, view = job.label_and_check(thigh, part(progress, 0.0, 0.5))
    if view.slices is None or not view.is_likely:
        rest = part(progress, 0.5, 1.0)
        return segment(image, calf, companions=companions, device=device, legs=legs, progress=rest)
    if not view.elsewhere.any():
        order = note_of_order(labeling.prediction.labels, THIGH.name, image.name)
        return job.result(image, THIGH.name, (thigh,), labeling, [*view.notes, *order])
    below, above = _longest(view.elsewhere), view.slices
    parts = [job.label(thigh, above, part(progress, 0.5, 0.7)), job.label(calf, below, part(progress, 0.7, 0.9))]
    if len({len(labeling.prediction.sides) for labeling in parts}) > 1:  # one leg in one part and two in the other
        job = replace(job, legs=2)
        parts = [job.label(thigh, above, part(progress, 0.9, 0.93)), job.label(calf, below, part(progress, 0.93, 1))]
    notes = [
        *view.notes,
        _("Slices {thigh}, counted from the feet, were segmented as thigh, and slices {calf} as calf.").format(
            thigh=_slices(above), calf=_slices(below)
        ),
    ]
    if below.start > above.start:
        note = _("The calf lies above the thigh in {image}: head and foot seem to be exchanged.")
        notes.append(note.format(image=image.name))
    both = _joined(*parts)
    notes += note_of_order(both.prediction.labels, THIGH.name, image.name)
    return job.result(image, LOWER_LIMB, (thigh, calf), both, notes)


@dataclass(frozen=True)
class _Segmenting:
    """Canonical images of one scan on one grid, [k, j, i] each, checked, with the settings of their segmentation."""

    images: tuple[Volume, ...]
    device: Device
    legs: Legs
    watch: Stopwatch

    @property
    def image(self) -> Volume:
        """The first image."""
        return self.images[0]

    def label_and_check(self, bundle: Bundle, progress: Progress) -> tuple[Labeling, View]:
        """Label all slices, and check which region they show."""
        everything = slice(0, len(self.image.array))
        labeling, region = self.label(bundle, everything, part(progress, 0.0, 0.9)), bundle.metadata.region
        if not isinstance(bundle.metadata.input, LegInput):  # from elsewhere, perhaps for other fields of view
            return labeling, View(np.zeros(len(self.image.array), bool), everything, region)
        quality = labeling.prediction.quality
        probe = QualityProbe(self.device, self.legs, labeling.legs, part(progress, 0.9, 1.0))
        with self.watch.part("view"):
            if quality is None or not _tells_view(bundle, quality):
                quality = probe.quality(self.image, region, np.arange(len(self.image.array)))
            return labeling, judge_view(self.image, region, quality, probe)

    def label_region(self, bundle: Bundle, name: str, progress: Progress) -> tuple[Labeling, slice, list[str]]:
        """Label the slices that do not surely show the other region; return which, with notes.

        Raises:
            MuscleSegError: All of the image of this name do.
        """
        region = bundle.metadata.region
        labeling, view = self.label_and_check(bundle, part(progress, 0.0, 0.95))
        if view.slices is None:
            message = _("{image} shows the {other}, not the {region}: choose the region {other}.")
            raise MuscleSegError(message, image=name, other=region_word(view.other), region=region_word(region))
        kept, notes = slice(0, len(view.elsewhere)), list(view.notes)
        if view.elsewhere.any():
            kept = view.slices
            labeling = self.label(bundle, kept, part(progress, 0.95, 1.0))
            notes.append(_note_of_rest(kept, view.elsewhere, view.other))
        return labeling, kept, [*notes, *note_of_order(labeling.prediction.labels, region, name)]

    def label(self, bundle: Bundle, kept: slice, progress: Progress) -> Labeling:
        """Label a range of slices on their own; the labels of all others are 0."""
        some = [_slices_of(image, kept) for image in self.images]
        labeling = label_muscles(some, bundle, device=self.device, legs=self.legs, progress=progress, watch=self.watch)
        labels = np.zeros(self.image.array.shape, np.uint8)
        labels[kept] = labeling.prediction.labels
        return replace(labeling, prediction=replace(labeling.prediction, labels=labels))

    def split(self, bundle: Bundle, labeling: Labeling, kept: slice, progress: Progress) -> Labeling:
        """Split the muscles in a range of slices, which was labeled on its own, into fine ones."""
        some = [_slices_of(image, kept) for image in self.images]
        labels = labeling.prediction.labels
        cut = replace(labeling, prediction=replace(labeling.prediction, labels=labels[kept]))
        with self.watch.part("network"):
            fine = split_muscles(cut, some, bundle, device=self.device, progress=progress)
        whole = np.zeros_like(labels)
        whole[kept] = fine.prediction.labels
        return replace(fine, prediction=replace(fine.prediction, labels=whole))

    def result(
        self,
        image: Volume,
        region: str,
        bundles: tuple[Bundle, ...],
        labeling: Labeling,
        notes: list[str] | tuple[str, ...],
    ) -> Result:
        """Return the segmentation on the image's grid."""
        prediction = labeling.prediction
        about = [bundle.metadata for bundle in bundles]
        network = " ".join("+".join(getattr(each, name) for each in about) for name in ("name", "version"))
        on_image = like(Volume(prediction.labels, self.image.geometry), image.geometry)
        description = str(LabelOrigin(region, network, labeling.device, len(self.images)))
        return Result(
            labels=Volume(on_image.array, image.geometry, description=description),
            region=region,
            network=network,
            sides=prediction.sides,
            device=labeling.device,
            precision=labeling.precision,
            confidence=prediction.confidence,
            notes=(
                *dict.fromkeys(remark for image in self.images for remark in image.remarks),
                *notes,
                *labeling.notes,
            ),
            seconds=self.watch.seconds,
            remarks=image.remarks,
            network_notes=tuple(note for each in about for note in each.notes),
        )


def _tells_view(bundle: Bundle, quality: Quality) -> bool:
    """Return whether a segmentation's quality says by itself which region the slices show.

    The default's does where it is clear, which was right for all that ``Testing/inference/test_view.py`` shows it.
    """
    about = bundle.metadata
    if about.sha256 == fast_bundle(about.region).metadata.sha256:
        return True
    return about.sha256 == find_bundle(about.region).metadata.sha256 and is_clear(quality, about.region)


def _on_one_grid(image: Volume, companions: Sequence[Volume]) -> tuple[Volume, ...]:
    first = canonical(_checked(image))
    return first, *(on_grid_of(first, _checked(companion)) for companion in companions)


def _slices_of(image: Volume, kept: slice) -> Volume:
    """Return a range of an image's slices on its own."""
    affine = image.geometry.affine.copy()
    affine[:, 3] += kept.start * affine[:, 2]
    array = np.ascontiguousarray(image.array[kept])
    return replace(image, array=array, geometry=Geometry(array.shape, affine))


def _checked(image: Volume) -> Volume:
    """Check an image, and return it with the remarks of the check added to its own."""
    with gathered_remarks() as remarks:
        check_image(image)
    return replace(image, remarks=tuple(dict.fromkeys((*image.remarks, *remarks))))


def _joined(thigh: Labeling, calf: Labeling) -> Labeling:
    """Return the labels of thigh and calf in one map."""
    upper, lower = thigh.prediction, calf.prediction
    labels = np.where(lower.labels > 0, lower.labels + np.uint8(CALF_OFFSET), upper.labels)
    confidence = dict(upper.confidence) | {value + CALF_OFFSET: dsc for value, dsc in lower.confidence.items()}
    notes = tuple(dict.fromkeys((*thigh.notes, *calf.notes)))
    return replace(thigh, prediction=replace(upper, labels=labels, confidence=confidence), notes=notes)


def _longest(slices: NDArray[np.bool_]) -> slice:
    """Return the longest run of slices in a mask, [k]."""
    from scipy import ndimage

    stretches: list[tuple[slice]] = ndimage.find_objects(ndimage.label(slices)[0])
    return max((stretch[0] for stretch in stretches), key=lambda stretch: int(stretch.stop - stretch.start))


def _slices(kept: slice) -> str:
    return _("{first} to {last}").format(first=kept.start + 1, last=kept.stop)


def _note_of_rest(kept: slice, elsewhere: NDArray[np.bool_], other: str) -> str:
    """Return a note on the slices left empty, counted from the feet."""
    slices = len(elsewhere)
    rest = [_slices(slice(first, last)) for first, last in ((0, kept.start), (kept.stop, slices)) if first < last]
    note = _(
        "Slices {slices} of {count}, counted from the feet, show the {region} or lie beyond it: they were left empty."
    )
    if elsewhere.sum() == slices - (kept.stop - kept.start):
        note = _("Slices {slices} of {count}, counted from the feet, show the {region}: they were left empty.")
    return note.format(slices=joined(_(" and "), rest), count=slices, region=region_word(other))
