"""Values in the files that a command writes, by their place, so that two runs can be compared.

Files are read with NiBabel, SimpleITK, openpyxl and the standard library alone: nothing of MuscleSegLib is imported,
whose results are compared.
"""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import openpyxl
import SimpleITK
from numpy.typing import NDArray

WORDS = frozenset({"warnings", "remarks", "remark", "note", "notes", "reason"})
"""Columns and keys of sentences, which may be worded anew where no number changes."""

CLOCK = frozenset({"seconds", "date (utc)"})
"""Columns, keys and items that differ between any two runs."""

MISSING = "(missing)"

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n")
_NUMBER = re.compile(r"\b[0-9a-f]{16}\b|\d+")  # or the digest of code in a path
_ITEM = "item"
_WARNING = "warning"


@dataclass(frozen=True)
class Content:
    """Content of a file.

    Attributes:
        cells: Numbers, names and codes by their place.
        words: Sentences by their place.
        voxels: [i, j, k] voxels of an image; None for other files.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    voxels: NDArray[Any] | None = None


@dataclass
class Comparison:
    """Comparison of what a command wrote with each version.

    Attributes:
        files: Number of files compared.
        voxels: Number of voxels compared.
        cells: Number of numbers, names and codes compared.
        differences: Place, and both values, of what differs.
        has_failed: Whether the command failed with both versions, so that nothing is shown by it.
        words_before: Sentences that only the first version says, digits as #.
        words_after: Sentences that only the second version says.
    """

    files: int = 0
    voxels: int = 0
    cells: int = 0
    differences: list[tuple[str, Any, Any]] = field(default_factory=list)
    has_failed: bool = False
    words_before: Counter[str] = field(default_factory=Counter)
    words_after: Counter[str] = field(default_factory=Counter)


def content_of(path: Path) -> Content:
    """Return the content of a file; the digest of a file whose format has no places."""
    name = path.name.lower()
    if name.endswith(".nii.gz"):
        image = nibabel.load(path)
        cells = {f"header.{key}": np.asarray(value).tolist() for key, value in image.header.items()}
        cells["affine"] = image.affine.tolist()
        return Content(cells, voxels=np.asanyarray(image.dataobj))
    if name.endswith((".nrrd", ".mha")):
        return _itk_content(path)
    if name.endswith(".json"):
        return _sorted(_leaves(json.loads(path.read_text(encoding="utf-8")), ""))
    if name.endswith(".csv"):
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _sorted(_leaves(list(csv.DictReader(file)), ""))
    if name.endswith(".xlsx"):
        return _sorted(_leaves(dict(_sheets(path)), ""))
    if name.endswith((".stdout", ".stderr")):
        text = path.read_text(encoding="utf-8")
        is_json = text[:1] in ("{", "[")
        return _sorted(_leaves(json.loads(text), "")) if is_json else Content(words={path.suffix[1:]: text})
    return Content({"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})


def _itk_content(path: Path) -> Content:
    image = SimpleITK.ReadImage(str(path))
    facts = {"spacing": image.GetSpacing(), "origin": image.GetOrigin(), "direction": image.GetDirection()}
    cells = {**facts, **{key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}}
    words = {}
    for key in [key for key in cells if key.endswith("_Tags")]:  # "name:text|name:text"
        for tag in cells.pop(key).split("|"):
            name, _, value = tag.partition(":")
            (words if name.lower().endswith("remark") else cells)[f"{key}.{name}"] = value
    return Content(cells, words, SimpleITK.GetArrayFromImage(image).T)


def _sheets(path: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        yield sheet.title, [dict(zip(map(str, header), row, strict=True)) for row in rows]
    book.close()


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the numbers and texts of nested objects and rows, each with its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for name, inner in zip(_row_names(value), value, strict=True):
            is_row = isinstance(inner, Mapping)
            named = {key: cell for key, cell in inner.items() if key.lower() != _ITEM} if is_row else inner
            yield from _leaves(named, f"{place}[{name}]")
    else:
        yield place, value


def _row_names(rows: Iterable[Any]) -> Iterator[str]:
    """Yield names of rows: of a provenance its items, since a new one moves those below; otherwise numbers."""
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows):
        item = next((row[key] for key in row if key.lower() == _ITEM), None) if isinstance(row, Mapping) else None
        name = str(number) if item is None else str(item)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} {seen[name]}"


def _sorted(leaves: Iterable[tuple[str, Any]]) -> Content:
    content = Content()
    for place, value in leaves:
        parts = place.lower().replace("[", ".").replace("]", "").split(".")
        if CLOCK & set(parts):
            continue
        if WORDS & set(parts) or any(part.startswith(_WARNING) for part in parts):
            column = re.sub(r"\[\d+\]$", "", place)  # a new sentence in a list moves those below
            content.words[column] = f"{content.words.get(column, '')}\n{value or ''}"
        else:
            content.cells[place] = value
    return content


def compare(comparison: Comparison, name: str, before: Content, after: Content) -> None:
    """Add what differs between a file's contents, and how much was compared, to a comparison."""
    comparison.files += 1
    _compare_cells(comparison, name, before.cells, after.cells)
    for place in before.words.keys() | after.words.keys():
        said, now_said = (_sentences(content.words.get(place, "")) for content in (before, after))
        comparison.words_before += said - now_said
        comparison.words_after += now_said - said
    if before.voxels is None or after.voxels is None:
        if before.voxels is not after.voxels:
            comparison.differences.append((f"{name} voxels", *(_shape(content) for content in (before, after))))
        return
    comparison.voxels += before.voxels.size
    if (before.voxels.dtype, before.voxels.shape) != (after.voxels.dtype, after.voxels.shape):
        comparison.differences.append((f"{name} voxels", _shape(before), _shape(after)))
        return
    differ = (_bytes(before.voxels) != _bytes(after.voxels)).any(axis=-1)
    if differ.any():
        index = tuple(int(axis[0]) for axis in np.nonzero(differ))
        place = f"{name} voxels: {int(differ.sum())} of {differ.size}, first at {index}"
        comparison.differences.append((place, before.voxels[index].item(), after.voxels[index].item()))


def _bytes(voxels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of each voxel along a last axis: NaN equals NaN then."""
    return np.ascontiguousarray(voxels)[..., np.newaxis].view(np.uint8)


def _sentences(text: str) -> Counter[str]:
    return Counter(_NUMBER.sub("#", sentence) for sentence in _SENTENCE.split(text) if sentence)


def _shape(content: Content) -> str:
    return MISSING if content.voxels is None else f"{content.voxels.dtype} {content.voxels.shape}"


def _compare_cells(comparison: Comparison, name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    for place in [*before, *(place for place in after if place not in before)]:
        pair = before.get(place, MISSING), after.get(place, MISSING)
        comparison.cells += 1
        if type(pair[0]) is not type(pair[1]) or repr(pair[0]) != repr(pair[1]):  # repr: NaN is NaN, -0.0 is not 0.0
            comparison.differences.append((f"{name} {place}".strip(), *pair))
