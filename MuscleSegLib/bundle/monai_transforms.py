"""Conversion of MONAI's preprocessing and inferer, by their names and numbers, to a ``VolumeInput``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.bundle.checked import check_volume_input, three
from MuscleSegLib.bundle.input import Normalization, VolumeInput
from MuscleSegLib.bundle.literals import called, component, literal
from MuscleSegLib.json_values import integer, items, number, positive, require, text
from MuscleSegLib.translatable import _

_TRANSFORMS = ("monai.transforms",)
_INFERERS = ("monai.inferers",)

# Arguments without effect on the network's input, which are ignored.
_IGNORED = frozenset({"keys", "allow_missing_keys", "channel_wise", "dtype", "device", "data_type", "track_meta"})
_WITHOUT_EFFECT = {
    "LoadImaged": {"image_only", "ensure_channel_first", "reader", "simple_keys"},
    "EnsureChannelFirstd": {"strict_check", "channel_dim"},
    "EnsureTyped": {"wrap_sequence"},
    "CastToTyped": set(),
}
_INFERER_IGNORED = frozenset(
    {"sw_batch_size", "mode", "sigma_scale", "padding_mode", "cval", "sw_device", "device", "progress"}
    | {"cache_roi_weight_map", "cpu_thresh", "buffer_steps", "buffer_dim", "with_coord"}
)
_DEFAULT_OVERLAP = 0.25  # MONAI's


@dataclass
class _Understood:
    axes: str = ""
    spacing_mm: tuple[float, float, float] | None = None
    normalization: Normalization | None = None
    percentiles: tuple[float, float] = (0.0, 100.0)

    def normalize(self, how: Normalization) -> None:
        require(self.normalization is None, _("it normalizes twice"))
        self.normalization = how


def volume_input(config: Mapping[str, Any], shape: object) -> VolumeInput:
    """Return the input of a bundle's network.

    Args:
        config: Content of ``configs/inference.json``.
        shape: Shape of the network's input in the metadata: the window of a network without a sliding window.

    Raises:
        ValueError: The configuration has anything that MuscleSeg does not understand; the message names it.
    """
    require("preprocessing" in config, _("configs/inference.json has no preprocessing"))
    name, arguments = called(component(config["preprocessing"], config), _TRANSFORMS)
    require(name == "Compose", _("its preprocessing is no Compose"))
    transforms = component(arguments.get("transforms"), config)
    if not isinstance(transforms, list):
        raise ValueError(_("its preprocessing is no list of transforms"))
    understood = _Understood()
    for transform in transforms:
        _understand(component(transform, config), config, understood)
    require(bool(understood.axes), _("its preprocessing has no Orientationd, so that its axes are unknown"))
    if understood.normalization is None:
        raise ValueError(_("its preprocessing normalizes intensities in no way that MuscleSeg knows"))
    window, overlap = _window(config, shape)
    spec = VolumeInput(
        understood.axes, understood.spacing_mm, window, overlap, understood.normalization, understood.percentiles
    )
    check_volume_input(spec)
    return spec


def _understand(transform: object, config: Mapping[str, Any], understood: _Understood) -> None:
    name, every = called(transform, _TRANSFORMS)
    arguments = {key: value for key, value in every.items() if key not in _IGNORED}
    if name in _WITHOUT_EFFECT:
        arguments = {key: value for key, value in arguments.items() if key not in _WITHOUT_EFFECT[name]}
    elif name in _READERS:
        _READERS[name](arguments, config, understood)
    else:
        raise ValueError(_("its preprocessing has {name}, which MuscleSeg does not do").format(name=name))
    require(
        not arguments,
        _("{name} in its preprocessing has {given}, which MuscleSeg does not do"),
        name=name,
        given=", ".join(arguments),
    )


def _orientation(arguments: dict[str, Any], config: Mapping[str, Any], understood: _Understood) -> None:
    # Spacingd's numbers belong to the axes as they are when it is called.
    require(understood.spacing_mm is None, _("its preprocessing turns the axes after Spacingd"))
    understood.axes = text(literal(arguments.pop("axcodes", None), config), "axcodes")


def _spacing(arguments: dict[str, Any], config: Mapping[str, Any], understood: _Understood) -> None:
    for key in ("mode", "padding_mode", "align_corners"):
        arguments.pop(key, None)
    understood.spacing_mm = three(items(literal(arguments.pop("pixdim", None), config), "pixdim", positive), "pixdim")


def _zscore(arguments: dict[str, Any], config: Mapping[str, Any], understood: _Understood) -> None:
    understood.normalize("zscore-nonzero" if literal(arguments.pop("nonzero", False), config) else "zscore")


def _minmax(arguments: dict[str, Any], config: Mapping[str, Any], understood: _Understood) -> None:
    _zero_to_one(arguments, config, "minv", "maxv")
    understood.normalize("minmax")


def _percentiles(arguments: dict[str, Any], config: Mapping[str, Any], understood: _Understood) -> None:
    _zero_to_one(arguments, config, "b_min", "b_max")
    require(literal(arguments.pop("clip", False), config) is True, _("ScaleIntensityRangePercentilesd does not clip"))
    require(
        literal(arguments.pop("relative", False), config) is False, _("ScaleIntensityRangePercentilesd is relative")
    )
    lower, upper = (number(literal(arguments.pop(key, None), config), key) for key in ("lower", "upper"))
    understood.percentiles = (lower, upper)
    understood.normalize("percentiles")


def _zero_to_one(arguments: dict[str, Any], config: Mapping[str, Any], lowest: str, highest: str) -> None:
    ends = [literal(arguments.pop(key, end), config) for key, end in ((lowest, 0), (highest, 1))]
    require(
        ends == [0, 1],
        _("its intensities run from {ends} to {ends_2} and not from 0 to 1"),
        ends=ends[0],
        ends_2=ends[1],
    )


_READERS: Mapping[str, Callable[[dict[str, Any], Mapping[str, Any], _Understood], None]] = {
    "Orientationd": _orientation,
    "Spacingd": _spacing,
    "NormalizeIntensityd": _zscore,
    "ScaleIntensityd": _minmax,
    "ScaleIntensityRangePercentilesd": _percentiles,
}


def _window(config: Mapping[str, Any], shape: object) -> tuple[tuple[int, int, int], float]:
    """Return the window of the inferer and its overlap."""
    require("inferer" in config, _("configs/inference.json has no inferer"))
    name, every = called(component(config["inferer"], config), _INFERERS)
    arguments = {key: value for key, value in every.items() if key not in _INFERER_IGNORED}
    if name == "SimpleInferer":
        size, overlap = shape, 0.0
    elif name == "SlidingWindowInferer":
        size = literal(arguments.pop("roi_size", None), config)
        overlap = number(literal(arguments.pop("overlap", _DEFAULT_OVERLAP), config), "overlap")
    else:
        raise ValueError(_("its inferer is {name}, which MuscleSeg does not have").format(name=name))
    require(not arguments, _("its inferer has {given}, which MuscleSeg does not do"), given=", ".join(arguments))
    return three(items(size, "the inferer's window", integer), "the inferer's window"), overlap
