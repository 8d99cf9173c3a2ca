"""Linear algebra in one thread: where muscles are worked on side by side, its threads would stand in their way."""

from contextlib import AbstractContextManager, nullcontext


def in_one_thread() -> AbstractContextManager[object]:
    """Return a context in which NumPy's library for linear algebra does not divide its work, in the whole process.

    Waiting for work, its threads keep processors busy. On two of them that is a third of the time of a measurement.
    Without the package threadpoolctl, which Slicer does not bring, nothing changes.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits
