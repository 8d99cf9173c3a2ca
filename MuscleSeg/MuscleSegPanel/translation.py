"""What MuscleSegLib says, in the language of the user.

The library and the worker's process know no Slicer: what comes from them is finished English text with names and
numbers in it. It is found in the lists of all that they say, whose entries Slicer's translators were shown.
"""

import functools
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from slicer.i18n import tr

from MuscleSegPanel import library_phrases, library_sentences

_OF_NUMBER, _NUMBER = "number", r"-?\d[\d.]*"  # how fields are called that hold nothing else
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) ")


@dataclass(frozen=True)
class _Entry:
    """A sentence or a phrase with fields.

    Attributes:
        pattern: Of all that it may be in English, with a group for each field.
        words: How many letters stand around the fields.
        longest: The longest piece around them, which is looked for first because that is fast.
        translation: With the same fields.

    """

    pattern: re.Pattern[str]
    words: int
    longest: str
    translation: str

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return the fields' values where a text is of this kind, else None."""
        found = self.pattern.fullmatch(text) if self.longest in text else None
        return found.groupdict() if found else None


def translated(text: str) -> str:
    """Return what the library says in the user's language, or as it is where it is not known or not translated.

    Args:
        text: A phrase, a name, or one or several sentences with a space between them.

    """
    sentences, phrases = _entries()
    if not text or not (sentences or phrases):
        return text
    known = _found(text, phrases)
    return _joined(text, sentences) if known is None else known


def _joined(text: str, sentences: Sequence[_Entry]) -> str:
    """Translate sentence by sentence. A stop may be within one too, so that ever more of the text is tried."""
    ends = [found.start() for found in _BETWEEN_SENTENCES.finditer(text)]
    for end in (*ends, len(text)):
        known = _found(text[:end], sentences)
        if known is not None:
            return f"{known} {_joined(text[end + 1 :], sentences)}" if end < len(text) else known
    return f"{text[: ends[0]]} {_joined(text[ends[0] + 1 :], sentences)}" if ends else text


def _found(text: str, entries: Sequence[_Entry]) -> str | None:
    """Return the translation of what is one sentence or phrase, or None where it is not among these."""
    for entry in entries:
        values = entry.values_in(text)
        if values is not None:
            _sentences, phrases = _entries()
            filled = {name: _found(value, phrases) or value for name, value in values.items()}
            return entry.translation.format(**filled)
    return None


@functools.cache
def _entries() -> tuple[tuple[_Entry, ...], tuple[_Entry, ...]]:
    """Return all sentences and all phrases, those with the most words of their own first; none in English.

    Slicer has its language from the start to the end, so that they are made once.
    """
    lists = [(one.listed(str), one.listed(tr)) for one in (library_sentences, library_phrases)]
    if all(english == own for english, own in lists):
        return (), ()
    sentences, phrases = (tuple(map(_entry, *both)) for both in lists)
    return _sorted(sentences), _sorted(phrases)


def _sorted(entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: -entry.words))


def _entry(english: str, translation: str) -> _Entry:
    pieces = list(string.Formatter().parse(english))
    names = [name for _literal, name, _spec, _conversion in pieces if name]
    pattern = "".join(
        re.escape(literal) + _value(name, is_first=not (place or literal))
        for place, (literal, name, _spec, _conversion) in enumerate(pieces)
    )
    usable = translation if _takes(translation, names) else english
    literals = [literal for literal, *_others in pieces]
    return _Entry(re.compile(pattern, re.DOTALL), len("".join(literals)), max(literals, key=len), usable)


def _value(name: str | None, *, is_first: bool) -> str:
    """Return the pattern of a field's value. A sentence that begins with one must not take in those before it."""
    if not name:
        return ""
    any_other = rf"(?:(?!{_BETWEEN_SENTENCES.pattern}).)+?" if is_first else ".+?"
    return f"(?P<{name}>{_NUMBER if name.startswith(_OF_NUMBER) else any_other})"


def _takes(translation: str, names: Sequence[str]) -> bool:
    """Return whether a translation can be filled: a translator may have lost a brace."""
    try:
        translation.format(**dict.fromkeys(names, ""))
    except (KeyError, IndexError, ValueError):
        return False
    return True
