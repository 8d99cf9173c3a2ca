"""Make quantitative maps from raw images: fat fraction (ff, percent), MTR (mtr, percent) or T2 (t2, ms).

Raw images are a folder of DICOM files, whose headers tell echo times and the rest; a JSON file as muscleseg phantom
writes beside raw images; or images with --echo-times. Where there is nothing but noise, a map has no value (NaN).
"""

import argparse
import inspect
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from MuscleSegLib.cli.numeric import positive
from MuscleSegLib.cli.paths import require_apart
from MuscleSegLib.cli.raw_images import EchoAcquisition, add_settings, read_acquisition, read_images, with_settings
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable
from MuscleSegLib.maps import (
    Excitation,
    fat_fraction,
    few_echo_fat_fraction,
    magnetization_transfer_ratio,
    t2,
    two_point_fat_fraction,
    water_and_fat,
    water_t2,
)
from MuscleSegLib.volume import Volume, gathered_remarks, require_image_format, write_volume

HELP = "make maps of fat fraction, MTR and T2 from raw images"
EXAMPLE = "muscleseg maps ff --acquisition dixon_dicom --output ff.nii.gz"

_FF_EXAMPLE = "muscleseg maps ff --real r1.nii.gz r2.nii.gz r3.nii.gz --imaginary i1.nii.gz i2.nii.gz i3.nii.gz \\\n"
_FF_EXAMPLE += "    --echo-times 2.3 4.6 6.9 --field-strength 1.5 --output ff.nii.gz"

Made = dict[str, Volume | None]

_log = logging.getLogger(__name__)

_SETTINGS = ("echo_times", "field_strength", "repetition_time", "flip_angle")
_MOST_MAGNITUDES = 3
_BELOW_HALF = "Magnitudes do not say whether water or fat is more: this fat fraction holds below 50 percent only."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    kinds = parser.add_subparsers(title="maps", metavar="MAP", required=True)
    for name, help_text, example, add, make in (
        ("ff", "fat fraction", _FF_EXAMPLE, _add_ff, _ff),
        ("mtr", "magnetization transfer ratio", "muscleseg maps mtr --off a.nii.gz --on b.nii.gz --output mtr.nii.gz",
         _add_mtr, _mtr),
        ("t2", "T2", "muscleseg maps t2 --acquisition t2_dicom --water --output t2.nii.gz", _add_t2, _t2),
    ):  # fmt: skip
        map_parser = kinds.add_parser(
            name,
            help=help_text,
            description=inspect.cleandoc(make.__doc__ or ""),
            epilog=f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        map_parser.add_argument(
            "--acquisition", metavar="PATH", type=Path, help="a DICOM folder, or a JSON file with images"
        )
        add(map_parser)
        map_parser.add_argument(
            "--output", metavar="MAP", type=Path, required=True, help=".nii.gz, .nii, .nrrd or .mha"
        )
        map_parser.add_argument("--json", action="store_true", help="print what was made as JSON")
        map_parser.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help="show a failure's traceback"
        )
        map_parser.set_defaults(make=make)


def run(options: argparse.Namespace) -> None:
    """Make maps."""
    outputs = {"output": options.output} | {
        name: path for name in ("b0", "t2_star", "b1") if (path := getattr(options, name, None))
    }
    require_apart(list(outputs.values()), inputs=_inputs(options))
    for path in outputs.values():
        require_image_format(path)
        require_writable(path)
    with gathered_remarks() as remarks:
        volumes, facts = options.make(options)
    for name, path in outputs.items():
        if volumes.get(name) is None:
            message = f"This kind of input tells nothing to write to {path}: leave --{name.replace('_', '-')} out."
            raise MuscleSegError(message)
    for name, path in outputs.items():
        write_volume(volumes[name], path)
    values = volumes["output"].array
    finite = values[np.isfinite(values)]
    summary = {name: str(path) for name, path in outputs.items()} | facts
    summary |= {"voxels": int(finite.size), "median": round(float(np.median(finite)), 2) if finite.size else None}
    shown = {name: value for name, value in summary.items() if name not in outputs}
    facts_in_words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items())
    print(
        json.dumps(summary | {"notes": remarks}, indent=2)
        if options.json
        else f"{', '.join(map(str, outputs.values()))}: {facts_in_words}"
    )


