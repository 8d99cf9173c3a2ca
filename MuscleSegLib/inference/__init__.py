"""Segmentation: from an image and a bundle to labels. Importing this imports no torch."""

from MuscleSegLib.inference.companions import require_one_scan as require_one_scan
from MuscleSegLib.inference.cost import is_out_of_memory as is_out_of_memory
from MuscleSegLib.inference.cost import release_memory as release_memory
from MuscleSegLib.inference.cost.cost_estimate import CostEstimate as CostEstimate
from MuscleSegLib.inference.cost.cost_estimate import estimate_cost as estimate_cost
from MuscleSegLib.inference.loading import Device as Device
from MuscleSegLib.inference.loading import keep_networks as keep_networks
from MuscleSegLib.inference.loading import usable_gpus as usable_gpus
from MuscleSegLib.inference.loading import warm_up as warm_up
from MuscleSegLib.inference.muscle_segments import confidence_of as confidence_of
from MuscleSegLib.inference.muscle_segments import segments_of as segments_of
from MuscleSegLib.inference.region import RegionEstimate as RegionEstimate
from MuscleSegLib.inference.region import find_region as find_region
from MuscleSegLib.inference.result import Result as Result
from MuscleSegLib.inference.segment import segment as segment
from MuscleSegLib.inference.segment import segment_limb as segment_limb
from MuscleSegLib.inference.segment_file import AUTO as AUTO
from MuscleSegLib.inference.segment_file import segment_file as segment_file
from MuscleSegLib.legs import Leg as Leg
from MuscleSegLib.legs import Legs as Legs
from MuscleSegLib.legs import find_legs as find_legs
