"""Remarks about a muscle in two words each, for a row of the list; the sentences are in the row's tooltip."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from slicer.i18n import tr as _

_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) ")


def sentences_of(warnings: str) -> tuple[str, ...]:
    """Return the sentences of a row's warnings, in the library's English."""
    return tuple(filter(None, _BETWEEN_SENTENCES.split(warnings)))


def common_to(rows: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences that are in the warnings of every row; none of fewer than two rows."""
    if len(rows) < 2:
        return ()
    others = [set(sentences_of(warnings)) for warnings in rows[1:]]
    return tuple(sentence for sentence in sentences_of(rows[0]) if all(sentence in other for other in others))


def in_short(warnings: str, *, but_for: Collection[str] = ()) -> str:
    """Return warnings in two words each, those first that say most against a number.

    Args:
        warnings: Of a row, in the library's English. A sentence that has no short form is "see note".
        but_for: Sentences that are said elsewhere.

    """
    left = [sentence for sentence in sentences_of(warnings) if sentence not in but_for]
    shortened = sorted(_short(sentence) for sentence in left)
    return " · ".join(dict.fromkeys(text for _rank, text in shortened if text))


def _short(sentence: str) -> tuple[int, str]:
    """Return how early a sentence's short form stands, and the form."""
    for rank, (pattern, short) in enumerate(_forms()):
        match = re.match(pattern, sentence)
        if match:
            return rank, short(match)
    return -1, _("see note")


def _forms() -> Iterator[tuple[str, Callable[[re.Match[str]], str]]]:
    """Yield patterns of the library's sentences with their short forms, the gravest first."""
    yield r"\AOf different patients", lambda _match: _("other patient?")
    yield r"\AFat and water are likely swapped", lambda _match: _("fat–water swap?")
    yield r"(\w+) taken as .* though its values look like", lambda match: _("{map} unit?").format(map=match[1])
    yield (
        r"\AThe (\w+) map covers (\d+) %",
        lambda match: _("{map} covers {percent} %").format(map=match[1], percent=match[2]),
    )
    yield r"\ACut by the field of view", lambda _match: _("cut off")
    yield r"\AFF above \d+ %", lambda _match: _("fatty")
    yield r"\AIts (MTR is lowered|T2 is prolonged) by fat", lambda _match: _("fatty")
    yield r"\AOne voxel of contour moves FF by ([\d.]+)", lambda match: _("contour ±{points}").format(points=match[1])
    yield r"(\d+) voxels? of the (\w+) map excluded", lambda match: _("{map} holes").format(map=match[2])
    yield r"\w+ taken as [\w.]+ \(assumed\)", lambda _match: _("units assumed")
