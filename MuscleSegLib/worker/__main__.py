"""``python -m MuscleSegLib.worker``: the background process."""

from MuscleSegLib.worker.server import serve

if __name__ == "__main__":
    serve()
