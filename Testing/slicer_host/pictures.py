"""Draw the pictures of README and pages of a case as Slicer's views show it.

    muscleseg phantom --region thigh --seed 3 --fat-fraction 18 --output CASE
    python -m Testing.slicer_host.pictures CASE [FOLDER]

They are scene_slice.png, scene_3d.png and scene_ff.png in FOLDER, by default Resources/Screenshots.
"""

import sys
from pathlib import Path
from typing import Any

from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.scene.map_nodes import show_overlay
from MuscleSegLib.scene.muscle_masks import center_of
from MuscleSegLib.scene.segmentations import show_labels
from MuscleSegLib.scene.views import jump_to, show_in_views
from MuscleSegLib.scene.volumes import add_volume
from MuscleSegLib.volume import read_labels, read_volume
from Testing.extension.system_libraries import missing_packages
from Testing.slicer_host.scene_setup import scene_host
from Testing.slicer_host.views import SliceView, ThreeDView, write_png

SCREENSHOTS = Path(__file__).resolve().parents[2] / "Resources" / "Screenshots"

VASTUS_LATERALIS = 9


def main(case: Path, folder: Path) -> None:
    """Draw all pictures of a case that ``muscleseg phantom`` made."""
    host = scene_host()
    anatomy = add_volume(read_volume(case / "anatomy.nii.gz"), "T1")
    segmentation = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Thigh muscles")
    labels, _ = read_labels(case / "labels.nii.gz")
    show_labels(segmentation, labels, segments_of("thigh", two_legs=True), reference=anatomy)
    ff = add_volume(read_volume(case / "ff.nii.gz"), "Fat fraction")
    _draw_slices(host, anatomy, segmentation, ff, folder)
    _draw_surfaces(host, segmentation, folder)


def _draw_slices(host: Any, anatomy: Any, segmentation: Any, ff: Any, folder: Path) -> None:
    view = SliceView(host, (800, 460))
    show_in_views(anatomy)
    jump_to((0.0, 0.0, center_of(segmentation, VASTUS_LATERALIS)[2]))
    view.zoom(1.6)
    view.node.SetRulerType(view.node.RulerTypeThin)
    view.node.SetOrientationMarkerType(view.node.OrientationMarkerTypeAxes)
    view.node.SetOrientationMarkerSize(view.node.OrientationMarkerSizeSmall)
    display = anatomy.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(0, 0.9 * anatomy.GetImageData().GetScalarRange()[1])
    write_png(view.picture(), folder / "scene_slice.png")
    segmentation.GetDisplayNode().SetOpacity2DFill(0)
    show_overlay(anatomy, ff)
    view.zoom(0.85)  # room for the legend
    write_png(view.picture(), folder / "scene_ff.png")
    segmentation.GetDisplayNode().SetOpacity2DFill(1)
    view.close()


def _draw_surfaces(host: Any, segmentation: Any, folder: Path) -> None:
    segmentation.CreateClosedSurfaceRepresentation()
    view = ThreeDView(host, (800, 560))
    view.node.SetBoxVisible(False)
    view.node.SetAxisLabelsVisible(False)
    view.node.SetBackgroundColor(1, 1, 1)
    view.node.SetBackgroundColor2(1, 1, 1)
    view.node.SetOrientationMarkerType(view.node.OrientationMarkerTypeAxes)
    view.look_from((0.6, 1.0, 0.25), zoom=1.25)
    write_png(view.picture(), folder / "scene_3d.png")
    view.close()


if __name__ == "__main__":
    if missing_packages():
        sys.exit(f"Nothing can be drawn here without {' and '.join(missing_packages())}: install them.")
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else SCREENSHOTS)
