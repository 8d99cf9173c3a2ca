"""Trained network on disk: its description, verification and loading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from MuscleSegLib.bundle.checked import shortened
from MuscleSegLib.bundle.metadata import Metadata
from MuscleSegLib.bundle.weights import WEIGHTS, altered, fill, read_verified, sha256_of, unpickled
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import build
from MuscleSegLib.networks.limits import sketch
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Bundle:
    """Folder of a trained network, laid out as a MONAI bundle: ``configs``, ``models``, ``docs``.

    Networks from elsewhere are subclasses, with other constructors and files of weights.

    Attributes:
        folder: Folder of the bundle.
        metadata: Its description.
    """

    folder: Path
    metadata: Metadata

    @property
    def weights(self) -> Path:
        """File of the weights."""
        return self.folder / WEIGHTS

    def load(self) -> nn.Module:
        """Build the network with its weights, in evaluation mode.

        No code in the bundle is run: the weights are read with ``torch.load(..., weights_only=True)`` alone.

        Raises:
            MuscleSegError: The weights are missing, differ from those that the metadata names, hold more than weights,
                or are of another network.
        """
        content = read_verified(self.weights, self.metadata.sha256)
        state = self.unpacked(content)
        return fill(self.built(), state, self.weights)

    def unpacked(self, content: bytes) -> Any:  # noqa: ANN401 - any content; ``fill`` checks it
        """Return the state dict in the file's content."""
        return unpickled(content, self.weights)

    def built(self) -> nn.Module:
        """Return the network with random weights, in the memory that they take.

        Raises:
            MuscleSegError: As ``sketched`` does.
        """
        self.sketched()
        return self._made(self.constructed)

    def sketched(self) -> nn.Module:
        """Return the network without memory for its weights, on torch's device "meta".

        Raises:
            MuscleSegError: The architecture does not take these arguments, they ask for more layers or weights than
                ``networks.limits`` allows, or for another number of weights than the metadata says.
        """
        network = self._made(lambda: sketch(self.constructed, self.metadata.arguments))
        weights = sum(parameter.numel() for parameter in network.parameters())
        if self.metadata.parameters not in (0, weights):
            message = _(
                "The network bundle {folder} cannot be used: it says that it has {parameters} weights, and its "
                "arguments make {weights}."
            )
            raise MuscleSegError(
                message, folder=self.folder, parameters=f"{self.metadata.parameters:,}", weights=f"{weights:,}"
            )
        return network

    def counted(self) -> Self:
        """Return the bundle with its network's number of weights in the metadata, where no other tool writes it."""
        weights = sum(parameter.numel() for parameter in self.sketched().parameters())
        return replace(self, metadata=replace(self.metadata, parameters=weights))

    def require_intact(self) -> None:
        """Check that the file of the weights is the one that the metadata names, without loading it.

        Raises:
            MuscleSegError: The file is missing or differs.
        """
        if sha256_of(self.weights) != self.metadata.sha256:
            raise altered(self.weights)

    def _made(self, construct: Callable[[], nn.Module]) -> nn.Module:
        try:
            return construct()
        except MuscleSegError:
            raise
        except Exception as error:  # a constructor raises anything for impossible arguments
            message = _(
                "The network bundle {folder} cannot be used: the architecture {architecture} does not take its "
                "arguments ({error})."
            )
            raise MuscleSegError(
                message,
                folder=self.folder,
                architecture=repr(self.metadata.architecture),
                error=shortened(" ".join(str(error).split())),
            ) from error

    def constructed(self) -> nn.Module:
        """Call the architecture's constructor."""
        return build(self.metadata.architecture, **self.metadata.arguments)
