"""Phantom: digital legs, made of nothing but code, whose muscles and whose maps' values are known."""

from MuscleSegLib.phantom.digital_legs import DigitalLegs, Plane, digital_legs
from MuscleSegLib.phantom.tissues import LABELED, MUSCLES, Tissue

__all__ = ["LABELED", "MUSCLES", "DigitalLegs", "Plane", "Tissue", "digital_legs"]
