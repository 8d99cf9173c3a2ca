"""Frame of the command line: its commands, and their exit codes.

Exit codes: 0 success, 2 wrong use, 1 any other failure, with one line on standard error; ``--debug`` shows the
traceback.
"""

import argparse
import contextlib
import io
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from MuscleSegLib import __version__
from MuscleSegLib.cli import (
    adapt,
    cohort,
    demo,
    evaluate,
    maps,
    measure,
    networks,
    phantom,
    propagate,
    segment,
    train,
    worker,
)
from MuscleSegLib.cli.paths import require_names
from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.files import recorded
from MuscleSegLib.temporary import remove_abandoned

COMMANDS = (segment, propagate, measure, maps, cohort, evaluate, networks, demo, phantom, train, adapt, worker)

_STOPPING = ("SIGTERM", "SIGHUP", "SIGBREAK")
_MOST_NAMES = 5


class Parser(argparse.ArgumentParser):
    """A parser with error messages of one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Arguments of the command line; those of the process where None.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files need not be text
    try:
        with recorded() as written, _warnings_on_standard_error(), _stopped_by_signals():
            require_names(vars(options).values())
            remove_abandoned(Path(tempfile.gettempdir()))
            options.run(options)
    except BrokenPipeError:  # the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if options.debug:
            raise
        print(f"{options.prog}: {_sentence(error, _still_there(written))}", file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def _warnings_on_standard_error() -> Iterator[None]:
    """Show warnings in one line each, in place of other handlers, which are restored at the end."""
    handler, root = logging.StreamHandler(sys.stderr), logging.getLogger()
    handler.setFormatter(logging.Formatter("Warning: %(message)s"))
    handlers, level = root.handlers, root.level
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let signals that end a process act as Ctrl-C, which leaves no temporary files."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()  # others can set no handlers
    numbers = [getattr(signal, name) for name in _STOPPING if is_main and hasattr(signal, name)]
    # What the parent has set to be ignored, as nohup does, stays so.
    before = {number: signal.signal(number, stop) for number in numbers if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _still_there(written: Iterable[Path]) -> list[Path]:
    return [path for path in dict.fromkeys(written) if path.exists()]


def _sentence(error: BaseException, written: Sequence[Path]) -> str:
    """Return the failure, and the files written before it, in one line."""
    names = ", ".join(map(str, written[:_MOST_NAMES]))
    if len(written) > _MOST_NAMES:
        names += f" and {len(written) - _MOST_NAMES} more"
    if isinstance(error, KeyboardInterrupt | Canceled):
        return f"stopped; written before that: {names}." if written else "stopped; nothing was written."
    failure = _failure(error)
    return f"{failure} Written before that: {names}." if written else failure


def _failure(error: BaseException) -> str:
    if isinstance(error, MuscleSegError):
        return " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return "this computer's memory does not suffice: close other programs or use a smaller image."
    if isinstance(error, OSError) and error.strerror:
        name = "a file" if error.filename is None else error.filename
        return f"{name} cannot be used ({error.strerror}): check its name, its permissions and the disk."
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
        command_parser = commands.add_parser(
            name,
            help=command.HELP,
            description=command.__doc__,
            epilog=f"Example: {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(command_parser)
        command_parser.add_argument("--debug", action="store_true", help="show the traceback of a failure")
        command_parser.set_defaults(run=command.run, prog=f"muscleseg {name}")
    return parser
