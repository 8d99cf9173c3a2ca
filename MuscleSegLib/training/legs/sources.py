"""Names of the sources of legs that are no folder: digital people, drawn or scanned."""

PHANTOM = "phantom"
"""Digital people's tissue maps, from which images are synthesized."""

SCANNED_PHANTOM = "scanned_phantom"
"""Digital people's T1-weighted scans, with noise, thick slices and gaps."""

SIZED_PHANTOM = "sized_phantom"
"""Scans of other digital people, not learned from, to calibrate the sizes of muscles with."""

FIRST_SIZED = 500
"""Seed of the first of these people; those to learn from begin at 0, those to test networks with at 1000."""
