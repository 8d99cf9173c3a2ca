"""Work in steps, so that Slicer's window never waits for long: in its main thread, since PythonQt has no other."""

import concurrent.futures
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import qt

from MuscleSegLib.errors import MuscleSegError

SLICE_S = 0.05
"""Longest run of steps at once, before Slicer handles a person's input."""

GIVEN_S = 0.01
"""Time slice of a thread: while Qt's loop runs, PythonQt keeps the lock that every thread needs."""

_ASKED_AGAIN_S = 0.2
"""Time after which a thread that waits for an answer looks whether anybody answers any more."""

Work = Generator[None, None, Any]

ResultT = TypeVar("ResultT")


def in_thread(compute: Callable[[], ResultT]) -> Generator[None, None, ResultT]:
    """Return the result of a computation without steps, in a thread that is waited for in steps.

    Closed before its end, it leaves the thread running and drops the result, so that the thread must write nothing.

    Args:
        compute: Computation without Slicer, Qt and VTK, on values that do not change meanwhile.
    """
    threads = concurrent.futures.ThreadPoolExecutor(1)
    try:
        result = threads.submit(compute)
        while not result.done():
            concurrent.futures.wait([result], GIVEN_S)
            yield
        return result.result()
    finally:
        threads.shutdown(wait=False)


def in_asking_thread(
    compute: Callable[[Callable[[str], str]], ResultT], answer: Callable[[str], str]
) -> Generator[None, None, ResultT]:
    """Return the result of a computation in a thread that asks this thread, which alone may touch Qt, for texts.

    Args:
        compute: As for ``in_thread``, given a function to ask with.
        answer: Called in this thread with each text that is asked for; a text is asked for once.
    """
    questions: queue.SimpleQueue[tuple[str, concurrent.futures.Future[str]]] = queue.SimpleQueue()
    answers: dict[tuple[str, str, str], str] = {}
    is_closed = threading.Event()

    def ask(text: str) -> str:
        question: concurrent.futures.Future[str] = concurrent.futures.Future()
        questions.put((text, question))
        while not is_closed.is_set():
            with contextlib.suppress(concurrent.futures.TimeoutError):
                return question.result(_ASKED_AGAIN_S)
        return text

    def answered(text: str) -> str:
        # A translatable text equals the plain one, which is not translated.
        key = (text, getattr(text, "context", ""), getattr(text, "template", ""))
        if key not in answers:
            answers[key] = ask(text)
        return answers[key]

    threads = concurrent.futures.ThreadPoolExecutor(1)
    try:
        result = threads.submit(compute, answered)
        while not result.done():
            with contextlib.suppress(queue.Empty):
                text, question = questions.get(timeout=GIVEN_S)
                question.set_result(answer(text))
            yield
        return result.result()
    finally:
        is_closed.set()
        threads.shutdown(wait=False)


def at_once(work: Generator[None, None, ResultT]) -> ResultT:
    """Do all steps of work while Slicer's window waits, and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: ResultT = end.value
            return result


class Steps:
    """Work that goes on whenever Slicer has nothing else to do."""

    def __init__(self, on_error: Callable[[str], None], *, on_end: Callable[[], None] = lambda: None) -> None:
        """Do nothing yet.

        Args:
            on_error: Called with the sentence of an error that ended the work.
            on_end: Called when work has ended, with an error or without, but not when stopped.
        """
        self._on_error, self._on_end = on_error, on_end
        self._work: Work | None = None
        self._timer = qt.QTimer()
        self._timer.setInterval(0)
        self._timer.connect("timeout()", self._go_on)

    @property
    def is_busy(self) -> bool:
        """Whether there is work that has not ended."""
        return self._work is not None

    def run(self, work: Work) -> None:
        """Begin work in place of earlier work; short work has ended when this returns."""
        self.stop()
        self._work = work
        self._timer.start()
        self._go_on()

    def stop(self) -> None:
        """Stop the work, and forget it."""
        self._timer.stop()
        work, self._work = self._work, None
        if work is not None:
            work.close()

    def _go_on(self) -> None:
        work, end = self._work, time.monotonic() + SLICE_S
        try:
            while work is not None and work is self._work and time.monotonic() < end:
                next(work)
        except StopIteration:
            self._end(work)
        except MuscleSegError as error:
            self._end(work, error.message)
        except BaseException:
            self._end(work)
            raise

    def _end(self, work: Work, sentence: str = "") -> None:
        if work is self._work:
            self._timer.stop()
            self._work = None
            if sentence:
                self._on_error(sentence)
            self._on_end()
