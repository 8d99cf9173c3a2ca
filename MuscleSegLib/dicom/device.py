"""Identity of this software as the device that makes objects, and their dates."""

import contextlib
import logging
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from MuscleSegLib import __version__
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.volume.dicom_files import quiet_pydicom

MANUFACTURER = MODEL = "MuscleSeg"
SERIAL_NUMBER = "0"
"""A software has none, and an object of results needs one (PS3.3, C.7.5.2)."""

DEVICE_UID = derived_uid("device")

LONGEST_DESCRIPTION = 64
"""Characters of a long string (LO)."""


def equipment() -> dict[str, Any]:
    """Return what highdicom's objects take as their equipment."""
    return {
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": MODEL,
        "software_versions": __version__,
        "device_serial_number": SERIAL_NUMBER,
    }


def dates(now: datetime) -> dict[str, Any]:
    """Return the date and time of content for highdicom's objects."""
    return {"content_date": now.date(), "content_time": now.time().replace(microsecond=0)}


def long_string(text: str, limit: int = LONGEST_DESCRIPTION) -> str:
    r"""Return a text in one line without backslashes and within a number of characters."""
    return re.sub(r"[\s\\]+", " ", str(text)).strip()[:limit].rstrip()


def ascii_string(text: str, limit: int = LONGEST_DESCRIPTION) -> str:
    """Return a text like ``long_string`` in ASCII, which every character set has."""
    plain = unicodedata.normalize("NFKD", str(text).replace("\u00df", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return long_string(plain.encode("ascii", "replace").decode(), limit)


@contextlib.contextmanager
def quiet_highdicom() -> Iterator[None]:
    """Suppress the warnings of highdicom and pydicom, which name no file."""
    logger = logging.getLogger("highdicom")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with quiet_pydicom():
            yield
    finally:
        logger.setLevel(before)
