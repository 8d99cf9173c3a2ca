"""Jobs of the worker, and the words by which requests name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from MuscleSegLib.inference import Device, Legs

RegionName = Literal["thigh", "calf"]
RegionChoice = Literal["thigh", "calf", "auto"]
GivenSlices = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class SegmentJob:
    """Segmentation of an image into a label file.

    Attributes:
        image: Image file or DICOM folder.
        region: Region of the muscles; "auto" for the thigh, the calf or both, whichever the image shows.
        output: Label file; a name that ends with .seg.nrrd keeps names, colors and confidence.
        network: Name or folder of the network; None for the default network.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
        companions: Image files or DICOM folders of further images of the same scan.
    """

    image: Path
    region: RegionChoice
    output: Path
    network: str | None = None
    device: Device = "auto"
    legs: Legs = "auto"
    companions: tuple[Path, ...] = ()


@dataclass(frozen=True)
class CostJob:
    """Estimate of the cost of a region's network, by its name, on this computer."""

    region: RegionName
    network: str


@dataclass(frozen=True)
class RegionJob:
    """Recognition of the region in an image."""

    image: Path


@dataclass(frozen=True)
class PropagateJob:
    """Propagation of muscles from the slices in which they are given, into a label file.

    Attributes:
        labels: Label file on the image's grid.
        image: Image file or DICOM folder.
        output: Label file, with the segments of ``labels``. Where nothing is given, slices to draw are proposed, and
            nothing is written.
        given: Indices of the slices in which each muscle is right, along the third axis, by label value.
        region: Region of the network; of no meaning without one.
        network: Name or folder of a network that helps; None for none.
        companions: Image files or DICOM folders of further images of the same scan.
        beyond: Number of slices below the lowest and above the highest given slice to draw as well.
        device: "auto" takes a GPU where there is one.
    """

    labels: Path
    image: Path
    output: Path
    given: GivenSlices
    region: RegionName = "thigh"
    network: str | None = None
    companions: tuple[Path, ...] = ()
    beyond: int = 0
    device: Device = "auto"


@dataclass(frozen=True)
class AdaptJob:
    """Adaptation of a network to corrected scans, with low priority: its process is to do nothing else afterwards.

    Its state is on disk: stopped or killed, the same job goes on from where it was. Where the scans have changed, it
    begins anew.

    Attributes:
        region: Region of the network.
        cases: Folder of the corrected scans.
        name: Name of the new network.
        network: Name or folder of the network that goes on learning; None for the default network.
        minutes: Time for all of it.
        installs: Whether a better network is put among the user's; otherwise a ``ConcludeJob`` does it.
    """

    region: RegionName
    cases: Path
    name: str
    network: str | None = None
    minutes: float = 15.0
    installs: bool = False


@dataclass(frozen=True)
class ConcludeJob:
    """Decision on a better network that an ``AdaptJob`` made: it is put among the user's, or removed."""

    name: str
    is_used: bool


Job = SegmentJob | PropagateJob | CostJob | RegionJob | AdaptJob | ConcludeJob
JOBS: Mapping[str, type[Job]] = MappingProxyType(
    {
        "segment": SegmentJob,
        "propagate": PropagateJob,
        "cost": CostJob,
        "find_region": RegionJob,
        "adapt": AdaptJob,
        "conclude": ConcludeJob,
    }
)
