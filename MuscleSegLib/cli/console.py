"""Progress of a command on a terminal."""

import contextlib
import sys
from collections.abc import Iterator

from MuscleSegLib.progress import Progress, silent


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a progress callback that moves a bar on a terminal and does nothing in a pipe."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),  # paths may have brackets
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def report(fraction: float, message: str) -> None:
            bar.update(task, completed=fraction, description=message)

        yield report
