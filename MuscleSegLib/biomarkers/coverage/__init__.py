"""Coverage: the fraction of each voxel of a map that a muscle fills, and the values of the muscle alone in them."""
