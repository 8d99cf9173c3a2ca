"""Choices when muscles are to be carried from corrected slices to the others; no Qt, no Slicer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from MuscleSegLib.inference import Device
from MuscleSegLib.volume import Volume
from MuscleSegLib.worker.messages import RegionName
from MuscleSegPanel.interfaces import Node


@dataclass(frozen=True, kw_only=True)
class PropagationRequest:
    """Choices when a person started it, which the result follows whatever is chosen when it comes.

    Attributes:
        scan: Scan.
        segmentation: Its muscles.
        labels: Label values of all muscles, [k, j, i] uint8 on the scan's grid, as they are now.
        given: Slices along the scan's third axis in which each muscle is right, by label value; none for a proposal.
        region: Region of the network.
        network: Name of the network that helps; empty for none.
        device: Device that the network runs on, as in ``PropagateJob``.
        voxels: Digest of the scan's voxels.
        companions: Further images of the same scan, with the digests of their voxels.
        beyond: Number of slices beyond the outermost given ones to draw as well.
    """

    scan: Node
    segmentation: Node
    labels: Volume
    given: Mapping[int, Sequence[int]]
    region: RegionName = "thigh"
    network: str = ""
    device: Device = "auto"
    voxels: str = ""
    companions: Mapping[Node, str] = field(default_factory=dict)
    beyond: int = 0

    @property
    def images(self) -> tuple[Node, ...]:
        """The scan and its companions."""
        return (self.scan, *self.companions)
