"""Quantitative maps among volumes, proposed by names and DICOM headers.

The words are those of the scanners: Siemens' VIBE Dixon (``…_W``, ``…_F``, ``…_FF``), Philips' mDIXON (image types
``W``, ``F``, ``FF``), GE's LAVA Flex and IDEAL IQ (``WATER: …``, ``FAT: …``, ``FatFrac: …``), and those that studies
give their files (``ff``, ``mtr``, ``t2_map``). A volume of two possible kinds, and two volumes of the same kind, are
not proposed: a choice by hand is better than a wrong map unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAPS = ("ff", "fat", "water", "mtr", "t2")

_TYPES = {
    "ff": {"FF", "PDFF", "FAT_FRACTION", "FAT_FRAC", "FATFRACTION"},
    "fat": {"F", "FAT"},
    "water": {"W", "WATER"},
    "mtr": {"MTR"},
    "t2": {"T2 MAP", "T2_MAP", "T2MAP"},
}
"""Values of DICOM's Image Type."""

# Longer phrases first: "fat fraction" is not fat.
_PHRASES = (
    ("ff", ("proton", "density", "fat", "fraction")),
    ("ff", ("fat", "fraction")),
    ("ff", ("fat", "frac")),
    ("ff", ("fat", "percentage")),
    ("ff", ("fat", "percent")),
    ("ff", ("ff",)),
    ("ff", ("pdff",)),
    ("ff", ("ffmap",)),
    ("ff", ("fatfrac",)),
    ("ff", ("fatfraction",)),
    ("mtr", ("magnetization", "transfer", "ratio")),
    ("mtr", ("mt", "ratio")),
    ("mtr", ("mtr",)),
    ("mtr", ("mtrmap",)),
    ("t2", ("t2", "map")),
    ("t2", ("t2", "images")),  # Siemens MapIt
    ("t2", ("t2map",)),
    ("fat", ("fat",)),
    ("water", ("water",)),
)
_SUFFIXES = {"w": "water", "f": "fat"}
_WEIGHTED = frozenset({"t1", "t2", "pd"})
"""Before a "w" they say that an image is weighted, not that it shows water."""

# fmt: off
_ANOTHER_THING = frozenset({
    "b0", "error", "exc", "excitation", "excited", "fatsat", "field", "fieldmap", "fs", "label", "labels", "mask",
    "phase", "r2", "r2*", "r2star", "residual", "sat", "saturated", "saturation", "sd", "seg", "segmentation", "spair",
    "std", "stir", "suppressed", "suppression", "swap", "t2*", "t2star", "we",
})
# fmt: on
"""Words that make of "water", "fat" or "T2" something else: "fat sat" is not fat."""

_SERIES_NUMBER = re.compile(r"^\s*\d+\s*:\s*")


@dataclass(frozen=True)
class Candidate:
    """Volume that may be a map.

    Attributes:
        node: Volume node, or any other key of the volume.
        name: Name in the scene.
        series_description: Series Description of DICOM (0008,103E), or nothing.
        image_type: Values of Image Type of DICOM (0008,0008).
    """

    node: Any
    name: str
    series_description: str = ""
    image_type: Sequence[str] = ()


def propose_maps(candidates: Iterable[Candidate]) -> dict[str, Any]:
    """Return the node of each of ``MAPS`` that a single candidate is likely to be.

    A fat and a water image are proposed only together, as two images of the same scan.
    """
    volumes = list(candidates)
    kinds: dict[str, list[Candidate]] = {name: [] for name in MAPS}
    is_bare = {_words(volume.name)[0] for volume in volumes if len(_words(volume.name)) == 1} & {"ff", "mtr"}
    for volume in volumes:
        kind = kind_of(volume)
        # "T2" alone is mostly a T2-weighted image; beside maps that are called "FF" and "MTR" it is a map.
        if kind is None and is_bare and _words(volume.name) == ["t2"]:
            kind = "t2"
        if kind is not None:
            kinds[kind].append(volume)
    sure = {kind: likely[0] for kind, likely in kinds.items() if len(likely) == 1}
    if not _are_pair(sure):
        sure = {kind: volume for kind, volume in sure.items() if kind not in ("fat", "water")}
    return {kind: volume.node for kind, volume in sure.items()}


def kind_of(volume: Candidate) -> str | None:
    """Return the kind in name, description and image type, or None where they give none or contradict each other."""
    stated = [_kind_of_name(volume.name), _kind_of_name(volume.series_description), _kind_of_type(volume.image_type)]
    kinds = {kind for kind in stated if kind is not None}
    return kinds.pop() if len(kinds) == 1 else None


def _kind_of_type(image_type: Sequence[str]) -> str | None:
    values = {value.strip().upper() for value in image_type}
    kinds = [kind for kind, words in _TYPES.items() if words & values]
    return kinds[0] if len(kinds) == 1 else None


def _kind_of_name(name: str) -> str | None:
    words = _words(name)
    if _ANOTHER_THING & set(words):
        return None
    if len(words) > 1 and words[-1] in _SUFFIXES and words[-2] not in _WEIGHTED:
        return _SUFFIXES[words[-1]]
    kinds = set()
    for kind, phrase in _PHRASES:
        for start in range(len(words) - len(phrase) + 1):
            if tuple(words[start : start + len(phrase)]) == phrase:
                kinds.add(kind)
                words = [*words[:start], *words[start + len(phrase) :]]
                break
    return kinds.pop() if len(kinds) == 1 else None


def _are_pair(sure: Mapping[str, Candidate]) -> bool:
    if not {"fat", "water"} <= sure.keys():
        return False
    fat, water = (_stem(sure[kind], kind) for kind in ("fat", "water"))
    return fat == water


def _stem(volume: Candidate, kind: str) -> tuple[str, ...]:
    words_of_kind = {kind, kind[0]}
    return tuple(word for word in _words(volume.series_description or volume.name) if word not in words_of_kind)


def _words(name: str) -> list[str]:
    """Return the words of a name in lower case, without the series number that Slicer puts before it."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _SERIES_NUMBER.sub("", name))
    return re.findall(r"[a-z0-9*]+", apart.lower())
