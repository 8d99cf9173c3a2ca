"""Configuration of a training run: a TOML file, read into frozen values."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.bundle import LegInput
from MuscleSegLib.digests import digest_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES
from MuscleSegLib.training.legs import DIGITAL_SOURCES, FIRST_SIZED
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import CANVAS, PIXEL_MM
from MuscleSegLib.training.synthesis import BRIGHT_QUANTILE
from MuscleSegLib.training.toml_values import checked_values


@dataclass(frozen=True)
class InputConfiguration:
    """Input of the network; ``bundle.LegInput`` has the rest.

    Attributes:
        size: Rows and columns of a training image.
        context_mm: Offsets of the slices in the channels of a two-dimensional network.
        has_place: Whether a channel of a two-dimensional network holds the place along the limb.
        slice_mm: Spacing of the slices of a three-dimensional network.
        slices: Number of slices of its training volumes.
        short_share: Share of its batches whose volumes are cut into single slices or quarters, each by itself, since
            scans may have few slices or one.
    """

    size: int = 128
    context_mm: tuple[float, ...] = (0.0,)
    has_place: bool = False
    slice_mm: float | None = None
    slices: int = 0
    short_share: float = 0.0

    @property
    def dimensions(self) -> int:
        """Dimensions of the network, 2 or 3."""
        return 2 if self.slice_mm is None else 3

    @property
    def leg(self) -> LegInput:
        """Input as a bundle describes it."""
        return LegInput(PIXEL_MM, BRIGHT_QUANTILE, self.context_mm, self.slice_mm, self.has_place)


@dataclass(frozen=True)
class DataConfiguration:
    """Training data.

    Attributes:
        sources: Folders of label maps or of scans with labels (``NAME_labels.nii.gz``), or ``PHANTOM`` or
            ``SCANNED_PHANTOM`` for digital legs, each with its share of the training volumes.
        variants: Number of completions of each leg with invented tissues.
        person_pattern: Regular expression that finds the person in a file's name; empty for the rule of ``person_of``.
        phantoms: Number of digital people, "phantom-0" and so on.
        validation_people: People kept out of training.
        real_people: People whose scans are used; no others are.
        folds: Number of folds of all people for cross-validation; 0 where validation_people are named.
        fold: Index of the fold that is kept out of training, from 0.
        volumes: Number of training volumes; each is used repeatedly, with other augmentation.
        scanned_phantoms: Number of digital people with scans, the first of the same people.
        sized_phantoms: Number of other digital people with scans, for the calibration of the biases after training.
        as_scanned: Share of the volumes of scans that keep their shape and contrast.
        labels: "coarse" for the ten or six muscles, "fine" for those of the region's fine label set. Of people whose
            labels tell some of them alone, the others are ignored.
        adductor: "whole", or the "magnus" alone, which is all that most label maps label. Pixels whose label would
            depend on it are ignored where a source does not tell.
    """

    sources: Mapping[str, float]
    variants: int = 2
    person_pattern: str = ""
    phantoms: int = 0
    validation_people: tuple[str, ...] = ()
    real_people: tuple[str, ...] = ()
    folds: int = 0
    fold: int = 0
    volumes: int = 2000
    scanned_phantoms: int = 0
    sized_phantoms: int = 0
    as_scanned: float = 0.0
    adductor: Literal["magnus", "whole"] = "magnus"
    labels: Literal["coarse", "fine"] = "coarse"


@dataclass(frozen=True)
class OptimizationConfiguration:
    """AdamW with a linear warm-up and, once images have their full resolution, a cosine decay.

    Attributes:
        iterations: Maximum number of iterations.
        batch: Slices (two dimensions) or volumes (three) of an iteration.
        learning_rate: Highest learning rate.
        weight_decay: Weight decay of AdamW.
        warm_up: Iterations until the highest learning rate.
        averaging: Decay of the weights' moving average.
        validate_every: Iterations between two validations.
        save_every: Iterations between two checkpoints; an interrupted run saves as well.
        patience: Validations without a better mean DSC after which training ends with the best weights; 0 for never.
        coarse_iterations: Number of first iterations on images of half the resolution in plane, in a quarter of the
            time: the network learns the layout there, and the exact borders afterwards.
        area_weight: Weight of the loss of muscles' areas beside Dice and cross-entropy, 0 or more; for the end of a
            training, when muscles are found and volumes are to be unbiased.
    """

    iterations: int
    batch: int = 16
    learning_rate: float = 0.0015
    weight_decay: float = 0.0001
    warm_up: int = 100
    averaging: float = 0.998
    validate_every: int = 250
    save_every: int = 100
    patience: int = 0
    coarse_iterations: int = 0
    area_weight: float = 0.0

    def rate(self, iteration: int) -> float:
        """Return the learning rate of an iteration as a fraction of the highest, 0 to 1."""
        warm = min(1.0, (iteration + 1) / self.warm_up)
        fine = max(0, iteration - self.coarse_iterations) / (self.iterations - self.coarse_iterations)
        return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, fine)))


@dataclass(frozen=True)
class Configuration:
    """Training run.

    Attributes:
        name: Name of the bundle.
        region: "thigh" or "calf".
        architecture: Name in ``networks.ARCHITECTURES``.
        seed: Seed of data and weights.
        notes: The bundle's notes for users.
        training_data: The bundle's description of its training data, in one sentence.
        license: License of the weights.
        input: Input of the network.
        data: Training data.
        optimization: Optimizer and schedule.
        network: Arguments of the architecture over its defaults.
        start: Folders of bundles, beside the configuration or by their whole paths, whose weights training starts with,
            each of the whole network or of a part of it; random weights if empty. In TOML a text, or a list of texts.
    """

    name: str
    region: str
    architecture: str
    input: InputConfiguration
    data: DataConfiguration
    optimization: OptimizationConfiguration
    seed: int = 0
    notes: tuple[str, ...] = ()
    training_data: str = "not stated"
    license: str = "not stated"
    network: Mapping[str, Any] = field(default_factory=dict)
    start: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether the network is to tell the muscles of the region's fine label set apart."""
        return self.data.labels == "fine"

    @property
    def label_set(self) -> LabelSet:
        """The muscles that the network is to tell apart."""
        return LabelSet(self.region, self.is_fine)

    def digest(self) -> str:
        """Return a digest of all that determines a run: a checkpoint with another digest is another run's."""
        described = ("name", "notes", "training_data", "license", "start")  # do not change the weights
        return digest_of({name: value for name, value in asdict(self).items() if name not in described})


