"""Coverage: the fraction of each voxel of a map that a muscle fills, and the values of the muscle alone in them."""

from MuscleSegLib.biomarkers.coverage.arrange import alongside, slices_first
from MuscleSegLib.biomarkers.coverage.contour_uncertainty import ContourUncertainty
from MuscleSegLib.biomarkers.coverage.fat_covariate import fat_covariate_correction
from MuscleSegLib.biomarkers.coverage.muscle_on_map import MuscleOnMap, rasterize_on_map
from MuscleSegLib.biomarkers.coverage.partial_volume import WHOLE, WeightedVoxels, partial_volume_corrected
from MuscleSegLib.biomarkers.coverage.shape import Shape, shape_of, slices_are_far_apart
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, VoxelFractions

__all__ = [
    "WHOLE",
    "ContourUncertainty",
    "Grid",
    "MuscleOnMap",
    "Shape",
    "VoxelFractions",
    "WeightedVoxels",
    "alongside",
    "fat_covariate_correction",
    "partial_volume_corrected",
    "rasterize_on_map",
    "shape_of",
    "slices_are_far_apart",
    "slices_first",
]
