"""Scale of Philips images, in private elements.

Philips scales every series for display. Comparable values are (stored * slope + intercept) / (slope * scale slope):
T. L. Chenevert et al., Transl Oncol 2014;7:65-71, 10.1593/tlo.13811. The scale slope is a private element, (2005,100E),
in enhanced images inside the private sequence (2005,140F) of each frame.
"""

import math
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom import Dataset

_GROUP, _ELEMENT, _FRAME_ELEMENT = 0x2005, 0x0E, 0x0F
_CREATOR = "philips"
_BLOCKS = (0x10, 0x11, 0x12, 0x13, 0x14, 0x15)

SCALE_TAGS = [f"{(_GROUP << 16) | tag:08X}" for block in _BLOCKS for tag in (block, block << 8 | _ELEMENT)]
"""The elements and their private creators."""


def scale_slope_of(dataset: "Dataset") -> float | None:
    """Return Philips's scale slope of an image, or of a frame's functional groups; None without one."""
    for item in (dataset, *_private_items(dataset)):
        for block in _BLOCKS:
            element = item.get((_GROUP, block << 8 | _ELEMENT))
            creator = str(item.get((_GROUP, block), "")).lower()
            is_theirs = "mr imaging dd 001" in creator or (not creator and block == _BLOCKS[0])
            if element is not None and is_theirs and (number := _number(element.value)) is not None:
                return number
    return None


def _private_items(group: "Dataset") -> list["Dataset"]:
    items: list[Dataset] = []
    for block in _BLOCKS:
        element = group.get((_GROUP, block << 8 | _FRAME_ELEMENT))
        if element is not None and element.VR == "SQ":
            items += list(element.value)
    return items


def _number(value: Any) -> float | None:
    try:
        number = struct.unpack("<f", value)[0] if isinstance(value, bytes) else float(value)
    except (TypeError, ValueError, struct.error):
        return None
    return float(number) if math.isfinite(number) and number > 0 else None
