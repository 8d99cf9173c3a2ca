"""Whether a file holds all the voxels that it promises."""

import zlib
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError

_METAIMAGE_HEADER_BYTES = 1 << 16


def damaged(path: Path, why: str) -> MuscleSegError:
    """Return the error that says that a file is not whole."""
    return MuscleSegError(f"{path} is damaged or incomplete ({why}): copy or export it again.")


def check_metaimage(path: Path) -> None:
    """Check that the compressed voxels inside an .mha file are what was written; ITK notices only if some are missing.

    Raises:
        MuscleSegError: They were changed, or ITK could not read them.

    """
    content = path.read_bytes()
    header, mark, voxels = content.partition(b"ElementDataFile = LOCAL")
    if not mark or len(header) > _METAIMAGE_HEADER_BYTES or b"CompressedData = True" not in header:
        return
    if b"CompressedDataSize" not in header:  # ITK would make up voxels
        raise damaged(path, "it does not say how long its compressed voxels are")
    try:
        zlib.decompressobj().decompress(voxels.partition(b"\n")[2])
    except zlib.error as error:
        raise damaged(path, "its compressed voxels cannot be read") from error
