"""An image: voxels and where they lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume.geometry import Geometry


@dataclass(frozen=True, eq=False)
class Volume:
    """One number for every voxel of a grid: an image, a map or labels.

    Attributes:
        array: [k, j, i] voxel values, of any numeric type.
        geometry: Where the voxels lie; its shape is the array's.
        path: The file or folder that the volume came from, for messages.
        description: What the file says of itself in a line.
        patient: Whose image it is, as a DICOM header says; empty where the file does not.
        frame_of_reference: UID of the DICOM frame of reference: images with the same one share their coordinates.
        thickness_mm: Of the slices along k, as a DICOM header says, less than their spacing where there are gaps; None
            where the file does not say.
        unit: Of the values, as the file spells it, such as "%" or "ms"; empty where it does not say.
        scale: What the values are divided by to compare with those of other images of one acquisition (Philips); None
            where the file does not say.
        remarks: Sentences about how the file was read that every number made of it has to carry (``remark``).

    Raises:
        MuscleSegError: The array does not have the shape of the geometry.

    """

    array: NDArray[Any]
    geometry: Geometry
    path: Path | None = None
    description: str = ""
    patient: str = ""
    frame_of_reference: str = ""
    thickness_mm: float | None = None
    unit: str = ""
    scale: float | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.array.shape != self.geometry.shape:
            message = f"{self.name} has {self.array.shape} voxels on a grid of {self.geometry.shape}: "
            message += "give an array that was made for this grid."
            raise MuscleSegError(message)

    @property
    def name(self) -> str:
        """What messages call the volume: its path, or "the image" where it has none."""
        return "the image" if self.path is None else str(self.path)
