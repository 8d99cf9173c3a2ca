"""Trained networks on disk: search, verification, description. Importing this imports no torch."""

from MuscleSegLib.bundle.adaptation import Adaptation as Adaptation
from MuscleSegLib.bundle.bundle import Bundle as Bundle
from MuscleSegLib.bundle.holes import without_holes as without_holes
from MuscleSegLib.bundle.input import LegInput as LegInput
from MuscleSegLib.bundle.input import VolumeInput as VolumeInput
from MuscleSegLib.bundle.input import context_slices as context_slices
from MuscleSegLib.bundle.input import interleaved as interleaved
from MuscleSegLib.bundle.input import limb_places as limb_places
from MuscleSegLib.bundle.input import window_pixels as window_pixels
from MuscleSegLib.bundle.metadata import AccuracyFigure as AccuracyFigure
from MuscleSegLib.bundle.metadata import Calibration as Calibration
from MuscleSegLib.bundle.metadata import Metadata as Metadata
from MuscleSegLib.bundle.monai_configuration import SCHEMA as SCHEMA
from MuscleSegLib.bundle.monai_configuration import inference_configuration as inference_configuration
from MuscleSegLib.bundle.places import FAST_ARCHITECTURE as FAST_ARCHITECTURE
from MuscleSegLib.bundle.places import Available as Available
from MuscleSegLib.bundle.places import Unusable as Unusable
from MuscleSegLib.bundle.places import available_bundles as available_bundles
from MuscleSegLib.bundle.places import fast_bundle as fast_bundle
from MuscleSegLib.bundle.places import find_bundle as find_bundle
from MuscleSegLib.bundle.places import read_bundle as read_bundle
from MuscleSegLib.bundle.places import shipped_bundles as shipped_bundles
from MuscleSegLib.bundle.places import user_folder as user_folder
from MuscleSegLib.bundle.section import read_metadata as read_metadata
from MuscleSegLib.bundle.section import write_confidence as write_confidence
from MuscleSegLib.bundle.weights import write_weights as write_weights
