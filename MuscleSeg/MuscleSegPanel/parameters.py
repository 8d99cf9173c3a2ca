"""What the panel keeps in the scene, so that it is saved and restored with it."""

import enum

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper


class Legs(enum.Enum):
    """How many legs are in the field of view; the values are those of the worker. Members are stored by name."""

    AUTOMATIC = "auto"
    ONE = 1
    TWO = 2

    def label(self) -> str:
        """Return what the list shows."""
        return {Legs.AUTOMATIC: _("Automatic"), Legs.ONE: _("One leg"), Legs.TWO: _("Two legs")}[self]


class Device(enum.Enum):
    """Where the network runs; the values are those of the worker. Members are stored by name."""

    AUTOMATIC = "auto"
    GPU = "cuda"
    CPU = "cpu"

    def label(self) -> str:
        """Return what the list shows."""
        return {
            Device.AUTOMATIC: _("Automatic"),
            Device.GPU: _("Graphics card (GPU)"),
            Device.CPU: _("Processor (CPU)"),
        }[self]


@parameterNodeWrapper
class Parameters:
    """State of the panel.

    Attributes:
        scan: The anatomical image.
        region: "thigh", "calf", or empty where it is not known yet.
        region_is_found: Whether the worker found it; a person chose it otherwise.
        legs: How many there are.
        network: Name of the chosen one; empty for the region's first.
        device: Where it runs.
        segmentation: What is shown, corrected and measured.
        ff: Fat fraction, percent; made of the two images that follow where there is none.
        fat: Of a Dixon acquisition.
        water: Of the same acquisition.
        mtr: Percent.
        t2: Milliseconds.
        overlay: Whether the fat fraction lies over the scan.
        table: The results, for Slicer's own tables and plots.
        muscle: The label value of the one that is chosen, 0 for none.

    """

    scan: vtkMRMLScalarVolumeNode
    region: str
    region_is_found: bool
    legs: Legs
    network: str
    device: Device
    segmentation: vtkMRMLSegmentationNode
    ff: vtkMRMLScalarVolumeNode
    fat: vtkMRMLScalarVolumeNode
    water: vtkMRMLScalarVolumeNode
    mtr: vtkMRMLScalarVolumeNode
    t2: vtkMRMLScalarVolumeNode
    overlay: bool
    table: vtkMRMLTableNode
    muscle: int
