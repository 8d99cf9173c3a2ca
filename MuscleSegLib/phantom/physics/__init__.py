"""Physics of scanning: from the protons of a voxel to its stored signal.

Signals are per unit of proton density and of receiver gain; times are in milliseconds, angles in degrees. B1 is the
transmitted field relative to the nominal one, B0 an offset in hertz.
"""
