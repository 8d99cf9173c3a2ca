"""A trained network on disk: found, verified, loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.bundle.metadata import Metadata, read_metadata
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import build
from MuscleSegLib.resources import resource_folder

if TYPE_CHECKING:
    from torch import nn

DEFAULT_ARCHITECTURE = "unet2d-small"


@dataclass(frozen=True)
class Bundle:
    """A folder with a trained network, laid out as a MONAI bundle: ``configs``, ``models``, ``docs``."""

    folder: Path
    metadata: Metadata

    @property
    def weights(self) -> Path:
        """The file of the weights."""
        return self.folder / "models" / "model.safetensors"

    def load(self) -> nn.Module:
        """Build the network and give it its weights, ready to infer.

        The weights are safetensors: numbers and nothing that could run.

        Raises:
            MuscleSegError: The weights are missing, not those that the metadata names, or of another network.

        """
        from safetensors.torch import load as load_safetensors

        try:
            content = self.weights.read_bytes()
        except OSError as error:
            message = f"The network {self.metadata.name!r} has no weights: {self.weights} is missing or unreadable."
            raise MuscleSegError(message) from error
        if hashlib.sha256(content).hexdigest() != self.metadata.sha256:
            message = (
                f"The weights {self.weights} are not the ones of this bundle (SHA-256 differs): copy the bundle again."
            )
            raise MuscleSegError(message)
        network = build(self.metadata.architecture, **self.metadata.arguments)
        try:
            weights = {
                name: value.to(dtype=network.state_dict()[name].dtype)
                for name, value in load_safetensors(content).items()
            }
            network.load_state_dict(weights)
        except Exception as error:  # safetensors and torch raise several kinds for a file that does not fit
            message = f"The weights {self.weights} do not fit the network {self.metadata.architecture!r}."
            raise MuscleSegError(message) from error
        return network.eval()


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle; its weights are not loaded.

    Raises:
        MuscleSegError: The folder is no bundle.

    """
    return Bundle(folder, read_metadata(folder))


def shipped_bundles() -> tuple[Bundle, ...]:
    """Return the bundles that come with MuscleSeg, by name."""
    folders = sorted(path.parent.parent for path in resource_folder().glob("Networks/*/configs/metadata.json"))
    return tuple(read_bundle(folder) for folder in folders)


def find_bundle(region: str, network: str | None = None) -> Bundle:
    """Find the bundle for a region.

    Args:
        region: "thigh" or "calf".
        network: The name of a shipped bundle or of its architecture, or the folder of another one; the default network
            where None.

    Raises:
        MuscleSegError: There is none, or it is for another region.

    """
    if network and (Path(network) / "configs").is_dir():
        bundle = read_bundle(Path(network))
        if bundle.metadata.region != region:
            message = f"The network {network} segments the {bundle.metadata.region}, not the {region}."
            raise MuscleSegError(message)
        return bundle
    wanted = network or DEFAULT_ARCHITECTURE
    shipped = shipped_bundles()
    for bundle in shipped:
        if wanted in (bundle.metadata.name, bundle.metadata.architecture) and bundle.metadata.region == region:
            return bundle
    names = ", ".join(f"{bundle.metadata.name} ({bundle.metadata.region})" for bundle in shipped) or "none"
    message = (
        f"There is no network {wanted!r} for the {region}; there are: {names}. A bundle's folder can be given too."
    )
    raise MuscleSegError(message)
