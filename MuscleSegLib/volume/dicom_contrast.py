"""Contrast of the DICOM images of a Dixon acquisition, and selection by it.

The words are those of Siemens, Philips, GE and Canon in the image type (PS3.3, C.7.6.1.1.2 and C.8.13.1.1.1).
"""

from collections.abc import Sequence

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.remarks import remark

WORDS = {
    "water": frozenset({"W", "WATER"}),
    "fat": frozenset({"F", "FAT"}),
    "in-phase": frozenset({"IP", "IN", "IN_PHASE", "INPHASE"}),
    "opposed-phase": frozenset(
        {"OP", "OPP", "OUT", "OPP_PHASE", "OPPOSED_PHASE", "OUT_PHASE", "OUT_OF_PHASE", "OUTPHASE"}
    ),
    "fat fraction": frozenset({"FF", "PDFF", "FAT_FRACTION", "FATFRACTION", "FAT_FRAC"}),
    "T2*": frozenset({"T2_STAR", "T2STAR", "R2_STAR", "R2STAR"}),
}
"""Contrasts made of the echoes, and their words in image types."""

CONTRASTS = ("water", "in-phase", "opposed-phase", "fat")
"""Contrasts that show muscles, in the order of preference for segmentation."""


def contrast_of(image: Slice) -> str:
    """Return the contrast of an image, a key of ``WORDS``, or "" without one in the image type."""
    words = _words(image)
    return next((contrast for contrast, spellings in WORDS.items() if words & spellings), "")


def has_contrast(slices: Sequence[Slice], contrast: str) -> bool:
    """Return whether any slice has a contrast, a key of ``WORDS`` or a word of the image type."""
    return any(_is(image, contrast) for image in slices)


def of_contrast(slices: Sequence[Slice], contrast: Sequence[str], *, name: str) -> Sequence[Slice]:
    """Return the slices of one contrast, where a series holds several.

    Args:
        slices: Slices of one series.
        contrast: Keys of ``WORDS`` or words of the image type, the first choice first; empty for all slices.
        name: Name of the series in messages.

    Raises:
        MuscleSegError: A single kind is wanted, and by image types the series holds only others.
    """
    if not contrast:
        return slices
    for contrast_name in contrast:
        chosen = [image for image in slices if _is(image, contrast_name)]
        if not chosen:
            continue
        if len(contrast) > 1 and len(chosen) < len(slices):
            others = sorted({contrast_of(image) or "others" for image in slices} - {contrast_name})
            sentence = _(
                "{name} holds images of several kinds: the {wanted} images are taken, and not {others} (choose with "
                "--image-type)."
            )
            remark(sentence, name=name, wanted=contrast_name, others=", ".join(others))
        return chosen
    is_said = any(contrast_of(image) for image in slices) or contrast[0] not in WORDS
    if len(contrast) == 1 and is_said:
        kinds = sorted({contrast_of(image) or image.traits.get("ImageType", _("of no image type")) for image in slices})
        message = _(
            "{name} holds no {contrast} images (its image types are: {kinds}): give the folder, or the series, with "
            "them."
        )
        raise MuscleSegError(message, name=name, contrast=contrast[0], kinds=", ".join(kinds))
    return slices


def _is(image: Slice, contrast_name: str) -> bool:
    spellings = next((words for name, words in WORDS.items() if contrast_name.upper() in {name.upper(), *words}), None)
    return bool(_words(image) & (spellings or {contrast_name.upper()}))


def _words(image: Slice) -> set[str]:
    """Return the words of an image type after the first two, ORIGINAL or DERIVED, and PRIMARY."""
    words = (image.traits.get("FrameType") or image.traits.get("ImageType", "")).upper().split("/")[2:]
    return {word.strip().replace(" ", "_").replace("-", "_") for word in words}
