"""Short names for content: what a cached file was made from."""

from MuscleSegLib.digests import digest_of_code

_LEG_CODE = ("anatomy", "phantom", "volume", "training/legs")


def leg_code_digest() -> str:
    """Return a digest of the code that makes legs: an edit there makes new ones."""
    return digest_of_code(*_LEG_CODE)


def volume_code_digest() -> str:
    """Return a digest of the code that makes legs, and volumes out of them."""
    return digest_of_code(*_LEG_CODE, "training/synthesis")
