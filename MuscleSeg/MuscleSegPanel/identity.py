"""Names of results, and the sentence on a segmentation's origin."""

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.scene.automatic import description_of

_GIVEN = "MuscleSeg.GivenName"
"""Attribute of a segmentation: the name given here, which a person may have changed since."""


def name_result(node: slicer.vtkMRMLSegmentationNode, *, scan: str, network: str) -> None:
    """Name a result after its scan and its network, unless a person has named it.

    Args:
        node: New segmentation, with the name of no other node, or a segmentation that was named here before.
        scan: Name of the scan.
        network: Name and version of the network.
    """
    given, name = node.GetAttribute(_GIVEN), _("{scan} muscles ({network})").format(scan=scan, network=network)
    if given is None or node.GetName() not in (given, _corrected(given)):
        return
    if given.rpartition("_")[0] != name:
        given = name if given == name else slicer.mrmlScene.GenerateUniqueName(name)
    node.SetAttribute(_GIVEN, given)
    node.SetName(given)


def new_result() -> slicer.vtkMRMLSegmentationNode:
    """Return a new segmentation, still to be named."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    node.SetAttribute(_GIVEN, node.GetName())
    return node


def mark_corrected(node: slicer.vtkMRMLSegmentationNode, *, is_corrected: bool) -> None:
    """Mark a result as corrected in its name, or not, unless a person has named it."""
    given = node.GetAttribute(_GIVEN)
    if given is None:
        return
    name = _corrected(given) if is_corrected else given
    if node.GetName() in (given, _corrected(given)) and node.GetName() != name:
        node.SetName(name)


def words_about(node: slicer.vtkMRMLSegmentationNode, *, is_corrected: bool | None) -> str:
    """Return sentences on a segmentation: scan, network, date, correction.

    Args:
        node: Segmentation.
        is_corrected: Whether a person corrected it; None where unknown.
    """
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    scan, description = node.GetNodeReference(role), description_of(node)
    words = [_("Muscles of {scan}.").format(scan=scan.GetName())] if scan is not None else []
    if description is not None and description.network:
        drawn = _("Drawn by {network} on {date}.") if description.made else _("Drawn by {network}.")
        words.append(drawn.format(network=description.network, date=description.made))
        if description.images > 1:
            words.append(_("Of {count} images together.").format(count=description.images))
    if is_corrected is not None:
        words.append(_("Corrected by a person.") if is_corrected else _("Not corrected."))
    return " ".join(words)


def _corrected(name: str) -> str:
    return _("{name}, corrected").format(name=name)
