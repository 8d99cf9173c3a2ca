"""Warnings of muscles as notes: each sentence once, with the muscles that it is about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report.content import Translate
from MuscleSegLib.report.patient_report.words import SHORT_SIDES, sides_in
from MuscleSegLib.translatable import Translatable, _

_SENTENCES = re.compile(r"(?<=[.!?]) +(?=[A-Z0-9\"])")
_NUMBER = re.compile(r"\d+(\.\d+)?")

ABSENT = _("Not in the labels.")


@dataclass
class Note:
    """Sentence about some muscles.

    Attributes:
        letter: Its mark in the table; "" for one on all muscles.
        sentences: The sentence, once for each set of its numbers.
        rows: Muscles that it is about.
    """

    letter: str = ""
    sentences: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def notes_of(rows: Sequence[Row]) -> tuple[Note, ...]:
    """Return the notes on a table of muscles, marked a, b, c and so on in the order of the rows but for those on all.

    Sentences that differ only in a number share a note.
    """
    notes: dict[object, Note] = {}
    for row in rows:
        sentences = [ABSENT] if row.volume_cm3 is None else list(sentences_in(row.warnings))
        for sentence in sentences:
            note = notes.setdefault(_kind_of(sentence), Note())
            if sentence not in note.sentences:
                note.sentences.append(sentence)
            if row not in note.rows:
                note.rows.append(row)
    marked = [note for note in notes.values() if len(note.rows) < len(rows)]
    for place, note in enumerate(marked):
        note.letter = _letter(place)
    return tuple(notes.values())


def sentences_in(warnings: str) -> Iterator[str]:
    """Yield the sentences of a row's warnings, each in words that can be translated where the warnings are."""
    if isinstance(warnings, Translatable) and not warnings.context and warnings.values:
        for name, part in warnings.values.items():
            if name != "separator":
                yield from sentences_in(part)
    elif isinstance(warnings, Translatable):
        yield warnings
    else:
        yield from filter(None, _SENTENCES.split(warnings.strip()))


def note_text(note: Note, rows: Sequence[Row], translate: Translate) -> str:
    """Return a note as a line below the table: mark, sentence and muscles, the sentence alone where it is on all."""
    if not note.letter:
        return _sentence(note, translate)
    muscles = _muscles(note.rows, rows, translate)
    template = _("{letter}: {sentence} ({muscles})")
    return translate(template.format(letter=note.letter, sentence=_sentence(note, translate), muscles=muscles))


def _letter(place: int) -> str:
    letters = len(ascii_lowercase)
    return (ascii_lowercase[place // letters - 1] if place >= letters else "") + ascii_lowercase[place % letters]


def _kind_of(sentence: str) -> object:
    """Return what sentences have in common that differ in numbers alone."""
    if not isinstance(sentence, Translatable):
        return sentence
    values = tuple(value for value in sentence.values.values() if not _NUMBER.fullmatch(value))
    return sentence.template, sentence.context, values


def _sentence(note: Note, translate: Translate) -> str:
    """Return a note's sentence, with the range of its numbers."""
    first = note.sentences[0]
    if len(note.sentences) == 1 or not isinstance(first, Translatable):
        return translate(first)
    ranges = {}
    for name, value in first.values.items():
        values = [sentence.values[name] for sentence in note.sentences if isinstance(sentence, Translatable)]
        numbers = sorted(values, key=float) if all(map(_NUMBER.fullmatch, values)) else [value]
        ranges[name] = numbers[0] if numbers[0] == numbers[-1] else f"{numbers[0]}–{numbers[-1]}"
    return translate(first.made_of(first.template, ranges, context=first.context))


def _muscles(noted: Sequence[Row], rows: Sequence[Row], translate: Translate) -> str:
    """Return the muscles of a note in few words."""
    parts = []
    for side in sides_in(rows):
        members = [row for row in noted if row.side == side]
        if not members:
            continue
        is_whole = len(members) == sum(row.side == side for row in rows)
        names = translate(_("all")) if is_whole else ", ".join(row.abbreviation for row in members)
        parts.append(f"{translate(SHORT_SIDES[side])}: {names}" if side else names)
    others = [row for row in noted if row.side not in sides_in(rows)]
    parts += [", ".join(row.abbreviation for row in others)] if others else []
    return "; ".join(parts)
