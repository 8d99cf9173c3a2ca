"""Coverage: the fraction of each voxel of a map that a muscle fills, and the values of the muscle alone in them."""

from MuscleSegLib.biomarkers.coverage.arrange import alongside as alongside
from MuscleSegLib.biomarkers.coverage.arrange import slices_first as slices_first
from MuscleSegLib.biomarkers.coverage.contour_uncertainty import ContourUncertainty as ContourUncertainty
from MuscleSegLib.biomarkers.coverage.fat_covariate import fat_covariate_correction as fat_covariate_correction
from MuscleSegLib.biomarkers.coverage.muscle_on_map import MuscleOnMap as MuscleOnMap
from MuscleSegLib.biomarkers.coverage.muscle_on_map import rasterize_on_map as rasterize_on_map
from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE as WHOLE
from MuscleSegLib.biomarkers.coverage.partial_volume import WeightedVoxels as WeightedVoxels
from MuscleSegLib.biomarkers.coverage.partial_volume import partial_volume_corrected as partial_volume_corrected
from MuscleSegLib.biomarkers.coverage.shape import Shape as Shape
from MuscleSegLib.biomarkers.coverage.shape import shape_of as shape_of
from MuscleSegLib.biomarkers.coverage.shape import slices_are_far_apart as slices_are_far_apart
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid as Grid
from MuscleSegLib.biomarkers.coverage.voxel_fractions import VoxelFractions as VoxelFractions
