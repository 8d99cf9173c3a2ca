"""UIDs of this library's objects, derived from their content: equal input gives equal UIDs."""

import hashlib
import uuid

_ROOT = "2.25"
"""Root of UIDs made of UUIDs, which needs no registration (PS3.5, B.2)."""

_END = b"\0"


def derived_uid(*parts: str | bytes) -> str:
    """Return the UID of some content, a UUID of its SHA-256."""
    digest = hashlib.sha256(b"MuscleSeg")
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(str(len(content)).encode() + _END + content)
    return f"{_ROOT}.{uuid.UUID(bytes=digest.digest()[:16], version=5).int}"
