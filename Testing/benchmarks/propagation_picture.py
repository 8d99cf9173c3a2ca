"""Picture of a propagated slice of each patient, between two given ones, beside the interpolation of shapes.

    python Testing/benchmarks/propagation_picture.py PNG

The slice in the middle between two given ones 96 mm apart, by the image alone. The subject's right is on the left.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from propagation import Example, carried, dsc, interpolated, patients

from MuscleSegLib.anatomy import region, value_without_side
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.figures import labeled_box, new_figure, orient

GIVEN = (4, 8)
MIDDLE = 6
WIDTH = 4.0  # inches, of one slice
TINT = 0.3


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", metavar="PNG", type=Path)
    examples = [example for example in patients() if example.title in ("001 fat", "003 fat")]
    figure = new_figure(5 * WIDTH, 2 * 0.55 * WIDTH, "black")
    for row, example in zip(figure.subplots(2, 5), examples, strict=True):
        reference, slices = example.reference.array, list(GIVEN)
        by_shape, by_image = interpolated(reference, slices), carried(example, slices, None)
        scores = [f"DSC {dsc(example, labels, [MIDDLE]):.2f}" for labels in (by_shape, by_image)]
        for ax, labels, k, title in zip(
            row,
            (reference, by_shape, by_image, reference, reference),
            (GIVEN[0], MIDDLE, MIDDLE, MIDDLE, GIVEN[1]),
            (
                "given, 48 mm below",
                f"interpolated, {scores[0]}",
                f"propagated, {scores[1]}",
                "reference",
                "given, 48 mm above",
            ),
            strict=True,
        ):
            _draw(ax, example, labels[k], k, f"{example.person}: {title}")
    with written_whole(parser.parse_args().picture) as temporary:
        figure.savefig(temporary, dpi=75, format="png")


def _draw(ax: Axes, example: Example, labels: np.ndarray, k: int, title: str) -> None:
    box = labeled_box(example.reference)
    gray, codes = example.images[0].array[k][box], value_without_side(labels[box])
    ax.imshow(gray, cmap="gray", vmin=0, vmax=float(np.percentile(gray, 99.5)))
    for muscle in region("thigh").muscles:
        mask = codes == muscle.code
        if mask.any():
            color = tuple(part / 255 for part in muscle.color)
            ax.contourf(mask, levels=[0.5, 1.5], colors=[color], alpha=TINT)
            ax.contour(mask, levels=[0.5], colors=[color], linewidths=1.2)
    orient(ax, gray.shape, "white")
    ax.set_title(title, color="white", fontsize=13)
    ax.axis("off")


if __name__ == "__main__":
    main()