def read_configuration(path: Path) -> Configuration:
    """Read a training configuration.

    Raises:
        MuscleSegError: The file is missing, is not TOML, or lacks or misspells an entry.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"The training configuration {path} cannot be read ({error.strerror}): check the name."
        raise MuscleSegError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MuscleSegError(f"The training configuration {path} is not valid TOML: {error}.") from error
    sections: dict[str, type] = {
        "input": InputConfiguration,
        "data": DataConfiguration,
        "optimization": OptimizationConfiguration,
    }
    # configurations of earlier versions spell it "licence"
    values = {"license" if name == "licence" else name: value for name, value in content.items()}
    if isinstance(values.get("start"), str):
        values["start"] = [values["start"]] if values["start"] else []
    for name, section in sections.items():
        values[name] = _filled(section, content.get(name, {}), f"[{name}] of {path}")
    configuration: Configuration = _filled(Configuration, values, str(path))
    folders = (str((path.parent / folder).resolve()) for folder in configuration.start)
    configuration = replace(configuration, start=tuple(folders))
    wrong = _contradiction(configuration)
    if wrong:
        raise MuscleSegError(f"The training configuration {path} cannot be used: {wrong}.")
    return configuration


_LEAST_OF_PLAN = {
    **{"iterations": 1, "batch": 1, "warm_up": 1, "validate_every": 1, "save_every": 1},
    **{"patience": 0, "coarse_iterations": 0, "weight_decay": 0},
}
_LEAST_OF_DATA = {"variants": 1, "phantoms": 0, "scanned_phantoms": 0, "sized_phantoms": 0, "folds": 0, "volumes": 1}


def _contradiction(configuration: Configuration) -> str:
    """Return the first contradiction in a configuration, or an empty text."""
    data, spec, plan = configuration.data, configuration.input, configuration.optimization
    wrong = _out_of_range(configuration)
    if wrong:
        return wrong
    if max(data.phantoms, data.scanned_phantoms, data.sized_phantoms) > FIRST_SIZED:
        return f"there are {FIRST_SIZED} digital people to learn from and {FIRST_SIZED} to size muscles by, at most"
    if not 0 <= data.as_scanned <= 1:
        return f"as_scanned is {data.as_scanned}, not 0 to 1"
    if data.folds and (data.validation_people or not 0 <= data.fold < data.folds):
        return "folds go without validation_people, and fold is from 0 to folds - 1"
    if spec.dimensions == 3 and spec.short_share and (not 0 <= spec.short_share <= 1 or spec.slices % 4):
        return f"short_share is {spec.short_share}, not 0 to 1, or slices are {spec.slices}, no multiple of 4"
    if spec.dimensions == 3 and (spec.slices < 1 or spec.context_mm != (0.0,) or spec.has_place):
        return "slice_mm goes with slices, and without context_mm and has_place"
    if spec.dimensions == 2 and (spec.slices or spec.short_share):
        return "slices go with slice_mm, and short_share with both"
    if not 0 <= plan.coarse_iterations < plan.iterations:
        return f"coarse_iterations are {plan.coarse_iterations}, not 0 to less than the {plan.iterations} of all"
    if plan.area_weight < 0:
        return f"area_weight is {plan.area_weight}, not 0 or more"
    if not 0 < spec.size <= CANVAS:
        return f"size is {spec.size}, not 1 to {CANVAS}"
    dimensions = ARCHITECTURES[configuration.architecture].dimensions
    if dimensions != spec.dimensions:
        return f"{configuration.architecture} is {dimensions}-dimensional, and its input is not"
    return ""


def _out_of_range(configuration: Configuration) -> str:
    """Return the first value out of its range, or an empty text."""
    data, plan = configuration.data, configuration.optimization
    if configuration.region not in [region.name for region in REGIONS]:
        return f'region is "{configuration.region}", not {" or ".join(region.name for region in REGIONS)}'
    if configuration.architecture not in ARCHITECTURES:
        return f'architecture is "{configuration.architecture}", not one of {", ".join(sorted(ARCHITECTURES))}'
    digital = sorted(DIGITAL_SOURCES & data.sources.keys()) or ["sized_phantoms"] * (data.sized_phantoms > 0)
    if configuration.is_fine and digital:
        return f"digital people have no fine muscles, and so {digital[0]} is no source of fine labels"
    if not data.sources or min(data.sources.values()) <= 0:
        return "sources are one or more folders, each with a share above 0"
    for section, least in ((plan, _LEAST_OF_PLAN), (data, _LEAST_OF_DATA)):
        for name, lowest in least.items():
            if getattr(section, name) < lowest:
                return f"{name} is {getattr(section, name)}, not {lowest} or more"
    if plan.learning_rate <= 0:
        return f"learning_rate is {plan.learning_rate:g}, not above 0"
    if not 0 <= plan.averaging < 1:
        return f"averaging is {plan.averaging:g}, not 0 to less than 1"
    try:
        re.compile(data.person_pattern)
    except re.error as error:
        return f"person_pattern is no regular expression ({error})"
    return ""


def _filled(section: type, values: Any, where: str) -> Any:  # noqa: ANN401 - an instance of ``section``
    if not isinstance(values, Mapping):
        raise MuscleSegError(f"The training configuration {where} cannot be used: it is no table.")
    try:
        return section(**checked_values(section, values))
    except ValueError as error:
        raise MuscleSegError(f"The training configuration {where} cannot be used: {error}.") from error
