"""Damaged files are read many times: how each ends, and what stays of the files."""

import contextlib
import hashlib
import io
import logging
import random
import tempfile
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from Testing.fuzzed_kinds import Kind, damaged, kinds
from Testing.peak_memory import peak_mb

OUTCOMES = ("intact", "refused", "told", "independent", "silent", "failed")


@dataclass
class Tally:
    """Ends of the files of a kind.

    Attributes:
        name: Of the kind.
        outcomes: "intact" (as before the damage), "refused" (in one sentence), "told" (other content, and a warning),
            "independent" (other content, which an independent reader sees too), "silent" (other content, without a
            word), "failed" (anything else).
        failures: The last lines of what failed.
        silent: The seeds of files that are read otherwise without a word.
        lost: Files that are not as they were, though what reads them was refused.
        peak_mb: The most memory that the process has had so far.
        seconds: In all.
    """

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    seconds: float = 0.0


def tally(number: int, count: int, seed: int, limit_s: float = 1e9) -> Tally:
    """Damage and read files of the kind of a number; in a process of its own, ``peak_mb`` is of them alone.

    It ends after ``count`` files, or when reading has taken ``limit_s`` of processor time: as many files are read on a
    busy computer as on an idle one.
    """
    kind = kinds()[number]
    tallied = Tally(kind.name)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name, _heard() as words:
        folder = Path(name) / "files"
        folder.mkdir()
        targets = kind.make(folder)
        whole = _contents(folder)
        expected = kind.read(folder)
        read_from = time.process_time()
        for turn in range(count):
            if time.process_time() - read_from > limit_s:
                break
            _restore(folder, whole)
            chance = random.Random(f"{kind.name} {seed} {turn}")
            path = chance.choice(list(targets))
            path.write_bytes(damaged(path.read_bytes(), kind.damages, chance))
            words.clear()
            _judge(kind, folder, expected, tallied, f"{turn} {path.name}", words)
    tallied.peak_mb = peak_mb()
    tallied.seconds = time.monotonic() - begun
    return tallied


def _judge(kind: Kind, folder: Path, expected: object, tallied: Tally, label: str, words: list[str]) -> None:
    before = _contents(folder)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = kind.read(folder)
    except MuscleSegError as error:
        is_sentence = "\n" not in str(error) and len(str(error)) > 10 and "nexpected" not in str(error)[:40]
        tallied.outcomes["refused" if is_sentence else "failed"] += 1
        if not is_sentence:
            tallied.failures.append(f"{label}: {error}")
        if kind.name != "bundle, SHA-256 renewed" and _digests(_contents(folder)) != _digests(before):
            tallied.lost.append(label)
        return
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        tallied.outcomes["failed"] += 1
        tallied.failures.append(
            f"{label}: {type(error).__name__}: {str(error)[:300]} ({place.filename}:{place.lineno})"
        )
        return
    if not set(before) <= set(_contents(folder)):
        tallied.lost.append(label)
    if result == expected:
        how = "intact"
    elif words or printed.getvalue().strip():
        how = "told"
    else:
        how = "independent" if _is_independent(kind, folder, result) else "silent"
    tallied.outcomes[how] += 1
    if how == "silent":
        tallied.silent.append(label)


def _is_independent(kind: Kind, folder: Path, result: object) -> bool:
    if kind.independent is None:
        return False
    try:
        return bool(kind.independent(folder) == result)
    except Exception:
        return False


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _digests(contents: dict[Path, bytes]) -> dict[Path, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}


def _restore(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in _contents(folder):
        if path not in whole:
            path.unlink()
    for path, content in whole.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


class _Words(logging.Handler):
    def __init__(self, words: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.words = words

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


@contextlib.contextmanager
def _heard():  # type: ignore[no-untyped-def]
    """Collect what is logged as a warning."""
    words: list[str] = []
    handler = _Words(words)
    logger = logging.getLogger("MuscleSegLib")
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield words
    finally:
        logger.removeHandler(handler)
