"""English texts that a window can show in another language: each keeps the template and the values it was made of.

A text is made as in Slicer's own modules: ``_("{path} is empty: copy it again.").format(path=path)``. Slicer's
``update_translations.py`` collects every ``_("...")`` for translators; the library, which knows no Slicer, goes on in
English, and the panel looks the template up when it shows the text. Values are finished texts, or translatable too.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self


class Translatable(str):
    """An English text, and what it was made of.

    Attributes:
        template: The English text with a field in braces for each value; as it is where there are no values.
        values: By field.
        context: The file that marked the template, as Slicer calls it; "" where only the values are translated.
    """

    template: str
    values: Mapping[str, str]
    context: str

    @classmethod
    def made_of(
        cls, template: str, values: Mapping[str, str], *, context: str = "", english: str | None = None
    ) -> Self:
        """Return a text, filled in English unless that is given."""
        if english is None:
            english = str.format(template, **values) if values else str(template)
        text = cls(english)
        text.template, text.values, text.context = str(template), dict(values), context
        return text

    def format(self, *args: Any, **values: Any) -> Self:
        """Return the text with a value for each of its fields, which have names only."""
        assert not args
        finished = {name: value if isinstance(value, Translatable) else str(value) for name, value in values.items()}
        return self.made_of(self.template, finished, context=self.context)

    def capitalized(self) -> Self:
        """Return the text with a capital letter in front, in every language."""
        english = self[:1].upper() + self[1:]
        return self.made_of(self.template, self.values, context=self.context, english=english)


def _(template: str) -> Translatable:
    """Mark a text, or a template, for translators: alone in the parentheses, so that Slicer's tool finds it."""
    module: str = sys._getframe(1).f_globals["__name__"]  # the caller's, as ``slicer.i18n.tr`` does it
    return Translatable.made_of(template, {}, context=".".join(module.split(".")[-2:]))


def filled(template: str, values: Mapping[str, object]) -> str:
    """Return a template with its values; without any, braces in it are braces."""
    return template.format(**values) if values else template


def joined(separator: str, texts: Iterable[str]) -> Translatable:
    """Return texts in a row, each of which is translated for itself, as is the separator."""
    parts = {f"part_{number}": text for number, text in enumerate(texts)}
    template = "{separator}".join(f"{{{name}}}" for name in parts)
    return Translatable.made_of(template, parts | ({"separator": separator} if len(parts) > 1 else {}))


def with_changed_values(text: str, change: Callable[[str], str]) -> str:
    """Return a text, all of which is changed; of a translatable one the values, so that its template stays."""
    if not isinstance(text, Translatable):
        return change(text)
    if not text.values:
        return text
    values = {name: with_changed_values(value, change) for name, value in text.values.items()}
    changed = text.made_of(text.template, values, context=text.context)
    is_capitalized = text[:1].isupper() and text.template[:1].islower()
    return changed.capitalized() if is_capitalized else changed
