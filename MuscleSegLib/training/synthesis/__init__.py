"""Training volumes: images of a leg in a new contrast, shape and state of disease, synthesized from its tissues."""

from MuscleSegLib.training.synthesis.synthesis import BRIGHT_QUANTILE, IGNORED, SynthesizedVolume, as_scanned
from MuscleSegLib.training.synthesis.volume_cache import SCALE, Sample, Volumes, has_muscle, sample_of

__all__ = [
    "BRIGHT_QUANTILE",
    "IGNORED",
    "SCALE",
    "Sample",
    "SynthesizedVolume",
    "Volumes",
    "as_scanned",
    "has_muscle",
    "sample_of",
]
