"""PDF files as DICOM objects: Encapsulated PDF Storage (DICOM PS3.3, A.45.1 and C.24)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.dicom import codes
from MuscleSegLib.dicom.codes import concept
from MuscleSegLib.dicom.device import ascii_string, equipment, long_string, quiet_highdicom
from MuscleSegLib.dicom.finishing import finished
from MuscleSegLib.dicom.segmentation import SERIES_NUMBER
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from pydicom import Dataset

_MAGIC = b"%PDF-"
_HEAD_BYTES = 1024
"""A PDF file's first line may come so late (ISO 32000-1, annex H.3.4.1)."""

_MIME_TYPE = "application/pdf"
_SYNTHESIZED = "WSD"
"""Conversion type of what a workstation makes (PS3.3, C.8.6.1)."""


def encapsulated_pdf(
    pdf: Path | bytes,
    source: SourceSeries,
    *,
    now: datetime,
    title: str = "Muscle report",
    about: Sequence["Dataset"] = (),
) -> "Dataset":
    """Return a PDF file as a DICOM object in the source's study.

    Args:
        pdf: The file, or its content, which becomes part of the object as it is.
        source: Images whose patient and study it has.
        now: Date of the content.
        title: Title of the document.
        about: Objects that the document was made of.

    Raises:
        MuscleSegError: The file cannot be read, is no PDF, or holds an identifier of the patient where the source is
            anonymous.
    """
    from highdicom.base import SOPClass
    from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

    document = pdf if isinstance(pdf, bytes) else _content(pdf, source)
    uid = derived_uid("PDF", document, title, *source.identity)
    with quiet_highdicom():
        dataset = SOPClass(
            study_instance_uid=source.headers[0].StudyInstanceUID,
            series_instance_uid=derived_uid("series", uid),
            series_number=SERIES_NUMBER + 2,
            sop_instance_uid=uid,
            sop_class_uid=EncapsulatedPDFStorage,
            instance_number=1,
            modality="DOC",
            transfer_syntax_uid=ExplicitVRLittleEndian,
            series_description=long_string(source.title("muscle report")),
            **equipment(),
        )
        _add_document(dataset, document, title, about, now)
    return finished(dataset, source, now)


def _content(path: Path, source: SourceSeries) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = _("{path} cannot be read ({reason}): check its name and permissions.")
        raise MuscleSegError(message, path=path, reason=error.strerror or error) from error
    if _MAGIC not in content[:_HEAD_BYTES]:
        raise MuscleSegError(_("{path} is no PDF file: give one."), path=path)
    if source.is_anonymous and source.identifiers_in(content):
        message = _("{path} names the patient, and the objects shall not: give a report without names.")
        raise MuscleSegError(message, path=path)
    return content


def _add_document(dataset: "Dataset", document: bytes, title: str, about: Sequence["Dataset"], now: datetime) -> None:
    from pydicom import Dataset

    dataset.ConversionType = _SYNTHESIZED
    dataset.ContentDate, dataset.ContentTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    dataset.AcquisitionDateTime = None
    dataset.BurnedInAnnotation = "YES"
    dataset.DocumentTitle = ascii_string(title)
    dataset.ConceptNameCodeSequence = [concept(codes.REPORT)]
    dataset.VerificationFlag = "UNVERIFIED"
    dataset.MIMETypeOfEncapsulatedDocument = _MIME_TYPE
    dataset.EncapsulatedDocument = document + b"\0" * (len(document) % 2)
    dataset.EncapsulatedDocumentLength = len(document)
    references = []
    for source_object in about:
        reference = Dataset()
        reference.ReferencedSOPClassUID = source_object.SOPClassUID
        reference.ReferencedSOPInstanceUID = source_object.SOPInstanceUID
        references.append(reference)
    if references:
        dataset.SourceInstanceSequence = references
