"""Search for networks: those shipped with MuscleSeg, the user's folder, and any folder by its path."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from MuscleSegLib.anatomy import region_word
from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.monai_bundle import read_monai_bundle
from MuscleSegLib.bundle.nnunet_results import find_fold, read_nnunet
from MuscleSegLib.bundle.section import METADATA, SECTION, read_content, read_metadata
from MuscleSegLib.bundle.weights import WEIGHTS
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.resources import resource_folder
from MuscleSegLib.translatable import _
from MuscleSegLib.user_folders import user_data_folder

_Stamp = tuple[int, int] | None

DEFAULT_ARCHITECTURES = {"thigh": "paired-unet", "calf": "paired-unet"}
"""Architecture of each region's default network."""

FAST_ARCHITECTURE = "unet2d-small"
"""Architecture of each region's fast network, by which thresholds for the field of view were measured."""

VARIABLE = "MUSCLESEG_NETWORKS"
"""Environment variable of another folder than the platform's for the user's networks."""


@dataclass(frozen=True)
class Unusable:
    """Folder of a network that cannot be used, and the reason."""

    folder: Path
    reason: str


@dataclass(frozen=True)
class Available:
    """Available networks: the shipped ones first, then the user's by the name of the folder."""

    bundles: tuple[Bundle, ...]
    unusable: tuple[Unusable, ...]


def user_folder() -> Path:
    """Return the folder of the user's networks, which need not exist: a folder in it is a network.

    It is ``MuscleSeg/Networks`` in the platform's folder for a user's data, or the folder ``MUSCLESEG_NETWORKS``.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return user_data_folder() / "Networks"


def read_bundle(folder: Path, region: str | None = None) -> Bundle:
    """Read a network's folder of any origin; its weights are not loaded, and no code in it is run.

    Args:
        folder: Bundle of MuscleSeg, result folder of nnU-Net v2, or MONAI bundle.
        region: Requested region of a network from elsewhere that may segment several.

    Raises:
        MuscleSegError: The folder is none of these, or cannot be used.
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
        message = _("The network bundle {folder} cannot be used: {weights} is missing; copy the bundle again.")
        raise MuscleSegError(message, folder=folder, weights=WEIGHTS.as_posix())
    return bundle


def shipped_bundles() -> tuple[Bundle, ...]:
    """Return the usable bundles shipped with MuscleSeg: the defaults first, the fast ones next, then by name."""
    return _shipped().bundles


def available_bundles() -> Available:
    """Return all networks by name: those shipped with MuscleSeg, and the user's.

    A name belongs to the first network that has it: a user's network with the name of another is unusable, so that no
    result silently comes from another network than its name says.
    """
    shipped = _shipped()
    folders = sorted(path for path in user_folder().glob("[!.]*") if path.is_dir())
    return _readable(folders, before=shipped)


def find_bundle(region: str, network: str | None = None) -> Bundle:
    """Find the network for a region.

    Args:
        region: "thigh" or "calf".
        network: Name of a network or of its architecture, or folder of a network; the default network where None.

    Raises:
        MuscleSegError: The network is missing, segments another region, or cannot be used.
    """
    wanted = network or DEFAULT_ARCHITECTURES.get(region, "")
    shipped = _shipped()
    # First of all: another network of the same architecture must not stand in for a requested one.
    _raise_if_unusable((wanted, f"{region}-{wanted}"), shipped)
    bundle = _named(wanted, region, shipped.bundles)
    if bundle:
        return bundle
    if network and Path(network).is_dir():
        bundle = read_bundle(Path(network), region)
        if bundle.metadata.region != region:
            message = _("The network {network} segments the {other}, not the {region}.")
            raise MuscleSegError(
                message, network=network, other=region_word(bundle.metadata.region), region=region_word(region)
            )
        return bundle
    available = available_bundles()
    bundle = _named(wanted, region, available.bundles)
    if bundle:
        return bundle
    _raise_if_unusable((wanted,), available)
    names = ", ".join(f"{bundle.metadata.name} ({bundle.metadata.region})" for bundle in available.bundles) or "none"
    message = _(
        "There is no network {wanted} for the {region}; there are: {names}. A network's folder can be given too."
    )
    raise MuscleSegError(message, wanted=repr(wanted), region=region_word(region), names=names)


def fast_bundle(region: str) -> Bundle:
    """Return the shipped fast network of a region, "thigh" or "calf", which looks at the field of view for all others.

    Raises:
        MuscleSegError: It is missing or cannot be used.
    """
    return find_bundle(region, f"{region}-{FAST_ARCHITECTURE}")


def _shipped() -> Available:
    folders = sorted(path.parent.parent for path in resource_folder().glob("Networks/*/configs/metadata.json"))
    return _read_shipped(tuple((folder, _stamp(folder / METADATA), _stamp(folder / WEIGHTS)) for folder in folders))


@lru_cache(maxsize=1)
def _read_shipped(stamped: tuple[tuple[Path, _Stamp, _Stamp], ...]) -> Available:
    """Read the shipped networks: once, as long as no file of theirs changes, since every job asks for them."""
    shipped = _readable([entry[0] for entry in stamped], before=Available((), ()))
    return Available(tuple(sorted(shipped.bundles, key=_rank)), shipped.unusable)


def _rank(bundle: Bundle) -> tuple[bool, bool, bool]:
    about = bundle.metadata
    return (
        about.is_fine,
        about.architecture != DEFAULT_ARCHITECTURES[about.region],
        about.architecture != FAST_ARCHITECTURE,
    )


def _stamp(path: Path) -> _Stamp:
    """Return size and time of change of a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _readable(folders: Sequence[Path], *, before: Available) -> Available:
    """Return networks together with those of ``folders``; a damaged one does not affect the others."""
    bundles, unusable = list(before.bundles), list(before.unusable)
    for folder in folders:
        try:
            bundle = read_bundle(folder)
            _require_new_name(bundle, bundles)
        except MuscleSegError as error:
            unusable.append(Unusable(folder, error.message))
        else:
            bundles.append(bundle)
    return Available(tuple(bundles), tuple(unusable))


def _raise_if_unusable(names: Sequence[str], available: Available) -> None:
    for network in available.unusable:
        if network.folder.name in names:
            raise MuscleSegError(network.reason)


def _named(wanted: str, region: str, bundles: Sequence[Bundle]) -> Bundle | None:
    for bundle in bundles:
        about = bundle.metadata
        # a network for fine muscles rests on the default, and is never taken for it: by its name alone
        names = {about.name} if about.is_fine else {about.name, about.architecture}
        if wanted in names and about.region == region:
            return bundle
    return None


def _require_new_name(bundle: Bundle, others: Sequence[Bundle]) -> None:
    for other in others:
        if other.metadata.name == bundle.metadata.name:
            message = _(
                "The network in {folder} is called {name} like the one in {other}: give it another name, or "
                "give its folder with --network."
            )
            raise MuscleSegError(message, folder=bundle.folder, name=repr(bundle.metadata.name), other=other.folder)
