"""Segmenting: label the muscles, judge what the image shows, put the labels back on the image's grid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import CALF, CALF_OFFSET, LOWER_LIMB, THIGH, Side
from MuscleSegLib.bundle import Bundle, LegInput, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.labeling import Labeling, label_muscles
from MuscleSegLib.inference.legs import Legs
from MuscleSegLib.inference.loading import Device
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.upside_down import note_of_order
from MuscleSegLib.inference.view import Looking, View, judge_view
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Geometry, LabelOrigin, Volume, canonical, check_image, gathered_remarks, like

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Result:
    """A segmentation.

    Attributes:
        labels: On exactly the image's grid, uint8.
        region: "thigh" or "calf", or "lower-limb" where both are in the image and the labels are those of both.
        network: Name and version of the network, or of the thigh's and the calf's.
        sides: Of the legs found: right and left, or the side that a single leg looks like, where the network tells.
            A single leg's labels carry no side.
        device: Where the network ran.
        precision: Of its features: "float32", "bfloat16" or "float16".
        confidence: An estimate of the Dice similarity coefficient of each muscle found, 0 to 1, by label value. One
            that was not found has none: there is nothing to be sure of. Empty for a network without a calibration.
        notes: What went otherwise than usual: how the image was read, slices that show another region, a doubt about
            what the image shows, smaller parts for want of memory, another device or precision.
        seconds: That the parts took: "legs" (finding them), "load", "network", with cutting out and putting back, and
            "view" (judging what the image shows).

    """

    labels: Volume
    region: str
    network: str
    sides: tuple[Side, ...]
    device: str
    precision: str
    confidence: Mapping[int, float]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]


def segment(
    image: Volume, bundle: Bundle, *, device: Device = "auto", legs: Legs = "auto", progress: Progress = silent
) -> Result:
    """Segment the muscles of one or two legs.

    Slices that surely show the other region stay empty, and a note names them.

    Args:
        image: Any orientation; [k, j, i].
        bundle: The network.
        device: "auto" takes a GPU where there is one.
        legs: How many legs are in the field of view, if known.
        progress: Raises ``Cancelled`` to stop.

    Returns:
        The labels: muscle codes, and for two legs the left one's + 100.

    Raises:
        MuscleSegError: The image holds no leg or is unfit, it surely shows the other region, front and back are
            exchanged, the network cannot be used, or there is no such device.

    """
    image = _checked(image)
    work = _Work(canonical(image), device, legs, Stopwatch())
    labeling, view = work.look(bundle, part(progress, 0.0, 0.9))
    region = bundle.metadata.region
    if view.here is None:
        message = f"{image.name} shows the {view.other}, not the {region}: choose the region {view.other}."
        raise MuscleSegError(message)
    notes = list(view.notes)
    if view.elsewhere.any():
        labeling = work.label(bundle, view.here, part(progress, 0.9, 0.95))
        notes.append(_note_of_rest(view.here, view.elsewhere, view.other))
    progress(0.97, "putting the labels on the image's grid")
    result = work.result(image, region, (bundle,), labeling, notes)
    progress(1.0, "segmented")
    return result


def segment_limb(image: Volume, *, device: Device = "auto", legs: Legs = "auto", progress: Progress = silent) -> Result:
    """Segment the thigh, the calf, or both, each by its default network, whichever the image shows.

    Args:
        image: Any orientation; [k, j, i].
        device: "auto" takes a GPU where there is one.
        legs: How many legs are in the field of view, if known.
        progress: Raises ``Cancelled`` to stop.

    Returns:
        The labels of the region that is there; where both are, those of the scheme "lower-limb".

    Raises:
        MuscleSegError: As ``segment`` does.

    """
    image = _checked(image)
    work = _Work(canonical(image), device, legs, Stopwatch())
    thigh, calf = find_bundle(THIGH.name), find_bundle(CALF.name)
    labeling, view = work.look(thigh, part(progress, 0.0, 0.5))
    if view.here is None or not view.is_likely:
        return segment(image, calf, device=device, legs=legs, progress=part(progress, 0.5, 1.0))
    if not view.elsewhere.any():
        return work.result(image, THIGH.name, (thigh,), labeling, view.notes)
    below, above = _longest(view.elsewhere), view.here
    parts = [work.label(thigh, above, part(progress, 0.5, 0.7)), work.label(calf, below, part(progress, 0.7, 0.9))]
    if len({len(own.answer.sides) for own in parts}) > 1:  # one leg in one part and two in the other
        work = replace(work, legs=2)
        parts = [work.label(thigh, above, part(progress, 0.9, 0.93)), work.label(calf, below, part(progress, 0.93, 1))]
    notes = [
        *view.notes,
        f"{_slices(above)}, counted from the feet, were segmented as thigh, and {_slices(below).lower()} as calf.",
    ]
    if below.start > above.start:
        notes.append(f"The calf lies above the thigh in {image.name}: head and foot seem to be exchanged.")
    return work.result(image, LOWER_LIMB, (thigh, calf), _joined(*parts), notes)


@dataclass(frozen=True)
class _Work:
    """An image, canonical, and how it is segmented."""

    image: Volume
    device: Device
    legs: Legs
    watch: Stopwatch

    def look(self, bundle: Bundle, progress: Progress) -> tuple[Labeling, View]:
        """Label all slices, and judge what they show."""
        everything = slice(0, len(self.image.array))
        labeling, region = self.label(bundle, everything, part(progress, 0.0, 0.9)), bundle.metadata.region
        if not isinstance(bundle.metadata.input, LegInput):  # a network from elsewhere, which may know other fields
            return labeling, View(np.zeros(len(self.image.array), bool), everything, region)
        quality, default = labeling.answer.quality, find_bundle(region).metadata
        looking = Looking(self.device, self.legs, labeling.legs, part(progress, 0.9, 1.0))
        with self.watch.part("view"):
            if quality is None or bundle.metadata.sha256 != default.sha256:
                quality = looking.quality(self.image, region, np.arange(len(self.image.array)))
            return labeling, judge_view(self.image, region, quality, looking)

    def label(self, bundle: Bundle, kept: slice, progress: Progress) -> Labeling:
        """Label some slices as if there were no others."""
        affine = self.image.geometry.affine.copy()
        affine[:, 3] += kept.start * affine[:, 2]
        array = np.ascontiguousarray(self.image.array[kept])
        some = replace(self.image, array=array, geometry=Geometry(array.shape, affine))
        labeling = label_muscles(some, bundle, device=self.device, legs=self.legs, progress=progress, watch=self.watch)
        labels = np.zeros(self.image.array.shape, np.uint8)
        labels[kept] = labeling.answer.labels
        return replace(labeling, answer=replace(labeling.answer, labels=labels))

    def result(
        self,
        image: Volume,
        region: str,
        bundles: tuple[Bundle, ...],
        labeling: Labeling,
        notes: list[str] | tuple[str, ...],
    ) -> Result:
        """Put the labels on the image's grid."""
        answer = labeling.answer
        order = note_of_order(answer.labels, bundles[0].metadata.region, image.name)
        network = " ".join("+".join(getattr(own.metadata, name) for own in bundles) for name in ("name", "version"))
        back = like(Volume(answer.labels, self.image.geometry), image.geometry)
        description = str(LabelOrigin(region, network, labeling.device))
        return Result(
            labels=Volume(back.array, image.geometry, description=description),
            region=region,
            network=network,
            sides=answer.sides,
            device=labeling.device,
            precision=labeling.precision,
            confidence=answer.confidence,
            notes=(*image.remarks, *notes, *order, *labeling.notes),
            seconds=self.watch.seconds,
        )


