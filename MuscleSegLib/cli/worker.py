"""Be the background process of a program: take jobs on standard input, one JSON object a line, and answer likewise.

It ends when standard input closes. MuscleSegLib/worker/messages.py says what the messages hold.
"""

import argparse

from MuscleSegLib.worker.server import serve

HELP = "be the background process of a program"
EXAMPLE = "muscleseg worker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(options: argparse.Namespace) -> None:
    """Work."""
    serve()
