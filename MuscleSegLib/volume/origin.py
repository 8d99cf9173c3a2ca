"""Origin of a label map, as a sentence in its file.

"MuscleSeg thigh NAME VERSION on DEVICE", and ", of 2 images" behind it where several were segmented together. NIfTI
has room for 79 bytes. So that no part of a name is taken for a name, the sentence is shortened by whole parts, first
the number of images, then the device, and then the network; earlier versions cut it at 79 bytes, which the length
shows, and parts that the cut may have gone through are unknown.
"""

import re
from dataclasses import dataclass, replace

_MAKER = "MuscleSeg"
_DEVICE = re.compile(r"(cpu|[a-z]+(:[0-9]+)?)")

_IMAGES = re.compile(r", of ([0-9]+) images$")

_CUT_BYTES = 76
"""Least length of a sentence cut by earlier versions, at 79 bytes less up to three of a letter."""


@dataclass(frozen=True)
class LabelOrigin:
    """Network and device that made a label map.

    Attributes:
        region: "thigh" or "calf".
        network: Name and version of the network, empty if unknown.
        device: Device of the network, such as "cpu" or "cuda:0", empty if unknown.
        images: Number of images of the scan that the network was shown; 1 too where it is unknown.
    """

    region: str
    network: str = ""
    device: str = ""
    images: int = 1

    def __str__(self) -> str:
        """Return the sentence."""
        made = " ".join(filter(None, (_MAKER, self.region, self.network)))
        if not self.network or not self.device:
            return made
        return f"{made} on {self.device}" + (f", of {self.images} images" if self.images > 1 else "")


def origin_of(description: str) -> LabelOrigin | None:
    """Return the origin in a label map's description, or None without one."""
    images = _IMAGES.search(description.rstrip())
    words = _IMAGES.sub("", description.rstrip()).split()
    if words[:1] != [_MAKER] or len(words) < 2:
        return None
    made, _, device = " ".join(words[2:]).rpartition(" on ")
    if not made or not _DEVICE.fullmatch(device):
        made, device = " ".join(words[2:]), ""
    is_cut = len(description.encode()) >= _CUT_BYTES and not device.startswith(("cpu", "cuda", "mps"))
    has_version = len(made.split()) > 1
    if not has_version or is_cut:
        return LabelOrigin(words[1])
    return LabelOrigin(words[1], made, device, int(images[1]) if images else 1)


def shortened(description: str, limit_bytes: int) -> str:
    """Return a description within a number of bytes: an origin by whole parts, other text cut."""
    if len(description.encode()) <= limit_bytes:
        return description
    origin = origin_of(description)
    if origin is None:
        return description.encode()[:limit_bytes].decode(errors="ignore")  # at the end of a whole character
    without_images = replace(origin, images=1)
    if len(str(without_images).encode()) <= limit_bytes:
        return str(without_images)
    without_device = LabelOrigin(origin.region, origin.network)
    fits = len(str(without_device).encode()) < min(limit_bytes, _CUT_BYTES)
    return str(without_device if fits else LabelOrigin(origin.region))
