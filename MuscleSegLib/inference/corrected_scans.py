"""Files of corrected scans in a folder: which images belong to which labels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.digests import digest_of, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

LABEL_ENDINGS = ("_labels.nii.gz", "_labels.seg.nrrd", ".seg.nrrd")
"""Endings of the files with corrected labels, the longer ones first."""

FAT, WATER = "_0000.nii.gz", "_0001.nii.gz"
SINGLE = ".nii.gz"

_COLLECTED = re.compile(r"(thigh|calf)-[0-9a-f]{16,64}")
"""Name of a scan that was collected for one region: the region, and a digest in place of a patient's name."""


@dataclass(frozen=True)
class CaseFiles:
    """Files of one corrected scan.

    Attributes:
        name: Name that its files share; for messages alone, since it may be a patient's.
        labels: File of the corrected labels.
        images: Fat and water, or a single image.
    """

    name: str
    labels: Path
    images: tuple[Path, ...]

    def digest(self) -> str:
        """Return a digest of the content of all files.

        Raises:
            OSError: A file cannot be read.
        """
        return digest_of([digest_of_file(path) for path in (self.labels, *self.images)])


def require_different(cases: Sequence[CaseFiles]) -> None:
    """Check that no image is there twice: left out in one scan, it would be learned from in the other.

    Raises:
        MuscleSegError: One is.
    """
    owners: dict[str, CaseFiles] = {}
    for case in cases:
        for image in case.images:
            owner = owners.setdefault(digest_of_file(image), case)
            if owner is not case:
                message = _("{first} and {second} are labels of the same image: leave one of them out.")
                raise MuscleSegError(message, first=owner.labels, second=case.labels)


def collected_name(region: str, digest: str) -> str:
    """Return the name of a scan that is collected for a region: nothing in it is a patient's."""
    return f"{region}-{digest}"


def find_cases(folder: Path, region: str | None = None) -> list[CaseFiles]:
    """Find the corrected scans in a folder, as ``list_cases`` does.

    Raises:
        MuscleSegError: There is none, or as for ``list_cases``.
    """
    cases = list_cases(folder, region)
    if not cases:
        message = _(
            "{folder} holds no corrected scan: labels are called NAME_labels.nii.gz or NAME.seg.nrrd, and the image "
            "beside them NAME.nii.gz."
        )
        raise MuscleSegError(message, folder=folder)
    return cases


def list_cases(folder: Path, region: str | None = None) -> list[CaseFiles]:
    """Return the corrected scans in a folder, by name; those that were collected for another region are passed over.

    Labels are ``NAME_labels.nii.gz`` or ``NAME.seg.nrrd``; their images ``NAME.nii.gz``, or ``NAME_0000.nii.gz`` (fat)
    and ``NAME_0001.nii.gz`` (water), or one of these two.

    Args:
        folder: The folder.
        region: "thigh" or "calf"; scans of both where None.

    Raises:
        MuscleSegError: The folder is missing, holds labels without an image, or two label files of one scan.
    """
    if not folder.is_dir():
        raise MuscleSegError(_("There is no folder {folder}: give the one with the corrected scans."), folder=folder)
    cases: dict[str, CaseFiles] = {}
    for path in sorted(folder.iterdir()):
        ending = next((ending for ending in LABEL_ENDINGS if path.name.endswith(ending)), None)
        if ending is None or path.name.startswith(".") or not path.is_file():
            continue
        name = path.name.removesuffix(ending)
        collected = _COLLECTED.fullmatch(name)
        if region is not None and collected is not None and collected[1] != region:
            continue
        if name in cases:
            message = _("{first} and {second} are both the labels of one scan: leave one of them in {folder}.")
            raise MuscleSegError(message, first=cases[name].labels.name, second=path.name, folder=folder)
        cases[name] = CaseFiles(name, path, _images_of(path, name))
    return list(cases.values())


def _images_of(labels: Path, name: str) -> tuple[Path, ...]:
    pair = tuple(path for ending in (FAT, WATER) if (path := labels.with_name(f"{name}{ending}")).is_file())
    single = labels.with_name(f"{name}{SINGLE}")
    images = pair or ((single,) if single.is_file() else ())
    if not images:
        message = _("The labels {labels} have no image: {image} should be beside them.")
        raise MuscleSegError(message, labels=labels, image=single.name)
    return images
