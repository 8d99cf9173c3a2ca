"""Child processes: started without this process's threads, and ended with it."""

import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor


def pool_of(workers: int) -> ProcessPoolExecutor:
    """Return a pool of new processes. A forked child of a process with threads may hang; a spawned one does not."""
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    """Prepare a child process: Ctrl-C is left to the parent, and warnings about single voxels are silent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.ERROR)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with a killed parent: the pool's queue never ends, and memory would stay taken."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
