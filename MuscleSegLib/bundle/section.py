"""Section ``muscleseg`` of a bundle's ``configs/metadata.json``, checked before a network is built."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from MuscleSegLib.anatomy import Side, labels_of, region, region_word, side_value
from MuscleSegLib.bundle.adaptation import adaptation_of
from MuscleSegLib.bundle.checked import check_leg_input, check_volume_input, json_object, reason, shortened, three, two
from MuscleSegLib.bundle.input import LegInput, VolumeInput
from MuscleSegLib.bundle.metadata import AccuracyFigure, Calibration, Metadata
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.json_values import integer, items, number, positive, require, text
from MuscleSegLib.networks import ARCHITECTURES
from MuscleSegLib.networks.limits import check_arguments
from MuscleSegLib.translatable import _, filled

SECTION = "muscleseg"
METADATA = Path("configs") / "metadata.json"

_FORMER_LICENSE = "licence"
"""Spelling in bundles of earlier versions."""


def read_content(folder: Path) -> dict[str, Any]:
    """Read the content of a bundle's metadata file.

    Raises:
        MuscleSegError: The file is missing or is not a JSON object.
    """
    path = folder / METADATA
    try:
        return json_object(path)
    except FileNotFoundError as error:
        message = _("{folder} is not a network bundle: it has neither {metadata} nor an nnU-Net's plans.json.")
        raise MuscleSegError(message, folder=folder, metadata=METADATA.as_posix()) from error
    except (OSError, ValueError) as error:
        raise _damaged(folder, reason(error)) from error


def read_metadata(folder: Path) -> Metadata:
    """Read and check the metadata of a bundle of MuscleSeg.

    Raises:
        MuscleSegError: The file is missing or damaged, or contradicts itself.
    """
    content = read_content(folder)
    try:
        metadata = _metadata(content)
    except KeyError as error:
        raise _damaged(folder, _("{name} is missing"), name=error) from error
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _damaged(folder, reason(error)) from error
    problem = _contradiction(metadata)
    if problem:
        message = _("The network bundle {folder} cannot be used: {problem}.")
        raise MuscleSegError(message, folder=folder, problem=problem)
    return metadata


def write_confidence(folder: Path, calibration: Calibration) -> None:
    """Write the calibration of confidence into a bundle's metadata, whose other entries stay unchanged.

    Raises:
        MuscleSegError: The folder is no bundle of MuscleSeg, or cannot be written to.
    """
    read_metadata(folder)
    content = read_content(folder)
    content[SECTION]["confidence"] = asdict(calibration)
    with written_whole(folder / METADATA) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")


def _damaged(folder: Path, why: str, /, **values: object) -> MuscleSegError:
    message = _("The network bundle {folder} cannot be used: {metadata} is damaged ({why}).")
    return MuscleSegError(message, folder=folder, metadata=METADATA.as_posix(), why=filled(why, values))


def _metadata(content: Mapping[str, Any]) -> Metadata:
    section = content[SECTION]
    spec = dict(section["input"])
    arguments = section["arguments"]
    minutes = section.get("training_minutes")  # missing in earlier bundles
    require(isinstance(arguments, dict), _("arguments is no JSON object"))
    return Metadata(
        name=_title(content["name"], "name"),
        version=_title(content["version"], "version"),
        region=text(section["region"], "region"),
        architecture=text(section["architecture"], "architecture"),
        arguments=arguments,
        parameters=integer(section["parameters"], "parameters"),
        input=_leg_input(spec) if "pixel_mm" in spec else _volume_input(spec),
        labels=items(section["labels"], "labels", integer),
        notes=items(section["notes"], "notes", text),
        training_data=text(section["training_data"], "training_data"),
        license=text(section[_FORMER_LICENSE if _FORMER_LICENSE in section else "license"], "license"),
        accuracy=text(section["accuracy"], "accuracy"),
        sha256=text(section["sha256"], "sha256"),
        measurements=tuple(_accuracy_figure(entry) for entry in section["measurements"]),
        training_minutes=None if minutes is None else positive(minutes, "training_minutes"),
        training_hardware=text(section.get("training_hardware", ""), "training_hardware"),
        confidence=_calibration(section["confidence"]) if "confidence" in section else None,
        title=_title(section["title"], "title") if "title" in section else _title_of(section["architecture"]),
        adaptation=adaptation_of(section["adaptation"]) if "adaptation" in section else None,
    )


def _title_of(architecture: str) -> str:
    """Return an architecture's title; empty where there is no such architecture."""
    return ARCHITECTURES[architecture].title if architecture in ARCHITECTURES else ""


def _title(value: object, name: str) -> str:
    """Return a text that can stand in a line, a table and a file's header."""
    title = text(value, name)
    require(
        bool(title.strip()) and title == shortened(title), _("{name} is empty, too long or not printable"), name=name
    )
    return title


