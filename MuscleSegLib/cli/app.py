"""The frame of the command line: which commands there are, and how they end.

Exit codes: 0 success, 2 wrong use, 1 any other failure, with one line on standard error; ``--debug`` shows the
traceback.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from MuscleSegLib import __version__
from MuscleSegLib.cli import demo, evaluate, maps, measure, networks, phantom, segment, train, worker
from MuscleSegLib.errors import Cancelled, MuscleSegError

COMMANDS = (segment, measure, maps, evaluate, networks, demo, phantom, train, worker)


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Of the command line; the process's own where None.

    Returns:
        The exit code.

    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="Warning: %(message)s", level=logging.WARNING, stream=sys.stderr, force=True)
    try:
        options.run(options)
    except BrokenPipeError:  # the reader of a pipe has gone: there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if options.debug:
            raise
        print(f"{options.prog}: {_sentence(error)}", file=sys.stderr)
        return 1
    return 0


def _sentence(error: BaseException) -> str:
    """Return what went wrong in one line."""
    if isinstance(error, MuscleSegError):
        return " ".join(str(error).split())
    if isinstance(error, KeyboardInterrupt | Cancelled):
        return "stopped; nothing was written."
    if isinstance(error, MemoryError):
        return "this computer's memory does not suffice: close other programs or use a smaller image."
    kind = type(error).__name__
    return (
        f"unexpected failure ({kind}: {' '.join(str(error).split())}); run it with --debug and report what that shows."
    )


def _parser() -> Parser:
    parser = Parser(prog="muscleseg", description="Segment the muscles of thigh and calf in MRI and measure them.")
    parser.add_argument("--version", action="version", version=f"MuscleSeg {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        own = commands.add_parser(
            name,
            help=command.HELP,
            description=command.__doc__,
            epilog=f"Example: {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(own)
        own.add_argument("--debug", action="store_true", help="show the traceback of a failure")
        own.set_defaults(run=command.run, prog=f"muscleseg {name}")
    return parser
