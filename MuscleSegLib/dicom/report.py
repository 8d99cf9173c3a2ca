"""Measurement reports: Comprehensive 3D SR by template TID 1500 (DICOM PS3.16), a group for each muscle and its sides.

highdicom writes them.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from MuscleSegLib.anatomy import Label, Scheme
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.dicom import codes
from MuscleSegLib.dicom.codes import concept
from MuscleSegLib.dicom.device import (
    DEVICE_UID,
    MANUFACTURER,
    MODEL,
    SERIAL_NUMBER,
    ascii_string,
    dates,
    equipment,
    long_string,
    quiet_highdicom,
)
from MuscleSegLib.dicom.finishing import finished
from MuscleSegLib.dicom.quantities import Quantity, quantities_of
from MuscleSegLib.dicom.segmentation import SERIES_NUMBER, MuscleSegmentation, tracking_uid
from MuscleSegLib.dicom.side_differences import side_difference_groups
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from highdicom.sr import Comprehensive3DSR
    from pydicom import Dataset

_COMMENT = ("DCM", "121106", "Comment")
_LONGEST_COMMENT = 4096


def measurement_report(
    rows: Sequence[Row],
    scheme: Scheme,
    segmentation: MuscleSegmentation,
    source: SourceSeries,
    *,
    now: datetime,
) -> "Dataset":
    """Return a table of muscles as a structured report that refers to the segments of a segmentation.

    After the groups of the muscles come those of the differences between their sides.

    Args:
        rows: The table; rows of absent muscles are left out. Warnings become comments of their muscle's group.
        scheme: Meaning of the rows' labels.
        segmentation: The segmentation of the same label map.
        source: Images that it was drawn on.
        now: Date of the content.

    Raises:
        MuscleSegError: No row has a segment.
    """
    measured = [row for row in rows if row.label in segmentation.numbers and row.volume_cm3 is not None]
    if not measured:
        raise MuscleSegError(_("No muscle was measured: a report needs one."))
    listed = {label.value: label for label in scheme.labels_in(segmentation.numbers)}
    labels = {row.label: listed.get(row.label) or scheme.label_of(row.label) for row in measured}
    table = json.dumps([asdict(row) for row in measured], sort_keys=True)
    uid = derived_uid("SR", str(segmentation.dataset.SOPInstanceUID), table)
    with quiet_highdicom():
        groups = [_group(row, labels[row.label], segmentation, source) for row in measured]
        groups += side_difference_groups(measured, labels, source)
        dataset = _object(groups, segmentation, source, uid, now)
    return finished(dataset, source, now)


def _object(
    groups: Sequence[Any], segmentation: MuscleSegmentation, source: SourceSeries, uid: str, now: datetime
) -> "Comprehensive3DSR":
    """Return highdicom's object of measurement groups."""
    from highdicom.sr import Comprehensive3DSR, MeasurementReport

    content = MeasurementReport(
        observation_context=_observer(),
        procedure_reported=concept(codes.IMAGING_PROCEDURE),
        imaging_measurements=groups,
        title=concept(codes.REPORT),
    )
    return Comprehensive3DSR(
        evidence=[*source.headers, segmentation.dataset],
        content=content[0],
        series_instance_uid=derived_uid("series", uid),
        series_number=SERIES_NUMBER + 1,
        sop_instance_uid=uid,
        instance_number=1,
        is_complete=True,
        series_description=long_string(source.title("muscle measurements")),
        coding_schemes=codes.private_schemes(),
        **equipment(),
        **dates(now),
    )


def _observer() -> Any:
    """Return the device that observed."""
    from highdicom.sr import DeviceObserverIdentifyingAttributes, ObservationContext, ObserverContext

    device = DeviceObserverIdentifyingAttributes(
        uid=DEVICE_UID, name=MODEL, manufacturer_name=MANUFACTURER, model_name=MODEL, serial_number=SERIAL_NUMBER
    )
    context = ObserverContext(
        observer_type=concept(("DCM", "121007", "Device")), observer_identifying_attributes=device
    )
    return ObservationContext(observer_device_context=context)


def _group(row: Row, label: Label, segmentation: MuscleSegmentation, source: SourceSeries) -> Any:
    """Return the measurement group of a muscle (TID 1411)."""
    from highdicom.sr import (
        FindingSite,
        ReferencedSegment,
        SourceSeriesForSegmentation,
        TrackingIdentifier,
        VolumetricROIMeasurementsAndQualitativeEvaluations,
    )

    side = concept(label.side.modifier) if label.side else None
    site = codes.REGION_CODES.get(label.region or "") or codes.type_of(label)
    group = VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(uid=tracking_uid(source, label), identifier=ascii_string(label.name)),
        referenced_segment=ReferencedSegment(
            sop_class_uid=str(segmentation.dataset.SOPClassUID),
            sop_instance_uid=str(segmentation.dataset.SOPInstanceUID),
            segment_number=segmentation.numbers[row.label],
            source_series=SourceSeriesForSegmentation(str(source.headers[0].SeriesInstanceUID)),
        ),
        finding_category=concept(codes.category_of(label)),
        finding_type=concept(codes.type_of(label)),
        finding_sites=[FindingSite(concept(site), laterality=side)],
        measurements=[_measurement(quantity) for quantity in quantities_of(row)],
    )
    if row.warnings:
        group[0].ContentSequence.append(_comment(row.warnings))
    return group


def _measurement(quantity: Quantity) -> Any:
    from highdicom.sr import Measurement

    return Measurement(
        name=concept(quantity.name),
        value=quantity.value,
        unit=concept(quantity.unit),
        derivation=concept(quantity.derivation) if quantity.derivation else None,
    )


def _comment(text: str) -> Any:
    """Return a text beside measurements, which the template lets be added."""
    from highdicom.sr import RelationshipTypeValues, TextContentItem

    return TextContentItem(
        concept(_COMMENT), ascii_string(text, _LONGEST_COMMENT), relationship_type=RelationshipTypeValues.CONTAINS
    )
