"""Remarks about a muscle in two words each, for a row of a table; the sentences are in the row's tooltip."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import qt
from slicer.i18n import tr as _

from MuscleSegLib.review import LiveRow
from MuscleSegPanel.translation import translated

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


@dataclass(frozen=True)
class SharedRemarks:
    """Remarks that rows of a table share, so that a row begins with those that set it apart.

    Attributes:
        sentences: Sentences of every row, in the library's English: they stand once, above the table.
        frequent: Short forms in more than half of the rows: they stand last in a row.
    """

    sentences: tuple[str, ...] = ()
    frequent: frozenset[str] = frozenset()

    def show(self, note: qt.QLabel) -> None:
        """Write the sentences of every row into a label, in short, and in full where the mouse points at it."""
        sentences = " ".join(self.sentences)
        note.text = _("All: {remarks}").format(remarks=in_short(sentences))
        note.toolTip = translated(sentences)
        note.visible = bool(sentences)


def shared_remarks(rows: Sequence[LiveRow]) -> SharedRemarks:
    """Return the remarks that a table's rows share; a muscle that is missing has no part in them."""
    present = [row for row in rows if not row.is_missing]
    common = common_to([row.row.warnings for row in present])
    counts = Counter(text for row in present for text in dict.fromkeys(_short_forms(row.row.warnings)))
    return SharedRemarks(common, frozenset(text for text, count in counts.items() if 2 * count > len(present)))


def in_short(warnings: str, shared: SharedRemarks | None = None) -> str:
    """Return warnings in two words each, those first that say most against a number.

    Args:
        warnings: Of a row, in the library's English. A sentence that has no short form is "see note".
        shared: Remarks of the other rows, too: those of all are left out, frequent ones come last.
    """
    shared = shared or SharedRemarks()
    forms = _short_forms(warnings, but_for=shared.sentences)
    return " · ".join(sorted(forms, key=lambda text: text in shared.frequent))


def _short_forms(warnings: str, but_for: Sequence[str] = ()) -> list[str]:
    """Return the short forms of a row's warnings, the gravest first."""
    ranked = sorted(_short(sentence) for sentence in sentences_of(warnings) if sentence not in but_for)
    return list(dict.fromkeys(text for _rank, text in ranked))


def _short(sentence: str) -> tuple[int, str]:
    """Return the rank of a sentence's short form, the gravest lowest, and the form."""
    for rank, (pattern, short) in enumerate(_forms()):
        match = re.match(pattern, sentence)
        if match:
            return rank, short(match)
    return -1, _("see note")


def _forms() -> Iterator[tuple[str, Callable[[re.Match[str]], str]]]:
    """Yield patterns of the library's sentences with their short forms, the gravest first."""
    yield r"\AOf different patients", lambda _match: _("other patient?")
    yield r"\AThese are likely labels of the", lambda _match: _("other region?")
    yield r"\AOf different DICOM frames", lambda _match: _("not aligned?")
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
