"""Slices of three muscles that a person corrects, in place of Slicer's."""

from typing import Any

import numpy as np

from MuscleSegLib.volume import Geometry, Volume, write_labels

GRID = Geometry((6, 2, 3), np.diag([1.0, 1.0, 5.0, 1.0]))
NAMES = {3: "Gracilis", 4: "Rectus femoris", 5: "Sartorius"}


class Corrections:
    """What Slicer's scene knows of corrected slices, and the slice that is in view."""

    def __init__(self, desk: Any) -> None:
        array = np.zeros(GRID.shape, np.uint8)
        array[:, 0], array[:5, 1, 0] = (3, 4, 4), 5
        self.labels, self.by_muscle, self.view, self.put = Volume(array, GRID), {}, 2, []
        self.drawn_by = "thigh-b"
        scene, view = desk.scene, desk.view
        scene.names_by_value = lambda _node: NAMES
        scene.labels_of = lambda _node, _scan: self.labels
        scene.write_labels = lambda labels, path: write_labels(labels, path, segments=())
        scene.network_of = lambda _node: self.drawn_by
        scene.corrected_slices = self.corrected
        scene.mark_slice = self.mark
        scene.put_propagated = self.put_propagated
        scene.shown_slice = lambda _scan: self.view
        scene.show_slice = lambda _node, muscle, _scan, index: vars(self).update(view=index, gone_to=muscle)
        view.show_slices = lambda slices, *, state, is_enabled: setattr(view, "slices", (slices, state, is_enabled))
        view.show_slices_progress = lambda fraction, doing: setattr(view, "doing", doing)

    def corrected(self, _node, _scan, *, values=None):
        if values is None:
            return dict(self.by_muscle)
        return {value: self.by_muscle.get(value, []) for value in values}

    def mark(self, _node, muscle, _scan, index, *, is_right):
        slices = set(self.by_muscle.get(muscle, []))
        self.by_muscle[muscle] = sorted(slices | {index} if is_right else slices - {index})

    def put_propagated(self, _node, before, after, given, *, scan):
        self.put.append((before, after, given))
        return dict.fromkeys(given, [1, 2])