def _leg_input(spec: dict[str, Any]) -> LegInput:
    slice_mm = spec.pop("slice_mm", None)
    has_place = spec.pop("has_place", False)
    require(isinstance(has_place, bool), _("has_place is neither true nor false"))
    checked = LegInput(
        pixel_mm=positive(spec.pop("pixel_mm"), "pixel_mm"),
        bright_quantile=positive(spec.pop("bright_quantile"), "bright_quantile"),
        context_mm=items(spec.pop("context_mm"), "context_mm", number),
        slice_mm=None if slice_mm is None else positive(slice_mm, "slice_mm"),
        has_place=has_place,
    )
    require(not spec, _("input has unknown entries: {spec}"), spec=", ".join(spec))
    check_leg_input(checked)
    return checked


def _volume_input(spec: dict[str, Any]) -> VolumeInput:
    spacing = spec.pop("spacing_mm")
    checked = VolumeInput(
        axes=text(spec.pop("axes"), "axes"),
        spacing_mm=None if spacing is None else three(items(spacing, "spacing_mm", positive), "spacing_mm"),
        window=three(items(spec.pop("window"), "window", integer), "window"),
        overlap=number(spec.pop("overlap"), "overlap"),
        normalization=spec.pop("normalization"),
        percentiles=two(items(spec.pop("percentiles", (0.0, 100.0)), "percentiles", number), "percentiles"),
    )
    require(not spec, _("input has unknown entries: {spec}"), spec=", ".join(spec))
    check_volume_input(checked)
    return checked


def _contradiction(metadata: Metadata) -> str:
    """Return the first contradiction in a bundle's metadata, or an empty text."""
    if metadata.architecture not in ARCHITECTURES:
        names = ", ".join(sorted(ARCHITECTURES))
        return _("there is no network architecture {architecture} here, only {names}").format(
            architecture=repr(metadata.architecture), names=names
        )
    try:
        check_arguments(metadata.arguments)
    except ValueError as error:
        return reason(error)
    values = {muscle.code for muscle in region(metadata.region).muscles}
    if isinstance(metadata.input, VolumeInput):
        values |= {0, *(side_value(code, Side.LEFT) for code in values)}
    if metadata.is_fine:
        values = {label.value for label in labels_of(metadata.label_set, two_legs=False)}
    foreign = sorted(set(metadata.labels) - values)
    if foreign:
        return _("the {region} has no label {foreign}").format(region=region_word(metadata.region), foreign=foreign[0])
    if isinstance(metadata.input, LegInput) and len(set(metadata.labels)) < len(metadata.labels):
        return _("a label is given twice")
    if metadata.is_fine and set(metadata.labels) != values:
        return _("it tells a part of the fine muscles apart, and not all")
    if not any(metadata.labels):
        return _("it has no labels")
    if metadata.confidence and metadata.is_fine:
        return _("there is no confidence of fine muscles")
    if metadata.confidence and isinstance(metadata.input, VolumeInput):
        return _("only of a network that is shown single legs can there be a confidence")
    for argument, channels in (("out_channels", len(metadata.labels) + 1), ("in_channels", metadata.input.channels)):
        stated = metadata.arguments.get(argument)
        if type(stated) is not int or stated != channels:
            return _("its labels and input ask for {argument} = {wanted}, and its arguments say {given}").format(
                argument=argument, wanted=channels, given=repr(stated)
            )
    return ""


def _accuracy_figure(entry: Mapping[str, Any]) -> AccuracyFigure:
    return AccuracyFigure(
        data=text(entry["data"], "data of a measurement"),
        metric=text(entry["metric"], "metric of a measurement"),
        value=number(entry["value"], "value of a measurement"),
        note=text(entry.get("note", ""), "note of a measurement"),
        is_left_out=_is_left_out(entry.get("is_left_out", False)),
    )


def _is_left_out(value: object) -> bool:
    require(isinstance(value, bool), _("is_left_out of a measurement is neither true nor false"))
    return value is True


def _calibration(entry: Mapping[str, Any]) -> Calibration:
    curve = Calibration(
        soft_dice=items(entry["soft_dice"], "soft_dice of the confidence", number),
        dsc=items(entry["dsc"], "dsc of the confidence", number),
    )
    require(len(curve.soft_dice) == len(curve.dsc) > 0, _("soft_dice and dsc of the confidence differ in length"))
    require(list(curve.soft_dice) == sorted(set(curve.soft_dice)), _("soft_dice of the confidence does not ascend"))
    require(list(curve.dsc) == sorted(curve.dsc), _("dsc of the confidence falls"))
    require(curve.dsc[0] >= 0 and curve.dsc[-1] <= 1, _("dsc of the confidence is not from 0 to 1"))
    return curve
