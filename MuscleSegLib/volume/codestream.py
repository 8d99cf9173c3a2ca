"""Sizes in the codestreams of compressed DICOM images, to compare with those of the header.

JPEG and JPEG-LS: ITU-T T.81, B.2.2; JPEG 2000: ITU-T T.800, A.5.1.
"""

_START_OF_FRAME = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
_JPEG, _JPEG_2000 = b"\xff\xd8", b"\xff\x4f\xff\x51"
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def size_in_codestream(frame: bytes) -> tuple[int, int] | None:
    """Return numbers of rows and columns, or None for another format or a damaged frame."""
    if frame.startswith(_JPEG):
        return _size_in_jpeg(frame)
    start = frame.find(_JPEG_2000, 0, 1024)  # at once, or behind the boxes of a JP2 file
    if start < 0 or len(frame) < start + 24:
        return None
    right, bottom, left, top = (int.from_bytes(frame[start + at : start + at + 4], "big") for at in (8, 12, 16, 20))
    return bottom - top, right - left


def _size_in_jpeg(frame: bytes) -> tuple[int, int] | None:
    at = len(_JPEG)
    while at + 9 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker in _START_OF_FRAME:
            return int.from_bytes(frame[at + 5 : at + 7], "big"), int.from_bytes(frame[at + 7 : at + 9], "big")
        if marker == 0xFF:  # fill
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        else:
            at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return None
