"""The tests, and what stands in for Slicer in them: ``from Testing.slicer_host.scene_setup import scene_host``."""
