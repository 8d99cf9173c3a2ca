"""What a bundle says of itself: ``configs/metadata.json``, read into a frozen value."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle.input import LegInput
from MuscleSegLib.errors import MuscleSegError


@dataclass(frozen=True)
class Metadata:
    """The part of a bundle's metadata that MuscleSeg works with, its ``muscleseg`` section.

    Attributes:
        name: The bundle's, as the user types it.
        version: Of the bundle.
        region: "thigh" or "calf".
        architecture: A name in ``networks.ARCHITECTURES``.
        arguments: For the architecture's constructor.
        parameters: How many weights it has.
        input: How a leg becomes its input.
        labels: The muscles of its output channels 1 to n, by code; channel 0 is background.
        notes: What a user must know before trusting a label ("adductor: ...").
        training_data: In one sentence.
        licence: Of the weights.
        accuracy: What was measured, and where.
        sha256: Of the weights file.

    """

    name: str
    version: str
    region: str
    architecture: str
    arguments: Mapping[str, Any]
    parameters: int
    input: LegInput
    labels: tuple[int, ...]
    notes: tuple[str, ...]
    training_data: str
    licence: str
    accuracy: str
    sha256: str

    @property
    def input_summary(self) -> str:
        """The input in words."""
        spec = self.input
        return f"single legs, {len(spec.context_mm)} axial slices of {spec.pixel_mm:g} mm pixels, any contrast"


def read_metadata(folder: Path) -> Metadata:
    """Read what a bundle says of itself.

    Raises:
        MuscleSegError: The file is missing or is not what it should be.

    """
    path = folder / "configs" / "metadata.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        values = dict(content["muscleseg"])
        spec = values.pop("input")
        return Metadata(
            version=content["version"],
            input=LegInput(float(spec["pixel_mm"]), float(spec["bright_quantile"]), tuple(spec["context_mm"])),
            labels=tuple(values.pop("labels")),
            notes=tuple(values.pop("notes")),
            **values,
        )
    except FileNotFoundError as error:
        message = f"{folder} is not a network bundle: configs/metadata.json is missing in it."
        raise MuscleSegError(message) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"The network bundle {folder} cannot be used: configs/metadata.json is damaged ({error})."
        raise MuscleSegError(message) from error
