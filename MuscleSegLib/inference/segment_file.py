"""Segmentation of a file: read the image, segment it, write the labels."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference.loading import Device
from MuscleSegLib.inference.result import Result
from MuscleSegLib.inference.segment import segment, segment_limb
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.legs import Legs
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import CONTRASTS, Volume, read_volume, require_label_format

AUTO = "auto"
"""Choice of a region: the thigh, the calf or both, whichever the image shows."""


def segment_file(
    path: Path,
    output: Path,
    *,
    region: str,
    network: str | None = None,
    companions: Sequence[Path] = (),
    device: Device = "auto",
    legs: Legs = "auto",
    series: str | None = None,
    contrast: tuple[str, ...] = CONTRASTS,
    companion_contrasts: Sequence[str] = (),
    progress: Progress = silent,
) -> tuple[Volume, Result]:
    """Segment an image file or a DICOM folder, and write the labels.

    Args:
        path: Image file, DICOM folder, or a file of it.
        output: Label file; its name ends with .seg.nrrd, .nii.gz, .nii, .nrrd or .mha.
        region: "thigh", "calf", or ``AUTO``.
        network: Name or folder of a network of that region; the default network where None, and with ``AUTO``.
        companions: Files of further images of the same scan, as for ``segment``.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
        series: UID or number of a series of a DICOM folder.
        contrast: Image types of a DICOM series, the preferred first.
        companion_contrasts: Image types of further images of the same DICOM series or folder, each a companion.
        progress: Raises ``Canceled`` to stop.

    Returns:
        The image, [k, j, i], and its segmentation, whose ``seconds`` are also those of "read" and "write".

    Raises:
        MuscleSegError: The image cannot be read or segmented, the network cannot be used, or the labels cannot be
            written; the ending and the place of ``output`` are checked before any work is done.
    """
    watch = Stopwatch()
    require_label_format(output)
    require_writable(output)
    segment_image: Callable[..., Result] = segment_limb
    if region != AUTO:
        segment_image = partial(segment, bundle=find_bundle(region, network))
    progress(0.0, _("reading the image"))
    with watch.part("read"):
        image = read_volume(path, series=series, contrast=contrast)
        others = [read_volume(companion, contrast=CONTRASTS) for companion in companions]
        others += [read_volume(path, series=series, contrast=(name,)) for name in companion_contrasts]
    segmenting = part(progress, 0.05, 0.95)
    result = segment_image(image, companions=others, device=device, legs=legs, progress=segmenting)
    progress(0.95, _("writing the labels"))
    with watch.part("write"):
        result.write(output)
    seconds = {"read": watch.seconds["read"], **result.seconds, "write": watch.seconds["write"]}
    return image, replace(result, seconds=seconds)
