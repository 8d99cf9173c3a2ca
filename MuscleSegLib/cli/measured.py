"""Inputs of a measurement as they were read, and what was measured of them."""

import argparse
from dataclasses import dataclass, replace

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.biomarkers import Measurement, NamedLabels, Row, merged_by_parent
from MuscleSegLib.cli.unit_options import stated_units
from MuscleSegLib.report import anonymous_warnings
from MuscleSegLib.report.anonymity import Hide, hidden_rows
from MuscleSegLib.volume import Volume


@dataclass(frozen=True)
class Inputs:
    """Inputs of a measurement, as read.

    Attributes:
        named: Label map and its scheme.
        maps: Maps by name; the fat fraction may be computed from fat and water.
        fat_water: Fat and water image, None if not given.
        compartments: A network's compartments, None if not given.
        confidence: Confidence of the network by label value, if the labels' file has it.
        drawn_scheme: Name of the scheme of the labels' file, which may be merged by parent.
    """

    named: NamedLabels
    maps: dict[str, Volume]
    fat_water: tuple[Volume, Volume] | None
    compartments: Volume | None
    confidence: dict[int, float]
    drawn_scheme: str

    @property
    def labels(self) -> Volume:
        """Label map, [k, j, i]."""
        return self.named.labels

    @property
    def label_scheme(self) -> Scheme:
        """Scheme of its values."""
        return self.named.scheme

    @property
    def patient(self) -> str:
        """PatientID of the first image with one, "" without any."""
        return next((volume.patient for volume in (self.labels, *self.maps.values()) if volume.patient), "")


@dataclass(frozen=True)
class Measured:
    """A measurement of inputs.

    Attributes:
        inputs: The inputs.
        session: Their measurement.
        rows: Its rows, as they are shown.
    """

    inputs: Inputs
    session: Measurement
    rows: tuple[Row, ...]


def measured_of(options: argparse.Namespace, inputs: Inputs, hide: Hide) -> Measured:
    """Measure.

    Raises:
        MuscleSegError: As for ``biomarkers.Measurement``.
    """
    session = Measurement(
        inputs.labels,
        inputs.label_scheme,
        maps=inputs.maps,
        fat_water=inputs.fat_water,
        thickness_mm=dict(options.thickness),
        minimum_share=options.minimum_share,
        confidence=inputs.confidence,
        units=stated_units(options),
    )
    patient = inputs.patient if options.anonymous else ""
    return Measured(inputs, session, hidden_rows(anonymous_warnings(inputs.named.noted(session.rows()), patient), hide))


def merged_of(options: argparse.Namespace, measured: Measured, hide: Hide) -> Measured:
    """Return the measurement of labels that are merged by parent, the same where they are not to be merged beside.

    Raises:
        MuscleSegError: No label is of a muscle of the ten or six.
    """
    named = measured.inputs.named
    merged = merged_by_parent(named) if options.by == "both" else named
    if merged is named:
        return measured
    merged = replace(merged, passed_over=named.passed_over)  # what is in no parent has rows of its own
    return measured_of(options, replace(measured.inputs, named=merged, confidence={}), hide)
