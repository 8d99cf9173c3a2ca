"""Settings of a run over a cohort, and the digest of all that its results depend on beside the scans."""

from dataclasses import dataclass
from typing import Any

from MuscleSegLib import __version__
from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.digests import digest_of, digest_of_code
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import AUTO, Device, Legs

_CODE = ("anatomy", "biomarkers", "bundle", "inference", "legs", "maps", "networks", "volume", "cohort/measuring.py")
"""Rooms whose code the numbers depend on, and the module that writes them."""


@dataclass(frozen=True)
class Settings:
    """Settings of a run.

    Attributes:
        region: "thigh", "calf" or ``AUTO``.
        network: Name or folder of a network of that region; the default network where None.
        device: "auto" takes a GPU where there is one.
        legs: Number of legs in the field of view, or "auto".
    """

    region: str = AUTO
    network: str | None = None
    device: Device = "auto"
    legs: Legs = "auto"

    @property
    def networks(self) -> tuple[Bundle, ...]:
        """Networks that segment: that of the region, the default and what splits its muscles, or those of all.

        Raises:
            MuscleSegError: A network is missing, or is given without its region.
        """
        if self.region != AUTO:
            chosen = find_bundle(self.region, self.network)
            return (find_bundle(self.region), chosen) if chosen.metadata.is_fine else (chosen,)
        if self.network:
            message = "A network belongs to one region: give --region thigh or calf with --network, or leave it out."
            raise MuscleSegError(message)
        return tuple(find_bundle(region.name) for region in REGIONS)

    @property
    def digest(self) -> str:
        """Digest of the options, the networks and the code: results with another one are made again.

        The device is no part of it: it changes numbers less than another computer does.
        """
        networks = [[bundle.metadata.name, bundle.metadata.version, bundle.metadata.sha256] for bundle in self.networks]
        return digest_of([self.region, str(self.legs), networks, __version__, digest_of_code(*_CODE)])

    def network_of(self, region: str) -> list[dict[str, Any]]:
        """Return name, version and SHA-256 of the networks of a region, or of both for the lower limb."""
        about = [bundle.metadata for bundle in self.networks]
        chosen = [network for network in about if network.region == region] or about
        return [
            {"Name": network.name, "Version": network.version, "SHA256": network.sha256, "Region": network.region}
            for network in chosen
        ]
