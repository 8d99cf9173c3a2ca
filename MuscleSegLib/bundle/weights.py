"""The file of the weights: a plain state dict, written the same way every time, read without running anything."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path("models") / "model.pt"


def write_weights(path: Path, state: Mapping[str, Tensor]) -> str:
    """Write a state dict with its floats in half precision; the same weights make the same bytes.

    Args:
        path: Of the file.
        state: As ``state_dict()`` gives it.

    Returns:
        The SHA-256 of the file.

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
        MuscleSegError: It is missing or cannot be read.

    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path) from error


def read_verified(path: Path, sha256: str) -> bytes:
    """Return what a file of weights holds, if it is the one that is meant.

    Raises:
        MuscleSegError: It is missing, cannot be read, or is another one.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise altered(path)
    return content


def altered(path: Path) -> MuscleSegError:
    """Return the error of weights that are not those that their bundle names."""
    return MuscleSegError(
        f"The weights {path} are not the ones of this bundle (SHA-256 differs): copy the bundle again."
    )


def unpickled(content: bytes, path: Path, *, allowed: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - what the file holds
    """Read tensors and plain values out of a file of torch's, and nothing that could run.

    Args:
        content: Of the file.
        path: Where it came from, for the message.
        allowed: What else may be in it, as ``torch.serialization.safe_globals`` takes it.

    Raises:
        MuscleSegError: There is anything else in it, or it is none of torch's files.

    """
    import torch

    try:
        _require_stored(content)
        with torch.serialization.safe_globals(list(allowed)):
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for a file that is not its own
        message = (
            f"The weights {path} are refused: the file is damaged, or holds more than tensors and could run code; "
            "ask its maker for a plain state dict."
        )
        raise MuscleSegError(message) from error


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
    """Give a network its weights, every one of them and no other, and make it ready to infer.

    Args:
        network: As built, with any weights.
        state: A state dict; numbers are cast to the network's precision.
        path: Where it came from, for the message.

    Raises:
        MuscleSegError: They are of another network.

    """
    try:
        wanted = network.state_dict()
        # Shapes first: a view may claim any number of weights, and takes their memory once it is cast.
        shapes = {name: value.shape for name, value in state.items()}  # type: ignore[attr-defined]
        if shapes != {name: value.shape for name, value in wanted.items()}:
            message = "other names or shapes"
            raise ValueError(message)
        cast = {name: value.to(dtype=wanted[name].dtype) for name, value in state.items()}  # type: ignore[attr-defined]
        network.load_state_dict(cast)
    except Exception as error:  # anything may be in a stranger's file
        message = f"The weights {path} do not fit the network that the bundle describes: copy the bundle again."
        raise MuscleSegError(message) from error
    return network.eval()


def _unreadable(path: Path) -> MuscleSegError:
    return MuscleSegError(f"The network has no weights: {path} is missing or unreadable; copy the bundle again.")
