"""Quantitative maps from raw acquisitions."""

from MuscleSegLib.maps.fat_fraction import fat_fraction

__all__ = ["fat_fraction"]
