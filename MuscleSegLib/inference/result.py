"""Result of a segmentation: labels on the image's grid, and what there is to say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.anatomy import Side
from MuscleSegLib.inference.drawn_slices import drawn_slices
from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.volume import Segment, Volume, write_labels


@dataclass(frozen=True)
class Result:
    """A segmentation.

    Attributes:
        labels: Label values on exactly the image's grid, [k, j, i], uint8.
        region: "thigh" or "calf", or "lower-limb" where the image shows both and the labels are those of both.
        network: Name and version of the network, or of the thigh's and the calf's.
        sides: Sides of the legs: right and left, or the side that a single leg looks like, where the network tells.
            A single leg's labels have no side.
        device: Device that the network ran on.
        precision: Number format of its features: "float32", "bfloat16" or "float16".
        confidence: Expected Dice similarity coefficient of each segmented muscle, 0 to 1, by label value; absent
            muscles have none. Empty for a network without a calibration.
        notes: Sentences on exceptions: doubts about the image, slices that show another region, a doubt about the
            field of view, smaller tiles for want of memory, another device or precision.
        seconds: Duration of the parts: "legs" (finding them), "load", "network", with cutting out and putting back,
            and "view" (check of the field of view).
        remarks: Doubts about the image, of its reader.
        network_notes: Sentences of the networks' makers for the user.
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
    remarks: tuple[str, ...]
    network_notes: tuple[str, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The labels' names, colors, coded terms, confidence and doubts, those of absent muscles too."""
        two_legs = len(self.sides) == 2
        drawn = drawn_slices(self.labels.array)
        return segments_of(
            self.region, two_legs=two_legs, confidence=self.confidence, remarks=self.remarks, drawn=drawn
        )

    def write(self, path: Path | str) -> None:
        """Write the labels with their segments and their origin.

        Args:
            path: Label file; its name ends with .seg.nrrd, .nii.gz, .nii, .nrrd or .mha.

        Raises:
            MuscleSegError: As ``write_labels`` does.
        """
        write_labels(self.labels, path, segments=self.segments, description=self.labels.description)
