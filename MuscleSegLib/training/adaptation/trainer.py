"""Training of an adaptation: the one training loop, on corrected scans and what the network learned before in turn."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from MuscleSegLib.training.batches import Batches, Samples
from MuscleSegLib.training.calibration_legs import CalibrationBatches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs import SCANNED_PHANTOM, LegVolume
from MuscleSegLib.training.loop import Trainer
from MuscleSegLib.training.synthesis import Sample, Volumes

CASES = "cases"
"""Source of the corrected scans."""


class InTurn:
    """Volumes of two sources in turn: of corrected scans by even numbers, and of rehearsal by odd ones."""

    def __init__(self, cases: Samples, rehearsal: Samples) -> None:
        self.sources = (cases, rehearsal)
        self.seed = cases.seed
        self.stream = cases.stream

    def __getitem__(self, number: int) -> Sample:
        """Return volume ``number``."""
        return self.sources[number % 2][number // 2]


class AdaptationTrainer(Trainer):
    """Training run whose legs are corrected scans (source ``CASES``) and rehearsal.

    It does not validate: what it is worth is judged on legs that it does not see, after its last step.
    """

    def _make_data(self, leg_volumes: Mapping[str, Sequence[LegVolume]], cache: Path) -> None:
        configuration = self.configuration
        cases, rehearsal = volumes_of(leg_volumes, configuration, cache)
        self.training = Batches(
            InTurn(cases, rehearsal),
            configuration,
            limit=configuration.data.volumes,
            count=configuration.optimization.iterations,
            is_varied=True,
        )
        self.validation = self.calibration_batches = CalibrationBatches(
            leg_volumes[SCANNED_PHANTOM], configuration, stream=2
        )

    def _judge(self) -> None:
        self.losses.clear()


def volumes_of(
    leg_volumes: Mapping[str, Sequence[LegVolume]], configuration: Configuration, cache: Path
) -> tuple[Volumes, Volumes]:
    """Return the training volumes of the corrected scans and those of rehearsal, each leg with an equal share."""
    cases = list(leg_volumes[CASES])
    rehearsal = [leg for source, legs in leg_volumes.items() if source != CASES for leg in legs]
    first, second = (
        Volumes(legs, [1.0] * len(legs), configuration, stream=stream, cache=cache)
        for stream, legs in enumerate((cases, rehearsal))
    )
    return first, second
