"""What the panel keeps in the scene, so that it is saved and restored with it."""

import enum

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper

AUTOMATIC_REGION = "auto"
"""The region of who wants the muscles of thigh, calf or both, whichever the scan shows; the value is the worker's."""


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


class FractionUnit(enum.Enum):
    """Unit of the values of a map of FF or MTR; the values are those of the library. Members are stored by name."""

    AUTOMATIC = ""
    PERCENT = "percent"
    FRACTION = "fraction"
    PERMILLE = "permille"
    HUNDREDTH_OF_PERCENT = "0.01percent"
    EIGHT_BITS = "8bit"
    TWELVE_BITS = "12bit"

    def label(self) -> str:
        """Return what the list shows."""
        return {
            FractionUnit.AUTOMATIC: _("Automatic"),
            FractionUnit.PERCENT: _("percent"),
            FractionUnit.FRACTION: _("fraction"),
            FractionUnit.PERMILLE: _("permille"),
            FractionUnit.HUNDREDTH_OF_PERCENT: _("0.01 percent"),
            FractionUnit.EIGHT_BITS: _("8 bit"),
            FractionUnit.TWELVE_BITS: _("12 bit"),
        }[self]


class TimeUnit(enum.Enum):
    """Unit of the values of a map of T2; the values are those of the library. Members are stored by name."""

    AUTOMATIC = ""
    MILLISECONDS = "ms"
    SECONDS = "s"
    TENTHS_OF_MILLISECONDS = "0.1ms"
    MICROSECONDS = "us"

    def label(self) -> str:
        """Return what the list shows."""
        return {
            TimeUnit.AUTOMATIC: _("Automatic"),
            TimeUnit.MILLISECONDS: _("ms"),
            TimeUnit.SECONDS: _("s"),
            TimeUnit.TENTHS_OF_MILLISECONDS: _("0.1 ms"),
            TimeUnit.MICROSECONDS: _("µs"),
        }[self]


UNITS = {"ff": FractionUnit, "mtr": FractionUnit, "t2": TimeUnit}
"""Units by map: those of ``biomarkers.MAP_UNITS``, in its order."""


@parameterNodeWrapper
class Parameters:
    """State of the panel.

    Attributes:
        scan: The anatomical image.
        region: "thigh", "calf", ``AUTOMATIC_REGION``, or empty where it is not known yet.
        region_is_found: Whether the worker found it; a person chose it otherwise.
        legs: How many there are.
        network: Name of the chosen one; empty for the region's first.
        device: Where it runs.
        segmentation: What is shown, corrected and measured.
        ff: Fat fraction; made of the two images that follow where there is none.
        fat: Of a Dixon acquisition.
        water: Of the same acquisition.
        mtr: Magnetization transfer ratio.
        t2: Transverse relaxation time.
        ff_unit: Of the map's values, as a person states it, or automatic; so are those of the other maps.
        mtr_unit: Of the map's values.
        t2_unit: Of the map's values.
        overlay: Whether the fat fraction lies over the scan.
        no_patient: Whether the PatientID is left out of exported tables.
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
    ff_unit: FractionUnit
    mtr_unit: FractionUnit
    t2_unit: TimeUnit
    overlay: bool
    no_patient: bool
    table: vtkMRMLTableNode
    muscle: int
