"""Metadata of a network, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean
from typing import Any

from MuscleSegLib.anatomy import FINE_MUSCLES
from MuscleSegLib.bundle.adaptation import Adaptation
from MuscleSegLib.bundle.input import LegInput, VolumeInput

_NORMALIZED = {
    "zscore": "zero mean and unit SD",
    "zscore-nonzero": "zero mean and unit SD of the voxels that are not zero",
    "minmax": "0 to 1",
    "percentiles": "0 to 1 between percentiles",
}


@dataclass(frozen=True)
class AccuracyFigure:
    """Measured figure of a network's accuracy.

    Attributes:
        data: Test data.
        metric: Metric, in the words of the field ("mean DSC").
        value: Value of the metric.
        note: Caveat for the reader, or empty.
        is_left_out: Whether it is of real people on whom nothing was learned, tuned or chosen.
    """

    data: str
    metric: str
    value: float
    note: str = ""
    is_left_out: bool = False


@dataclass(frozen=True)
class Calibration:
    """Calibration curve from soft Dice to Dice similarity coefficient (DSC), which never falls.

    Attributes:
        soft_dice: Soft Dice (``inference.confidence``) at some points of the curve, ascending, 0 to 1.
        dsc: Measured DSC there, 0 to 1.
    """

    soft_dice: tuple[float, ...]
    dsc: tuple[float, ...]


@dataclass(frozen=True)
class Metadata:
    """Description of a network, from the ``muscleseg`` section of its bundle or from files of other tools.

    Attributes:
        name: Name of the bundle, as the user types it.
        version: Version of the bundle.
        region: "thigh" or "calf".
        architecture: Name in ``networks.ARCHITECTURES``, or the class of a network from elsewhere.
        arguments: Arguments of the architecture's constructor.
        parameters: Number of weights.
        input: Description of the input.
        labels: Labels of the output channels 1 to n; channel 0 is the background. For a ``LegInput`` muscle codes, for
            a ``VolumeInput`` label values: the muscle's code, for the left leg + 100; 0 is ignored.
        notes: Caveats for users ("adductor: ...").
        training_data: Training data in one sentence.
        license: License of the weights.
        accuracy: Accuracy and test data in one sentence.
        sha256: SHA-256 of the file of weights.
        measurements: Figures of the accuracy.
        training_minutes: Duration of the training; None where unknown.
        training_hardware: Hardware of the training.
        confidence: Calibration of confidence, or None where none was measured.
        title: Name for people ("U-Net 3D (Hostin 2023)"), or empty: then ``name`` has to do.
        adaptation: Descent of a network that went on learning from corrected scans; None for any other.
    """

    name: str
    version: str
    region: str
    architecture: str
    arguments: Mapping[str, Any]
    parameters: int
    input: LegInput | VolumeInput
    labels: tuple[int, ...]
    notes: tuple[str, ...]
    training_data: str
    license: str
    accuracy: str
    sha256: str
    measurements: tuple[AccuracyFigure, ...] = ()
    training_minutes: float | None = None
    training_hardware: str = ""
    confidence: Calibration | None = None
    title: str = ""
    adaptation: Adaptation | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the labels are those of the region's fine label set, into which its network splits the default's."""
        return isinstance(self.input, LegInput) and set(self.labels) <= {muscle.code for muscle in FINE_MUSCLES}

    @property
    def label_set(self) -> str:
        """Name of the region, or of its fine label set."""
        return f"{self.region}-fine" if self.is_fine else self.region

    @property
    def parents(self) -> Mapping[int, int]:
        """Muscle of the ten or six that holds each label of a fine label set, by its code; 0 for one in none."""
        return {muscle.code: muscle.parent or 0 for muscle in FINE_MUSCLES if muscle.code in self.labels}

    @property
    def left_out(self) -> tuple[AccuracyFigure, ...]:
        """Mean DSC on each scan of real people that were left out."""
        return tuple(figure for figure in self.measurements if figure.is_left_out and figure.metric == "mean DSC")

    @property
    def left_out_dsc(self) -> float | None:
        """Mean DSC over the scans of real people that were left out; None where there are none."""
        return mean(figure.value for figure in self.left_out) if self.left_out else None

    @property
    def mean_dsc(self) -> AccuracyFigure | None:
        """Mean DSC that networks are compared by: on digital people, or else the first mean DSC."""
        figures = [figure for figure in self.measurements if figure.metric == "mean DSC"]
        digital = [figure for figure in figures if "digital people" in figure.data]
        return next(iter([*digital, *figures]), None)

    @property
    def takes_companions(self) -> bool:
        """Whether several images of one scan can be segmented together; a network for whole scans takes one."""
        return isinstance(self.input, LegInput)

    @property
    def input_summary(self) -> str:
        """Input in words."""
        return _leg_in_words(self.input) if isinstance(self.input, LegInput) else _volume_in_words(self.input)


def _leg_in_words(spec: LegInput) -> str:
    if spec.slice_mm is None:
        slices = f"{len(spec.context_mm)} axial slice{'s' if len(spec.context_mm) > 1 else ''} of"
    else:
        slices = f"all its axial slices, {spec.slice_mm:g} mm apart, in"
    return f"single legs, {slices} {spec.pixel_mm:g} mm pixels, any contrast"


def _volume_in_words(spec: VolumeInput) -> str:
    window = " x ".join(str(size) for size in spec.window)
    spacing = "the scan's own" if spec.spacing_mm is None else " x ".join(f"{mm:g}" for mm in spec.spacing_mm) + " mm"
    return (
        f"the whole scan in windows of {window} voxels, spacing {spacing}, axes {spec.axes}, "
        f"scaled to {_NORMALIZED[spec.normalization]}"
    )