def _inputs(options: argparse.Namespace) -> list[Path]:
    single = ("acquisition", "fat", "water", "opposed", "in_phase", "off", "on")
    given = [getattr(options, name, None) for name in single]
    for name in ("real", "imaginary", "echoes"):
        given += getattr(options, name, None) or []
    return [path for path in given if isinstance(path, Path)]


def _add_ff(parser: argparse.ArgumentParser) -> None:
    for name, meaning in (
        ("--fat", "fat image, with --water"),
        ("--water", "water image"),
        ("--opposed", "opposed-phase magnitude image, with --in-phase, where echo times are not known"),
        ("--in-phase", "in-phase magnitude image"),
    ):
        parser.add_argument(name, metavar="IMAGE", type=Path, help=meaning)
    parser.add_argument(
        "--echoes", metavar="IMAGE", type=Path, nargs="+", help="two or three magnitude images, opposed and in phase"
    )
    parser.add_argument("--real", metavar="IMAGE", type=Path, nargs="+", help="of every echo, three or more")
    parser.add_argument("--imaginary", metavar="IMAGE", type=Path, nargs="+", help="of the same echoes")
    add_settings(parser)
    parser.add_argument("--repetition-time", metavar="MS", type=positive, help="with --flip-angle, undoes T1 weighting")
    parser.add_argument("--flip-angle", metavar="DEGREES", type=positive)
    parser.add_argument("--b0", metavar="MAP", type=Path, help="also the offset of the field, Hz")
    parser.add_argument("--t2-star", metavar="MAP", type=Path, help="also T2*, ms")


