"""Slicer's scene: volumes, segmentations, tables and plots to and from the library's own types.

The only room that imports ``slicer`` and ``vtk``. Everything here is called from Slicer's main thread.
"""
