"""The sentence in a label map's file that says which network made it: how it is written, and read again.

"MuscleSeg thigh NAME VERSION on DEVICE". NIfTI has room for 79 bytes of it. So that nobody takes half a name for a
name, the sentence is shortened by whole parts, first the device and then the network; those that were cut at 79 bytes
by earlier versions are told by their length, and what the cut may have gone through is unknown.
"""

import re
from dataclasses import dataclass

_MAKER = "MuscleSeg"
_DEVICE = re.compile(r"(cpu|[a-z]+(:[0-9]+)?)")

_CUT_BYTES = 76
"""Earlier versions cut at 79 bytes, and up to three more where a letter had several."""


@dataclass(frozen=True)
class LabelOrigin:
    """What made a label map.

    Attributes:
        region: "thigh" or "calf".
        network: Name and version, empty where that is not known.
        device: Where the network ran: "cpu", "cuda:0"; empty where that is not known.

    """

    region: str
    network: str = ""
    device: str = ""

    def __str__(self) -> str:
        """Return the sentence."""
        made = " ".join(filter(None, (_MAKER, self.region, self.network)))
        return f"{made} on {self.device}" if self.network and self.device else made


def origin_of(description: str) -> LabelOrigin | None:
    """Return what a label map's description says, or None where it is no such sentence."""
    words = description.split()
    if words[:1] != [_MAKER] or len(words) < 2:
        return None
    made, _, device = " ".join(words[2:]).rpartition(" on ")
    if not made or not _DEVICE.fullmatch(device):
        made, device = " ".join(words[2:]), ""
    is_cut = len(description.encode()) >= _CUT_BYTES and not device.startswith(("cpu", "cuda", "mps"))
    has_version = len(made.split()) > 1
    return LabelOrigin(words[1], made, device) if has_version and not is_cut else LabelOrigin(words[1])


def shortened(description: str, limit_bytes: int) -> str:
    """Return a description of so many bytes at most: an origin without what has no room, other text cut."""
    if len(description.encode()) <= limit_bytes:
        return description
    origin = origin_of(description)
    if origin is None:
        return description.encode()[:limit_bytes].decode(errors="ignore")  # at the end of a whole character
    without_device = LabelOrigin(origin.region, origin.network)
    fits = len(str(without_device).encode()) < min(limit_bytes, _CUT_BYTES)
    return str(without_device if fits else LabelOrigin(origin.region))
