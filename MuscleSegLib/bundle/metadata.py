"""What a network says of itself, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.bundle.input import LegInput, VolumeInput

_NORMALIZED = {
    "zscore": "zero mean and unit SD",
    "zscore-nonzero": "zero mean and unit SD of the voxels that are not zero",
    "minmax": "0 to 1",
    "percentiles": "0 to 1 between percentiles",
}


@dataclass(frozen=True)
class AccuracyFigure:
    """One figure of a network's accuracy.

    Attributes:
        data: What it was measured on.
        metric: What was measured, in the words of the field ("mean DSC").
        value: The figure.
        note: What a reader must know before trusting it, or nothing.

    """

    data: str
    metric: str
    value: float
    note: str = ""


@dataclass(frozen=True)
class Calibration:
    """What a network's probabilities tell of the Dice similarity coefficient (DSC): a curve that never falls.

    Attributes:
        soft_dice: The soft Dice (``inference.confidence``) at some points of the curve, ascending, 0 to 1.
        dsc: The DSC that was measured there, 0 to 1.

    """

    soft_dice: tuple[float, ...]
    dsc: tuple[float, ...]


@dataclass(frozen=True)
class Metadata:
    """What MuscleSeg works with: of its own bundles the ``muscleseg`` section, of others what could be understood.

    Attributes:
        name: The bundle's, as the user types it.
        version: Of the bundle.
        region: "thigh" or "calf".
        architecture: A name in ``networks.ARCHITECTURES``, or the class of a network from elsewhere.
        arguments: For the architecture's constructor.
        parameters: How many weights it has.
        input: How a scan becomes its input.
        labels: What its output channels 1 to n are; channel 0 is background. Of a ``LegInput`` muscle codes. Of a
            ``VolumeInput`` label values: the muscle's code, for the left leg + 100; 0 is to be ignored.
        notes: What a user must know before trusting a label ("adductor: ...").
        training_data: In one sentence.
        licence: Of the weights.
        accuracy: What was measured, and where, in one sentence.
        sha256: Of the weights file.
        measurements: The figures of that sentence.
        training_minutes: How long training took; None where nobody said it.
        training_hardware: On what.
        confidence: How sure it is of a muscle, or None where that was not measured.

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
    licence: str
    accuracy: str
    sha256: str
    measurements: tuple[AccuracyFigure, ...] = ()
    training_minutes: float | None = None
    training_hardware: str = ""
    confidence: Calibration | None = None

    @property
    def mean_dsc(self) -> AccuracyFigure | None:
        """The figure that networks are compared by: the mean DSC on digital people; without them the first mean DSC."""
        found = [one for one in self.measurements if one.metric == "mean DSC"]
        digital = [one for one in found if "digital people" in one.data]
        return next(iter([*digital, *found]), None)

    @property
    def input_summary(self) -> str:
        """The input in words."""
        return _leg_in_words(self.input) if isinstance(self.input, LegInput) else _volume_in_words(self.input)


def _leg_in_words(spec: LegInput) -> str:
    if spec.slice_mm is None:
        seen = f"{len(spec.context_mm)} axial slice{'s' if len(spec.context_mm) > 1 else ''} of"
    else:
        seen = f"all its axial slices, {spec.slice_mm:g} mm apart, in"
    return f"single legs, {seen} {spec.pixel_mm:g} mm pixels, any contrast"


def _volume_in_words(spec: VolumeInput) -> str:
    window = " x ".join(str(size) for size in spec.window)
    spacing = "the scan's own" if spec.spacing_mm is None else " x ".join(f"{mm:g}" for mm in spec.spacing_mm) + " mm"
    return (
        f"the whole scan in windows of {window} voxels, spacing {spacing}, axes {spec.axes}, "
        f"scaled to {_NORMALIZED[spec.normalization]}"
    )
