"""Checks of a bundle's description. A ``ValueError`` names the wrong value in words."""

import json
from pathlib import Path
from typing import Any, TypeVar, get_args

from MuscleSegLib.bundle.input import LegInput, Normalization, VolumeInput
from MuscleSegLib.json_values import is_number, require
from MuscleSegLib.translatable import Translatable, _

T = TypeVar("T")

UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)
"""Exceptions of following a description that has not been checked."""

MOST_LABELS = 255
"""Label maps are uint8."""

_LONGEST = 200
_LARGEST_BYTES = 16 << 20
_SPACING_MM = (0.1, 100.0)
_LARGEST_WINDOW = 2048
_LARGEST_OVERLAP = 0.9  # beyond it each voxel is predicted a thousand times and more
_MOST_CHANNELS = 64


def shortened(words: str) -> str:
    """Return words of an unknown file, printable and no longer than a line, for a sentence."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in words[: _LONGEST + 1])
    if printable == words and len(words) <= _LONGEST:
        return words
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 3]}..."


def reason(error: Exception) -> str:
    """Return an error's words, for a sentence; those of ``require`` stay translatable."""
    words = error.args[0] if error.args else ""
    return shortened(words if isinstance(words, Translatable) else str(error))


def json_object(path: Path) -> dict[str, Any]:
    """Read a JSON object of a reasonable size.

    Raises:
        FileNotFoundError: The file is missing, or is a device without an end.
        OSError: The file cannot be read.
        ValueError: The content is no JSON object, or too large for the description of a network.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    size = path.stat().st_size
    require(
        size <= _LARGEST_BYTES,
        _("it has {size} bytes, and no description of a network needs {largest_bytes}"),
        size=f"{size:,}",
        largest_bytes=f"{_LARGEST_BYTES:,}",
    )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError(_("it is nested too deep")) from error
    if not isinstance(content, dict):
        raise ValueError(_("it is no JSON object"))
    return content


def stated(value: object, otherwise: str) -> str:
    """Return a name or number that only describes, or ``otherwise`` where it is neither."""
    is_amount = is_number(value) and 0 < value < _LARGEST_BYTES
    is_words = isinstance(value, str) and value.strip() != "" and value.isprintable()
    return str(value) if is_words or is_amount else otherwise


def three(values: tuple[T, ...], name: str) -> tuple[T, T, T]:
    """Return a tuple of exactly three values."""
    require(len(values) == 3, _("{name} is not three numbers"), name=name)
    return values[0], values[1], values[2]


def two(values: tuple[T, ...], name: str) -> tuple[T, T]:
    """Return a tuple of exactly two values."""
    require(len(values) == 2, _("{name} is not two numbers"), name=name)
    return values[0], values[1]


def check_volume_input(spec: VolumeInput) -> None:
    """Check that an input is possible.

    Raises:
        ValueError: The input is impossible; the message says why.
    """
    axes = sorted("RAS"["RASLPI".index(axis) % 3] for axis in spec.axes if axis in "RASLPI")
    require(
        len(spec.axes) == 3 and axes == ["A", "R", "S"],
        _("axes are three directions, not {axes}"),
        axes=repr(spec.axes),
    )
    require(all(mm > 0 for mm in spec.spacing_mm or ()), _("spacing_mm is not positive"))
    for mm in spec.spacing_mm or ():
        check_spacing(mm, "spacing_mm")
    require(all(size > 0 for size in spec.window), _("window is not positive"))
    require(
        max(spec.window) <= _LARGEST_WINDOW,
        _("window has more than {largest_window} voxels along an axis"),
        largest_window=_LARGEST_WINDOW,
    )
    require(
        0 <= spec.overlap <= _LARGEST_OVERLAP,
        _("overlap is not from 0 to {largest_overlap}"),
        largest_overlap=_LARGEST_OVERLAP,
    )
    require(
        spec.normalization in get_args(Normalization),
        _("the normalization {normalization} is unknown"),
        normalization=repr(spec.normalization),
    )
    lower, upper = spec.percentiles
    require(0 <= lower < upper <= 100, _("percentiles are not two ascending numbers from 0 to 100"))


def check_leg_input(spec: LegInput) -> None:
    """Check that an input is possible.

    Raises:
        ValueError: The input is impossible; the message says why.
    """
    check_spacing(spec.pixel_mm, "pixel_mm")
    require(spec.bright_quantile <= 1, _("bright_quantile is above 1"))
    require(0.0 in spec.context_mm, _("context_mm lacks the slice itself, 0"))
    require(list(spec.context_mm) == sorted(set(spec.context_mm)), _("context_mm does not ascend"))
    require(
        spec.channels <= _MOST_CHANNELS,
        _("context_mm has more than {most_channels} slices"),
        most_channels=_MOST_CHANNELS,
    )
    if spec.slice_mm is not None:
        check_spacing(spec.slice_mm, "slice_mm")
        has_one_channel = spec.context_mm == (0.0,) and not spec.has_place
        require(has_one_channel, _("a network with slice_mm has one channel"))


def check_spacing(mm: float, name: str) -> None:
    """Check the spacing of voxels, since a scan resampled to a thousandth of a millimeter fills any memory.

    Raises:
        ValueError: The spacing is impossible for an image of a limb.
    """
    lowest, highest = _SPACING_MM
    require(
        lowest <= mm <= highest,
        _("{name} is not from {lowest} to {highest} mm"),
        name=name,
        lowest=f"{lowest:g}",
        highest=f"{highest:g}",
    )
