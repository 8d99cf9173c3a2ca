"""Parameters of the panel, saved and restored with the scene."""

import enum

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import parameterNodeWrapper


class Legs(enum.Enum):
    """Number of legs in the field of view; the values are those of the worker. Members are stored by name."""

    AUTOMATIC = "auto"
    ONE = 1
    TWO = 2

    def label(self) -> str:
        """Return the text in the list."""
        return {Legs.AUTOMATIC: _("Automatic"), Legs.ONE: _("One leg"), Legs.TWO: _("Two legs")}[self]


class Device(enum.Enum):
    """Device that the network runs on; the values are those of the worker. Members are stored by name."""

    AUTOMATIC = "auto"
    GPU = "cuda"
    CPU = "cpu"

    def label(self) -> str:
        """Return the text in the list."""
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
        """Return the text in the list."""
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
        """Return the text in the list."""
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
        scan: Anatomical image.
        companion: Further image of the same scan, which the network sees too.
        region: "thigh", "calf", "auto" for whichever the scan shows, or empty where not known yet.
        region_is_found: Whether the worker found the region; otherwise a person chose it.
        legs: Number of legs in the field of view.
        network: Name of the chosen network; empty for the region's first.
        device: Device that the network runs on.
        segmentation: Shown, corrected and measured segmentation.
        ff: Fat fraction; computed of the fat and the water image where none is chosen.
        fat: Fat image of a Dixon acquisition.
        water: Water image of the same acquisition.
        mtr: Magnetization transfer ratio.
        t2: Transverse relaxation time.
        ff_unit: Unit of the fat fraction map, stated by a person, or automatic.
        mtr_unit: Unit of the MTR map, likewise.
        t2_unit: Unit of the T2 map, likewise.
        overlay: Whether the fat fraction lies over the scan.
        no_patient: Whether the patient is left out of exported files.
        dicom_maps: Whether maps are exported as DICOM objects too.
        table: Results, for Slicer's tables and plots.
        muscle: Label value of the chosen muscle, 0 for none.
        corrected_folder: Folder of corrected scans, of no meaning on a computer where nobody chose it.
    """

    scan: vtkMRMLScalarVolumeNode
    companion: vtkMRMLScalarVolumeNode
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
    dicom_maps: bool
    table: vtkMRMLTableNode
    muscle: int
    corrected_folder: str