def _add_mtr(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--off", metavar="IMAGE", type=Path, help="without the MT pulse")
    parser.add_argument("--on", metavar="IMAGE", type=Path, help="with it")


def _add_t2(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--echoes", metavar="IMAGE", type=Path, nargs="+", help="magnitude image of every echo")
    add_settings(parser)
    parser.add_argument("--skip-first", action="store_true", help="fit the exponential without the first echo")
    parser.add_argument("--water", dest="of_water", action="store_true", help="T2 of water, with fat separated")
    parser.add_argument(
        "--fat-t2", metavar="MS", type=positive, help="of --water; measured in the image where not given"
    )
    parser.add_argument("--b1", metavar="MAP", type=Path, help="of --water: also the refocusing, percent")


def _ff(options: argparse.Namespace) -> tuple[Made, dict[str, Any]]:
    """Make a map of the fat fraction in percent.

    From three echoes or more with their phases, with six peaks of fat, T2* and B0; from two or three magnitude images,
    opposed and in phase, which holds below 50 percent of fat only; or from a fat and a water image.
    """
    ways = [("acquisition",), ("fat", "water"), ("opposed", "in_phase"), ("echoes",), ("real", "imaginary")]
    _require_one(options, ways)
    if options.fat or options.opposed:
        _require_none(options, _SETTINGS, "images without echo times")
    if options.fat:
        return {"output": fat_fraction(*read_images([options.fat, options.water], ("fat", "water")))}, {
            "method": "fat and water"
        }
    if options.opposed:
        _log.warning(_BELOW_HALF)
        opposed, in_phase = read_images([options.opposed, options.in_phase], ("opposed-phase", "in-phase"))
        return {"output": two_point_fat_fraction(opposed, in_phase)}, {"method": "two points"}
    if options.acquisition:
        source = read_acquisition(options.acquisition)
    elif options.echoes:
        source = EchoAcquisition(str(options.echoes[0]), {"magnitude": read_images(options.echoes)})
    else:
        parts = {"real": read_images(options.real), "imaginary": read_images(options.imaginary)}
        source = EchoAcquisition(str(options.real[0]), parts)
    source = with_settings(source, options)
    return _ff_of_magnitudes(source) if "real" not in source.parts else _ff_of_complex(source)


def _ff_of_complex(source: EchoAcquisition) -> tuple[Made, dict[str, Any]]:
    excitation = _excitation(source)
    maps = water_and_fat(
        source.images("real"),
        source.images("imaginary"),
        echoes_ms=source.echoes_ms,
        field_strength_t=source.field_strength(),
        excitation=excitation,
    )
    made: Made = {"output": maps.fat_fraction, "b0": maps.b0_hz, "t2_star": maps.t2_star_ms}
    return made, {"method": f"{len(source.echoes_ms)} echoes", "t1_corrected": excitation is not None}


def _ff_of_magnitudes(source: EchoAcquisition) -> tuple[Made, dict[str, Any]]:
    images = source.images("magnitude")
    if len(images) > _MOST_MAGNITUDES:
        message = f"{source.name} holds magnitudes of {len(images)} echoes without their phases, which do not tell "
        message += "fat from water: export phase, or real and imaginary, images too."
        raise MuscleSegError(message)
    excitation = _excitation(source)
    ff = few_echo_fat_fraction(
        images, echoes_ms=source.echoes_ms, field_strength_t=source.field_strength(), excitation=excitation
    )
    _log.warning(_BELOW_HALF)
    return {"output": ff}, {"method": f"{len(images)} magnitudes", "t1_corrected": excitation is not None}


def _excitation(source: EchoAcquisition) -> Excitation | None:
    """Return the excitation, to undo T1 weighting, None if unknown.

    Raises:
        MuscleSegError: Only one of repetition time and flip angle is known.
    """
    if (source.repetition_ms is None) != (source.flip_degrees is None):
        message = f"Of {source.name} only one of repetition time and flip angle is known, and undoing T1 weighting "
        message += "needs both: give --repetition-time and --flip-angle."
        raise MuscleSegError(message)
    if source.repetition_ms is None or source.flip_degrees is None:
        return None
    return Excitation(source.repetition_ms, source.flip_degrees)


def _mtr(options: argparse.Namespace) -> tuple[Made, dict[str, Any]]:
    """Make a map of the magnetization transfer ratio in percent, 100 (off - on) / off."""
    _require_one(options, [("acquisition",), ("off", "on")])
    if options.acquisition:
        source = read_acquisition(options.acquisition)
        if not {"off", "on"} <= set(source.parts):
            message = f"{source.name} does not say which of its images have the MT pulse: give --off and --on, each an "
            message += "image or the folder of its series."
            raise MuscleSegError(message)
        off, on = source.images("off")[0], source.images("on")[0]
    else:
        off, on = read_images([options.off, options.on])
    return {"output": magnetization_transfer_ratio(off, on)}, {}


def _t2(options: argparse.Namespace) -> tuple[Made, dict[str, Any]]:
    """Make a map of T2 in ms: of one exponential or, with --water, of water with fat and B1 told apart from it."""
    _require_one(options, [("acquisition",), ("echoes",)])
    if options.of_water:
        _require_none(options, ["skip_first"], "--water, which needs the whole train")
    else:
        _require_none(options, ["fat_t2", "b1"], "T2 without --water")
    if options.acquisition:
        source = read_acquisition(options.acquisition)
    else:
        source = EchoAcquisition(str(options.echoes[0]), {"magnitude": read_images(options.echoes)})
    source = with_settings(source, options)
    images = source.images("magnitude")
    if not options.of_water:
        t2_map = t2(images, echoes_ms=source.echoes_ms, skip_first=options.skip_first)
        return {"output": t2_map}, {"method": "one exponential"}
    maps = water_t2(
        images, echoes_ms=source.echoes_ms, field_strength_t=source.field_strength(), fat_t2_ms=options.fat_t2
    )
    facts = {"method": "water and fat by extended phase graphs", "fat_t2_ms": round(maps.fat_t2_ms, 1)}
    return {"output": maps.t2_ms, "b1": maps.b1_percent}, facts


def _require_none(options: argparse.Namespace, names: Sequence[str], subject: str) -> None:
    """Check that options are not given where they would be ignored.

    Raises:
        MuscleSegError: An option is.
    """
    for name in names:
        if getattr(options, name):
            raise MuscleSegError(f"--{name.replace('_', '-')} tells nothing about {subject}: leave it out.")


def _require_one(options: argparse.Namespace, ways: Sequence[tuple[str, ...]]) -> None:
    """Check that the input is given in exactly one of several ways.

    Raises:
        MuscleSegError: It is given in none or in several.
    """
    given = [way for way in ways if any(getattr(options, name) for name in way)]
    if len(given) != 1 or not all(getattr(options, name) for name in given[0]):
        choices = [" with ".join(f"--{name.replace('_', '-')}" for name in way) for way in ways]
        raise MuscleSegError(f"The input has to be given in one way: {', or '.join(choices)}.")
