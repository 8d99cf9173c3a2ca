"""What a file is for, by the suffix of its name or by the header of its DICOM series: the one place that decides it.

Suffixes: BIDS (T1w, T2map, MTRmap), ORMIR-MIDS (t1w, t2, wt2), QMRITools' Muscle-BIDS (wat, fat, fatfr, inph), and
those that tools for muscles recommend where BIDS has none (fatfrac, water, fat). DICOM: ``maps.proposals``, as in the
panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from MuscleSegLib.cohort.scans import IMAGE
from MuscleSegLib.maps.proposals import Candidate, kind_of
from MuscleSegLib.volume import CONTRASTS


@dataclass(frozen=True)
class Role:
    """What a file is for.

    Attributes:
        name: One of ``ROLES``; empty for a file that is not used.
        rank: Preference among several files for one role, 0 first.
        image_rank: Preference as the image to be segmented; None where it is none.
        unit: Unit that the dialect fixes for a map; empty where the file or its values tell.
        reason: Why it is not used.
    """

    name: str = ""
    rank: int = 0
    image_rank: int | None = None
    unit: str = ""
    reason: str = ""


_RAW = "it holds echoes or contrasts of which a map is made first (muscleseg maps)"
_LABELS = "it is a label map, and labels are made anew"
_OTHER_MAP = "it is a map of a quantity that is not measured here"
_PHASE = "it holds phases, real or imaginary parts, and no magnitudes"

_SUFFIXES: dict[str, Role] = {
    **{"t1w": Role(IMAGE, image_rank=0), "pdw": Role(IMAGE, image_rank=3), "t2w": Role(IMAGE, image_rank=4)},
    **dict.fromkeys(("inph", "inphase", "ip"), Role(IMAGE, image_rank=2)),
    **dict.fromkeys(("outph", "oppphase", "opposedphase", "op"), Role(IMAGE, image_rank=5)),
    **{"t1w-fs": Role(IMAGE, image_rank=6), "t2w-fs": Role(IMAGE, image_rank=7), "tse": Role(IMAGE, image_rank=3)},
    **dict.fromkeys(("wat", "water"), Role("water", image_rank=1)),
    "fat": Role("fat"),
    "fatfr": Role("ff", unit="fraction"),
    **dict.fromkeys(("fatfrac", "fatfraction", "ff", "ffmap", "pdff", "pdffmap"), Role("ff")),
    "mtrmap": Role("mtr"),
    **{"t2map": Role("t2"), "t2": Role("t2"), "wt2": Role("t2", rank=1)},
    **dict.fromkeys(("megre", "mese", "mtr", "mts", "mp2rage", "vfa", "irt1"), Role(reason=_RAW)),
    **dict.fromkeys(("dseg", "probseg", "mask", "seg", "labels"), Role(reason=_LABELS)),
    **dict.fromkeys(("t1", "t1map", "r1map", "r2map", "t2starmap", "r2starmap", "t2star"), Role(reason=_OTHER_MAP)),
    **dict.fromkeys(("r2star", "b0", "b0map", "tb1map", "pdmap", "watfr"), Role(reason=_OTHER_MAP)),
}
_PARTS = ("phase", "real", "imag")

_NO_SCAN = frozenset(
    {"localizer", "localiser", "loc", "scout", "survey", "mip", "adc", "trace", "screenshot", "report"}
)
_LEAST_IMAGES = 5
"""Images of a scan of a limb; localizers and screenshots have fewer."""


def role_of_suffix(suffix: str, *, part: str = "") -> Role:
    """Return the role of a file by the suffix of its name in BIDS or a dialect, and the label of its ``part``."""
    if part in _PARTS:
        return Role(reason=_PHASE)
    return _SUFFIXES.get(suffix.lower(), Role(reason=f'its suffix "{suffix}" has no meaning here'))


def role_of_series(description: str, image_types: Sequence[str], *, images: int, contrast: str) -> Role:
    """Return the role of the images of one contrast in a DICOM series.

    Args:
        description: Series description.
        image_types: Words of the image type.
        images: Number of images.
        contrast: A key of ``volume.dicom_contrast.WORDS``, "" without one.
    """
    words = {word.lower() for word in (*image_types, *_words(description))}
    if words & _NO_SCAN:
        return Role(reason="it is a localizer, a projection or another picture that is no scan of the limb")
    if images < _LEAST_IMAGES:
        return Role(reason=f"it has {images} images, and a scan of the limb has at least {_LEAST_IMAGES}")
    if words & {"p", "phase", "r", "real", "i", "imaginary"}:
        return Role(reason=_PHASE)
    if contrast in CONTRASTS:
        rank = 1 + CONTRASTS.index(contrast)
        name = contrast if contrast in ("fat", "water") else IMAGE
        return Role(name, image_rank=None if contrast == "fat" else rank)
    if contrast:
        return Role("ff") if contrast == "fat fraction" else Role(reason=_OTHER_MAP)
    kind = kind_of(Candidate(None, description, description, image_types))
    if kind in ("fat", "water"):
        return Role(kind, image_rank=1 if kind == "water" else None)
    return Role(kind) if kind else Role(IMAGE, image_rank=0)


def _words(text: str) -> list[str]:
    return text.replace("_", " ").replace("-", " ").split()
