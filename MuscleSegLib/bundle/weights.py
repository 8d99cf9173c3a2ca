"""File of weights: a plain state dict, written reproducibly and read without running code."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.digests import sha256_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path("models") / "model.pt"


def write_weights(path: Path, state: Mapping[str, Tensor]) -> str:
    """Write a state dict with its floats in half precision; the same weights make the same bytes.

    Args:
        path: Path of the file.
        state: State dict of a network.

    Returns:
        SHA-256 of the file.
    """
    import torch

    # Copies, since a tensor that is a part of a larger one would bring all of it.
    half = {
        name: (value.half() if value.is_floating_point() else value).detach().cpu().clone().contiguous()
        for name, value in state.items()
    }
    # To memory first: a file would have its own name in it.
    memory = io.BytesIO()
    torch.save(half, memory)
    content = memory.getvalue()
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        MuscleSegError: The file is missing or cannot be read.
    """
    try:
        return sha256_of_file(path)
    except OSError as error:
        raise _unreadable(path) from error


def read_verified(path: Path, sha256: str) -> bytes:
    """Return the content of a file of weights with the expected SHA-256.

    Raises:
        MuscleSegError: The file is missing, cannot be read, or differs.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise altered(path)
    return content


def altered(path: Path) -> MuscleSegError:
    """Return the error of weights that differ from those that their bundle names."""
    message = _("The weights {path} are not those of this bundle (SHA-256 differs): copy the bundle again.")
    return MuscleSegError(message, path=path)


def unpickled(content: bytes, path: Path, *, allowed: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - any content
    """Read tensors and plain values from a file of torch's, and no code.

    Args:
        content: Content of the file.
        path: Path of the file, for the message.
        allowed: Further classes that it may hold, for ``torch.serialization.safe_globals``.

    Raises:
        MuscleSegError: The file holds anything else, or is no file of torch's.
    """
    import torch

    try:
        _require_stored(content)
        with torch.serialization.safe_globals(list(allowed)):
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for foreign files
        message = _(
            "The weights {path} are refused: the file is damaged, or holds more than tensors and could run code; ask "
            "its maker for a plain state dict."
        )
        raise MuscleSegError(message, path=path) from error


def _require_stored(content: bytes) -> None:
    """Check that a ZIP archive, which torch's files are, is whole and no larger than its size: nothing is compressed.

    Raises:
        ValueError: It would unpack to more, promises more than it holds, or a part does not fit its CRC-32, which torch
            writes and does not look at: numbers of a network would be others.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # torch's format of before 1.6, or none of its files
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > len(content):
            message = f"{len(content)} bytes that unpack to {unpacked}"
            raise ValueError(message)
        broken = archive.testzip()
    if broken:
        message = f"{broken} is not as it was written"
        raise ValueError(message)


def fill(network: nn.Module, state: object, path: Path) -> nn.Module:
    """Load exactly a network's weights into it, and set it to evaluation mode.

    Args:
        network: Network with any weights.
        state: State dict; numbers are cast to the network's precision.
        path: Path of the file, for the message.

    Raises:
        MuscleSegError: The weights are of another network.
    """
    try:
        expected = network.state_dict()
        # Shapes first: a view may claim any number of weights, and takes their memory once it is cast.
        shapes = {name: value.shape for name, value in state.items()}  # type: ignore[attr-defined]
        if shapes != {name: value.shape for name, value in expected.items()}:
            message = "other names or shapes"
            raise ValueError(message)
        cast = {name: value.to(dtype=expected[name].dtype) for name, value in state.items()}  # type: ignore[attr-defined]
        network.load_state_dict(cast)
    except Exception as error:  # the file may hold anything
        message = _("The weights {path} do not fit the network that the bundle describes: copy the bundle again.")
        raise MuscleSegError(message, path=path) from error
    return network.eval()


def _unreadable(path: Path) -> MuscleSegError:
    message = _("The network has no weights: {path} is missing or unreadable; copy the bundle again.")
    return MuscleSegError(message, path=path)
