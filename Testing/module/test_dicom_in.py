"""A DICOM segmentation that Slicer has loaded: the panel knows the muscles of ours, and measures what was exported."""

import sys

import highdicom
import numpy as np
import pytest
import slicer

from MuscleSegLib.volume import Geometry, Volume

from .conftest import lack_torch
from .dicom_desk import export, load_from_dicom

VALUES = {"thigh": (1, 4, 101, 110), "calf": (1, 5, 103, 106)}


def code(item):
    return f"{item.CodingSchemeDesignator}^{item.CodeValue}^{item.CodeMeaning}"


def load_as_slicer_does(path, scan):
    """Load a segmentation as DICOMSegmentationPlugin does: with names and coded terms, and no tags of ours."""
    content = highdicom.seg.segread(path)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", content.SeriesDescription)
    turn = np.diag([-1, -1, 1, 1])
    for number in content.segment_numbers:
        mask = content.get_volume(segment_numbers=[number])
        array = mask.array.reshape(mask.array.shape[:3]).astype(np.uint8)
        grid = Geometry(array.shape, (turn @ mask.affine)[:, [2, 1, 0, 3]])
        from MuscleSegLib.scene.layers import image_of

        segment = slicer.vtkSegment()
        segment.AddRepresentation("Binary labelmap", image_of(Volume(array, grid), node))
        described = content.get_segment_description(number)
        segment.SetName(described.segment_label)
        kind = described.SegmentedPropertyTypeCodeSequence[0]
        side = kind.SegmentedPropertyTypeModifierCodeSequence[0]
        category = described.SegmentedPropertyCategoryCodeSequence[0]
        terms = ["muscles of a scan", code(category), code(kind), code(side), "muscles of a scan", "^^", "^^"]
        segment.SetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), "~".join(terms))
        segment.SetTag("DICOM.SegmentAlgorithmType", described.SegmentAlgorithmType)
        node.GetSegmentation().AddSegment(segment)
    node.SetReferenceImageGeometryParameterFromVolumeNode(scan)
    return node


@pytest.mark.parametrize(("region", "orientation"), [("thigh", "axial"), ("calf", "oblique"), ("thigh", "coronal")])
def test_the_panel_measures_what_it_exported(
    work, siemens_series, labels_on, monkeypatch, tmp_path, message, region, orientation
):
    lack_torch(monkeypatch)
    monkeypatch.setattr(slicer, "dicomDatabase", None, raising=False)
    monkeypatch.setattr(sys.modules["MuscleSegPanel.report_export"], "patient_report", lambda *_: b"%PDF-1.4\n")
    folder = siemens_series(orientation=orientation)
    load_from_dicom(work, folder, labels_on(folder, VALUES[region]), region)
    exported = {name: cells[:3] for name, cells in work.table().items() if cells[0]}
    path = export(work, tmp_path / "out", message)["SEG"]

    node = load_as_slicer_does(path, work.parameters.scan)
    work.ui.segmentationSelector.setCurrentNode(node)
    work.host.spin(lambda: bool(work.table()), 60)

    assert {name: cells[:3] for name, cells in work.table().items() if cells[0]} == exported
    assert work.parameters.region == region
