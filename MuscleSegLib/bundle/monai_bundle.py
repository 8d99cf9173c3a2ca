"""MONAI bundles from elsewhere, described by their metadata and ``configs/inference.json``, which is not run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.checked import MOST_LABELS, UNREADABLE, json_object, reason, shortened, stated
from MuscleSegLib.bundle.literals import called, component, literal
from MuscleSegLib.bundle.matching import match_labels
from MuscleSegLib.bundle.metadata import Metadata
from MuscleSegLib.bundle.monai_transforms import volume_input
from MuscleSegLib.bundle.weights import WEIGHTS, sha256_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.json_values import require, text
from MuscleSegLib.networks.foreign import MONAI_NETWORKS, build_monai
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import nn

INFERENCE = Path("configs") / "inference.json"

_MOST_ARGUMENTS = 100  # MONAI's networks have some twenty


@dataclass(frozen=True)
class MonaiBundle(Bundle):
    """Bundle of a network of MONAI's."""

    def constructed(self) -> nn.Module:
        """Call the constructor of MONAI's network."""
        return build_monai(self.metadata.architecture, self.metadata.arguments)


def read_monai_bundle(folder: Path, content: Mapping[str, Any], region: str | None) -> MonaiBundle:
    """Read a MONAI bundle without a ``muscleseg`` section.

    Args:
        folder: Folder of the bundle.
        content: Content of its metadata.
        region: Requested region, or None for that of its labels.

    Raises:
        MuscleSegError: The bundle has anything that MuscleSeg does not understand or does not run.
    """
    config = _configuration(folder)
    try:
        names, shape = _labels_and_shape(content)
        architecture, arguments = _network(config)
        spec = volume_input(config, shape)
        require(arguments.get("out_channels") == len(names) + 1, _("its network's out_channels are not its labels + 1"))
        require(arguments.get("in_channels") == 1, _("its network has not exactly one in_channel"))
    except UNREADABLE as error:
        why = _("its metadata lacks {name}").format(name=error) if isinstance(error, KeyError) else reason(error)
        message = _("The MONAI bundle {folder} cannot be used: {why}.")
        raise MuscleSegError(message, folder=folder, why=shortened(why)) from error
    matched = match_labels(names, region, folder)
    metadata = Metadata(
        name=folder.resolve().name,
        version=stated(content.get("version"), "not stated"),
        region=matched.region,
        architecture=architecture,
        arguments=arguments,
        parameters=0,
        input=spec,
        labels=matched.labels,
        notes=matched.notes,
        training_data=stated(content.get("data_source"), _("not stated")),
        license="not stated",
        accuracy=_("not measured with MuscleSeg"),
        sha256=sha256_of(folder / WEIGHTS),
    )
    return MonaiBundle(folder, metadata).counted()


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        return json_object(folder / INFERENCE)
    except (OSError, ValueError) as error:
        message = _("The MONAI bundle {folder} cannot be used: {inference} is missing or is no JSON object.")
        raise MuscleSegError(message, folder=folder, inference=INFERENCE.as_posix()) from error


def _labels_and_shape(content: Mapping[str, Any]) -> tuple[list[str], object]:
    """Return the names of channels 1 and up of the output, and the input's shape."""
    tensors = content["network_data_format"]
    image, prediction = tensors["inputs"]["image"], tensors["outputs"]["pred"]
    require(image["num_channels"] == 1, _("its network wants more than one image at a time"))
    channels = prediction["channel_def"]
    require(len(channels) <= MOST_LABELS + 1, _("it has more than {most_labels} labels"), most_labels=MOST_LABELS)
    names = [text(channels[str(channel)], f"the name of channel {channel}") for channel in range(len(channels))]
    require(
        "background" in names[0].lower(), _("its channel 0 is {names} and not the background"), names=repr(names[0])
    )
    return names[1:], image["spatial_shape"]


def _network(config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the network's class and its arguments, all of them literals."""
    require("network_def" in config, _("configs/inference.json has no network_def"))
    name, arguments = called(component(config["network_def"], config), ("monai.networks.nets",))
    require(
        len(arguments) <= _MOST_ARGUMENTS,
        _("its network has more than {most_arguments} arguments"),
        most_arguments=_MOST_ARGUMENTS,
    )
    require(
        name in MONAI_NETWORKS,
        _("its network {name} is not among {monai_networks}"),
        name=repr(name),
        monai_networks=", ".join(MONAI_NETWORKS),
    )
    return name, {key: literal(value, config) for key, value in arguments.items()}
