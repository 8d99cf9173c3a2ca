from Testing.slicer_host.fixtures import host

__all__ = ["host"]
