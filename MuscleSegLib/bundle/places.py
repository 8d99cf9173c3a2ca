"""Where networks are looked for: those that come with MuscleSeg, the user's own folder, and any folder by its path."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.monai_bundle import read_monai_bundle
from MuscleSegLib.bundle.nnunet import find_fold, read_nnunet
from MuscleSegLib.bundle.section import METADATA, SECTION, read_content, read_metadata
from MuscleSegLib.bundle.weights import WEIGHTS
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.resources import resource_folder
from MuscleSegLib.user_folders import user_data_folder

DEFAULT_ARCHITECTURE = "unet2d-small"
VARIABLE = "MUSCLESEG_NETWORKS"
"""The environment variable that names another folder than the platform's for the user's networks."""


@dataclass(frozen=True)
class Unusable:
    """A network's folder that cannot be used, and why."""

    folder: Path
    reason: str


@dataclass(frozen=True)
class Available:
    """The networks that there are: those that come with MuscleSeg first, then the user's by the name of the folder."""

    bundles: tuple[Bundle, ...]
    unusable: tuple[Unusable, ...]


def user_folder() -> Path:
    """Return the folder of the user's own networks, which need not exist: a folder in it is a network.

    It is ``MuscleSeg/Networks`` where the platform keeps a user's data, or what ``MUSCLESEG_NETWORKS`` names.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return user_data_folder() / "Networks"


def read_bundle(folder: Path, region: str | None = None) -> Bundle:
    """Read a network's folder, whoever made it; its weights are not loaded, and nothing in it is run.

    Args:
        folder: A bundle of MuscleSeg, an nnU-Net v2 result folder, or a MONAI bundle.
        region: Which muscles are wanted of a network from elsewhere that may have those of several regions.

    Raises:
        MuscleSegError: It is none of these, or cannot be used.

    """
    if not (folder / METADATA).is_file():
        fold = find_fold(folder)
        if fold:
            return read_nnunet(fold, region)
    content = read_content(folder)
    if SECTION not in content:
        return read_monai_bundle(folder, content, region)
    bundle = Bundle(folder, read_metadata(folder))
    if not bundle.weights.is_file():
        message = f"The network bundle {folder} cannot be used: {WEIGHTS.as_posix()} is missing; copy the bundle again."
        raise MuscleSegError(message)
    return bundle


def shipped_bundles() -> tuple[Bundle, ...]:
    """Return the bundles that come with MuscleSeg and can be used: the defaults first, then by name."""
    return _shipped().bundles


def available_bundles() -> Available:
    """Return every network that has a name: those that come with MuscleSeg, and the user's own.

    A name belongs to whoever had it first: one of the user's that is called like another network is unusable, so that
    no result silently comes from another network than its name says.
    """
    shipped = _shipped()
    folders = sorted(path for path in user_folder().glob("[!.]*") if path.is_dir())
    return _readable(folders, before=shipped)


def find_bundle(region: str, network: str | None = None) -> Bundle:
    """Find the network for a region.

    Args:
        region: "thigh" or "calf".
        network: The name of a network or of its architecture, or a network's folder; the default network where None.

    Raises:
        MuscleSegError: There is none, it is for another region, or it cannot be used.

    """
    wanted = network or DEFAULT_ARCHITECTURE
    shipped = _shipped()
    # Before others are looked at: another network of the same architecture is not what was asked for.
    _raise_if_unusable((wanted, f"{region}-{wanted}"), shipped)
    bundle = _named(wanted, region, shipped.bundles)
    if bundle:
        return bundle
    if network and Path(network).is_dir():
        bundle = read_bundle(Path(network), region)
        if bundle.metadata.region != region:
            message = f"The network {network} segments the {bundle.metadata.region}, not the {region}."
            raise MuscleSegError(message)
        return bundle
    available = available_bundles()
    bundle = _named(wanted, region, available.bundles)
    if bundle:
        return bundle
    _raise_if_unusable((wanted,), available)
    names = ", ".join(f"{bundle.metadata.name} ({bundle.metadata.region})" for bundle in available.bundles) or "none"
    message = (
        f"There is no network {wanted!r} for the {region}; there are: {names}. A network's folder can be given too."
    )
    raise MuscleSegError(message)


def _shipped() -> Available:
    folders = sorted(path.parent.parent for path in resource_folder().glob("Networks/*/configs/metadata.json"))
    shipped = _readable(folders, before=Available((), ()))
    defaults_first = sorted(shipped.bundles, key=lambda bundle: bundle.metadata.architecture != DEFAULT_ARCHITECTURE)
    return Available(tuple(defaults_first), shipped.unusable)


def _readable(folders: Sequence[Path], *, before: Available) -> Available:
    """Return networks together with those of ``folders``: one that is damaged breaks no other."""
    bundles, unusable = list(before.bundles), list(before.unusable)
    for folder in folders:
        try:
            bundle = read_bundle(folder)
            _require_new_name(bundle, bundles)
        except MuscleSegError as error:
            unusable.append(Unusable(folder, str(error)))
        else:
            bundles.append(bundle)
    return Available(tuple(bundles), tuple(unusable))


def _raise_if_unusable(names: Sequence[str], available: Available) -> None:
    for network in available.unusable:
        if network.folder.name in names:
            raise MuscleSegError(network.reason)


def _named(wanted: str, region: str, bundles: Sequence[Bundle]) -> Bundle | None:
    for bundle in bundles:
        if wanted in (bundle.metadata.name, bundle.metadata.architecture) and bundle.metadata.region == region:
            return bundle
    return None


def _require_new_name(bundle: Bundle, others: Sequence[Bundle]) -> None:
    for other in others:
        if other.metadata.name == bundle.metadata.name:
            message = (
                f"The network in {bundle.folder} is called {bundle.metadata.name!r} like the one in {other.folder}: "
                "give it another name, or give its folder with --network."
            )
            raise MuscleSegError(message)