def _checked(image: Volume) -> Volume:
    """Check an image, and return it with what the check has to say among its remarks."""
    with gathered_remarks() as remarks:
        check_image(image)
    return replace(image, remarks=tuple(dict.fromkeys((*image.remarks, *remarks))))


def _joined(thigh: Labeling, calf: Labeling) -> Labeling:
    """Return the labels of both in one map."""
    own, other = thigh.answer, calf.answer
    labels = np.where(other.labels > 0, other.labels + np.uint8(CALF_OFFSET), own.labels)
    confidence = dict(own.confidence) | {value + CALF_OFFSET: dsc for value, dsc in other.confidence.items()}
    notes = tuple(dict.fromkeys((*thigh.notes, *calf.notes)))
    return replace(thigh, answer=replace(own, labels=labels, confidence=confidence), notes=notes)


def _longest(slices: NDArray[np.bool_]) -> slice:
    """Return the longest stretch of slices."""
    from scipy import ndimage

    stretches: list[tuple[slice]] = ndimage.find_objects(ndimage.label(slices)[0])
    return max((stretch[0] for stretch in stretches), key=lambda stretch: int(stretch.stop - stretch.start))


def _slices(kept: slice) -> str:
    return f"Slices {kept.start + 1} to {kept.stop}"


def _note_of_rest(kept: slice, elsewhere: NDArray[np.bool_], other: str) -> str:
    """Return which slices stayed empty, counted from the feet."""
    slices = len(elsewhere)
    rest = [f"{first} to {last}" for first, last in ((1, kept.start), (kept.stop + 1, slices)) if first <= last]
    shown = f"the {other}" if elsewhere.sum() == slices - (kept.stop - kept.start) else f"the {other} or lie beyond it"
    return f"Slices {' and '.join(rest)} of {slices}, counted from the feet, show {shown}: they were left empty."
