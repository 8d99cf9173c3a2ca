"""The panel of the module MuscleSeg: a section a file, in the order of the work. All arithmetic is in MuscleSegLib."""
