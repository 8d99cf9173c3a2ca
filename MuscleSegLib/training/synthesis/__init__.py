"""Training volumes: images of a leg in a new contrast, shape and state of disease, synthesized from its tissues."""

from MuscleSegLib.training.synthesis.synthesis import BRIGHT_QUANTILE as BRIGHT_QUANTILE
from MuscleSegLib.training.synthesis.synthesis import IGNORED as IGNORED
from MuscleSegLib.training.synthesis.synthesis import SynthesizedVolume as SynthesizedVolume
from MuscleSegLib.training.synthesis.synthesis import as_scanned as as_scanned
from MuscleSegLib.training.synthesis.volume_cache import SCALE as SCALE
from MuscleSegLib.training.synthesis.volume_cache import Sample as Sample
from MuscleSegLib.training.synthesis.volume_cache import Volumes as Volumes
from MuscleSegLib.training.synthesis.volume_cache import has_muscle as has_muscle
from MuscleSegLib.training.synthesis.volume_cache import sample_of as sample_of
