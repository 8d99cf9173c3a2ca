"""Texts of MuscleSegLib in the language of the user."""

from collections.abc import Mapping
from string import Formatter

from slicer.i18n import translate

from MuscleSegLib.translatable import Translatable


def translated(text: str) -> str:
    """Return a text of the library in the user's language, or in English where there is no usable translation."""
    if not isinstance(text, Translatable):
        return text
    values = {name: translated(value) for name, value in text.values.items()}
    translation = translate(text.context, text.template) if text.context else text.template
    filled = _filled(translation, values)
    if filled is None:  # a translator may have lost a brace, or a field
        filled = _filled(text.template, values)
    if filled is None:  # and so may a worker of another version
        return str(text)
    is_capitalized = text[:1].isupper() and text.template[:1].islower()
    return filled[:1].upper() + filled[1:] if is_capitalized else filled


def _filled(template: str, values: Mapping[str, str]) -> str | None:
    """Return a template with its values, None where its fields are not theirs."""
    if not values:
        return template
    try:
        fields = {field for _literal, field, _spec, _conversion in Formatter().parse(template) if field is not None}
        return template.format(**values) if fields == set(values) else None
    except (ValueError, AttributeError, LookupError):
        return None
