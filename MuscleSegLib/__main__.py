"""``python -m MuscleSegLib`` is ``muscleseg``."""

import sys

from MuscleSegLib.cli import main

if __name__ == "__main__":
    sys.exit(main())
