"""Fine muscles: what the region's default network drew, split by a network for a fine label set.

Voxels of a muscle of the ten or six go to that one of its parts which the fine network holds most likely, so that the
parts together are exactly the muscle. A muscle outside the ten and six takes voxels that the default left empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, is_left, side_value, value_without_side
from MuscleSegLib.bundle import Bundle, LegInput
from MuscleSegLib.inference.cleanup import clean_labels
from MuscleSegLib.inference.cost.processor import one_thread_a_core
from MuscleSegLib.inference.labeling import Labeling
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.pasting import paste_classes
from MuscleSegLib.inference.predict import joined_logits, logits_of_images
from MuscleSegLib.inference.window import cut_window
from MuscleSegLib.legs import Leg
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from torch import Tensor

    from MuscleSegLib.inference.runner import Runner
    from MuscleSegLib.inference.window import Window

Labels = NDArray[np.uint8]

_IMPOSSIBLE = -1e4
"""Logit of a class that is not to be drawn."""


def split_muscles(
    labeling: Labeling, images: Sequence[Volume], bundle: Bundle, *, device: Device, progress: Progress
) -> Labeling:
    """Split the muscles of a labeling into the fine ones.

    Args:
        labeling: Labels of the ten or six, [k, j, i].
        images: The canonical images that were labeled, [k, j, i] each.
        bundle: Network for a fine label set of the same region.
        device: "auto" takes a GPU where there is one.
        progress: Raises ``Canceled`` to stop.

    Returns:
        Labels of the fine set; confidence of the muscles that are all of their parent.

    Raises:
        MuscleSegError: The network cannot be used.
    """
    about, prediction = bundle.metadata, labeling.prediction
    assert isinstance(about.input, LegInput)
    progress(0.0, _("loading the network {name}").format(name=about.name))
    runner = load_runner(bundle, device)
    labels = np.zeros_like(prediction.labels)
    with one_thread_a_core():
        for number, leg in enumerate(labeling.legs):
            stretch = part(progress, (number + 1) / (len(labeling.legs) + 1), (number + 2) / (len(labeling.legs) + 1))
            coarse = np.where(leg.region, value_without_side(prediction.labels), 0).astype(np.uint8)
            shown = _ShownLeg(runner, about.input, images, leg, leg.side or prediction.sides[number])
            fine = _fine_labels(coarse, shown, _Classes(about.labels, about.parents), stretch)
            labels[fine > 0] = side_value(fine[fine > 0], leg.side)
    confidence = _confidence(prediction.confidence, about.parents)
    notes = tuple(dict.fromkeys((*labeling.notes, *runner.notes)))
    return replace(labeling, prediction=replace(prediction, labels=labels, confidence=confidence), notes=notes)


@dataclass(frozen=True)
class _Classes:
    """Fine codes of a network's classes, and the parent of each code, 0 for none."""

    codes: tuple[int, ...]
    parents: Mapping[int, int]

    def children_of(self, parent: int) -> list[int]:
        """Return the codes of the parts of a muscle; with 0, of the muscles outside the ten and six."""
        return [code for code in self.codes if self.parents[code] == parent]

    def place(self, code: int) -> int:
        """Return the class of a code."""
        return self.codes.index(code) + 1


@dataclass(frozen=True)
class _ShownLeg:
    """A leg and the network that it is shown to."""

    runner: Runner
    spec: LegInput
    images: Sequence[Volume]
    leg: Leg
    side: Side


def _fine_labels(coarse: Labels, shown: _ShownLeg, classes: _Classes, progress: Progress) -> Labels:
    """Return the fine codes of a leg, [k, j, i], from the codes of the ten or six."""
    fine, beside = np.zeros_like(coarse), np.zeros_like(coarse)
    spacing, is_left = shown.images[0].geometry.spacing_mm, shown.side is Side.LEFT
    windows = [cut_window(image, shown.leg, shown.spec, mirrored=is_left) for image in shown.images]
    message = _("telling the single muscles apart")
    for index, by_image in logits_of_images(shown.runner, shown.spec, windows, spacing[2], progress, message):
        logits = joined_logits(by_image)
        for parent in np.unique(coarse[index][coarse[index] > 0]).tolist():
            children = classes.children_of(parent)
            drawn = _likeliest(logits, children, classes, windows[0], index, coarse.shape[1:])
            fine[index] = np.where(coarse[index] == parent, drawn, fine[index])
        rows, columns, drawn = paste_classes(logits, windows[0], index, coarse.shape[1:])
        beside[index, rows, columns] = np.array([0, *classes.codes], np.uint8)[drawn]
    for parent in np.unique(coarse[coarse > 0]).tolist():
        _unite(fine, coarse == parent, spacing)
    beside[~np.isin(beside, classes.children_of(0)) | (coarse > 0) | ~shown.leg.region] = 0
    beside = clean_labels(beside, spacing)
    return np.where((fine == 0) & (coarse == 0) & shown.leg.region, beside, fine)


def _likeliest(
    logits: Tensor, children: Sequence[int], classes: _Classes, window: Window, index: int, shape: tuple[int, ...]
) -> Labels:
    """Return the likeliest of the parts of a muscle, [j, i]; the first of them beyond the window."""
    import torch

    drawn = np.full(shape, children[0], np.uint8)
    if len(children) > 1:
        places = [classes.place(code) for code in children]
        chosen = torch.cat([torch.full_like(logits[:1], _IMPOSSIBLE), logits[places]])
        rows, columns, numbers = paste_classes(chosen, window, index, (shape[0], shape[1]))
        drawn[rows, columns] = np.array([children[0], *children], np.uint8)[numbers]
    return drawn


def _unite(fine: Labels, muscle: NDArray[np.bool_], spacing_mm: tuple[float, float, float]) -> None:
    """Give small islands of a muscle's parts, [k, j, i], to the nearest part, in place."""
    from scipy import ndimage

    box = ndimage.find_objects(muscle.view(np.uint8))[0]
    inside, parts = muscle[box], np.where(muscle[box], fine[box], 0).astype(np.uint8)
    cleaned = np.where(inside, clean_labels(parts, spacing_mm), 0)
    if (cleaned > 0)[inside].all():
        nearest = cleaned
    else:
        sampling = tuple(spacing_mm[::-1])
        places = ndimage.distance_transform_edt(cleaned == 0, sampling, return_distances=False, return_indices=True)
        nearest = cleaned[tuple(places)]
    fine[box] = np.where(inside, nearest, fine[box])


def _confidence(confidence: Mapping[int, float], parents: Mapping[int, int]) -> dict[int, float]:
    """Return the confidence of the fine muscles that are all of their parent, by label value."""
    counts = list(parents.values())
    only = {parent: code for code, parent in parents.items() if parent and counts.count(parent) == 1}
    return {
        side_value(only[value_without_side(value)], Side.LEFT if is_left(value) else None): dsc
        for value, dsc in confidence.items()
        if value_without_side(value) in only
    }
