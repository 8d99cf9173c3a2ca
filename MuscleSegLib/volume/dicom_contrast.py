"""Which of the images that a Dixon acquisition is made into a DICOM image is, and choosing those of one kind.

The words are those that Siemens, Philips, GE and Canon write into the image type (PS3.3, C.7.6.1.1.2 and C.8.13.1.1.1).
"""

from collections.abc import Sequence

from MuscleSegLib.errors import MuscleSegError
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
"""What is made of the echoes, and how image types call it."""

CONTRASTS = ("water", "in-phase", "opposed-phase", "fat")
"""Images that show muscles, the one that is segmented first where a series holds several."""


def contrast_of(image: Slice) -> str:
    """Return a key of ``WORDS``, or nothing where the image type names none."""
    words = _words(image)
    return next((contrast for contrast, spellings in WORDS.items() if words & spellings), "")


def has_contrast(slices: Sequence[Slice], contrast: str) -> bool:
    """Return whether the image type of one of the slices is wanted, a key of ``WORDS`` or a word of the image type."""
    return any(_is(image, contrast) for image in slices)


def of_contrast(slices: Sequence[Slice], contrast: Sequence[str], *, name: str) -> Sequence[Slice]:
    """Return the slices of one kind, where a series holds several.

    Args:
        slices: Of one series.
        contrast: What is wanted, by a key of ``WORDS`` or a word of the image type, the first choice first; nothing
            takes all.
        name: What messages call the series.

    Raises:
        MuscleSegError: A single kind is wanted, and by image types the series holds only others.

    """
    if not contrast:
        return slices
    for wanted in contrast:
        chosen = [image for image in slices if _is(image, wanted)]
        if not chosen:
            continue
        if len(contrast) > 1 and len(chosen) < len(slices):
            others = sorted({contrast_of(image) or "others" for image in slices} - {wanted})
            sentence = f"{name} holds images of several kinds: the {wanted} images are taken, and not "
            remark(f"{sentence}{', '.join(others)} (choose with --image-type).")
        return chosen
    is_said = any(contrast_of(image) for image in slices) or contrast[0] not in WORDS
    if len(contrast) == 1 and is_said:
        kinds = sorted({contrast_of(image) or image.traits.get("ImageType", "of no image type") for image in slices})
        message = f"{name} holds no {contrast[0]} images (its image types are: {', '.join(kinds)}): give the folder, "
        message += "or the series, with them."
        raise MuscleSegError(message)
    return slices


def _is(image: Slice, wanted: str) -> bool:
    spellings = next((words for name, words in WORDS.items() if wanted.upper() in {name.upper(), *words}), None)
    return bool(_words(image) & (spellings or {wanted.upper()}))


def _words(image: Slice) -> set[str]:
    """Return the words of an image type after the first two, ORIGINAL or DERIVED, and PRIMARY."""
    words = (image.traits.get("FrameType") or image.traits.get("ImageType", "")).upper().split("/")[2:]
    return {word.strip().replace(" ", "_").replace("-", "_") for word in words}
