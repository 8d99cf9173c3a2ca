"""HTML page of a study: a single self-contained file."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.report.columns import TITLES, header, names_of

TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f27; max-width: 1150px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; color: #1f3864; }
table { border-collapse: collapse; font-size: 0.87rem; } td, th { padding: 0.25rem 0.6rem; text-align: right; }
th { background: #1f3864; color: white; font-weight: 600; vertical-align: bottom; }
td { white-space: nowrap; } td.text, th.text { text-align: left; }
td.long { white-space: normal; min-width: 22rem; }
tr:nth-child(even) td { background: #f2f5fa; } tr.paper td { color: #5b6577; font-style: italic; }
tr.marked td { background: #fdebd3; font-weight: 600; } tr.failed td { background: #fbdcd6; }
.wide { overflow-x: auto; } img { max-width: 100%; } figure { margin: 1rem 0; } figcaption, .note { color: #5b6577; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0.15rem 1rem; }
dt { color: #5b6577; } dd { margin: 0; }
summary { cursor: pointer; margin: 0.6rem 0; }
@page { size: A4 landscape; margin: 12mm; }
@media print { /* browsers print no backgrounds, so that the header's white would be lost; and nobody can click */
body { max-width: none; margin: 0; padding: 0; font-size: 10pt; } table { font-size: 7.5pt; }
th { background: none; color: #1b1f27; border-bottom: 1.5pt solid #1f3864; } td, th { padding: 0.1rem 0.3rem; }
tr { break-inside: avoid; } figure { break-inside: avoid; } h2 { break-after: avoid; }
tr.marked td { border-top: 1pt solid #1b1f27; border-bottom: 1pt solid #1b1f27; }
.wide { overflow: visible; } td.long { min-width: 0; } summary { display: none; }
details::details-content { content-visibility: visible; block-size: auto; }
}
</style>
</head>
<body>
<h1>{{ title }}</h1>
<dl>{% for name, value in facts %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<p class="note">MuscleSeg is research software and no medical device.</p>
{% for section in sections %}
<h2>{{ section.title }}</h2>
{% if section.note %}<p class="note">{{ section.note }}</p>{% endif %}
{% for caption, image in section.images %}
<figure>
<img alt="{{ section.title }}: {{ caption }}" src="data:image/png;base64,{{ image }}">
<figcaption>{{ caption }}</figcaption>
</figure>
{% endfor %}
{% if section.rows %}
{% if section.is_folded %}<details><summary>{{ section.rows | length }} rows</summary>{% endif %}
<div class="wide"><table>
<thead><tr>
{%- for head, is_text in section.heads %}<th scope="col"{% if is_text %} class="text"{% endif %}>{{ head }}</th>
{%- endfor -%}
</tr></thead>
<tbody>
{% for kind, cells in section.rows %}
<tr{% if kind %} class="{{ kind }}"{% endif %}>
{%- for cell in cells %}
{%- set looks = "text long" if cell | length > 50 else "text" %}
<td{% if section.heads[loop.index0][1] %} class="{{ looks }}"{% endif %}>{{ cell }}</td>
{%- endfor -%}
</tr>
{% endfor %}
</tbody></table></div>
{% if section.is_folded %}</details>{% endif %}
{% endif %}
{% endfor %}
</body>
</html>
"""

MISSING = "–"

_PS = ("p", "p_adjusted", "r_with_dsc_p")
_DIGITS = {**dict.fromkeys(_PS, 4), "icc_a1": 3, "icc_c1": 3}
_SMALLEST_P = 1e-4
_FOLDED_FROM = 40
_TEXT = frozenset({"section", "network", "other", "source", "metric", "quantity", "muscle", "test", "side", "region"})
_ALSO_TEXT = frozenset({"case", "status", "note", "architecture", "noise_from"})


@dataclass(frozen=True)
class PageSection:
    """Section of the page: a note, images and a table.

    Attributes:
        title: Heading.
        note: Explanation.
        images: Captions and PNG images in base64.
        heads: Headers of the table, and whether each column is text.
        rows: CSS class of each row, and its cells.
        is_folded: Whether a click opens the table.
    """

    title: str
    note: str = ""
    images: Sequence[tuple[str, str]] = ()
    heads: Sequence[tuple[str, bool]] = ()
    rows: Sequence[tuple[str, Sequence[str]]] = ()
    is_folded: bool = False


def page(title: str, facts: Sequence[tuple[str, str]], sections: Sequence[PageSection]) -> str:
    """Return the page as HTML. Text from files is escaped."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(TEMPLATE).render(title=title, facts=facts, sections=sections)


def images_section(title: str, images: Mapping[str, bytes | None], note: str = "") -> PageSection:
    """Return a section with images by their captions, without those that could not be drawn."""
    encoded = [(caption, base64.b64encode(image).decode()) for caption, image in images.items() if image]
    return PageSection(title, note, images=encoded)


def table_section(title: str, kind: type[Any], rows: Sequence[Any], note: str = "") -> PageSection:
    """Return a section with a table: a column for each field, with SDs and intervals beside their estimates."""
    names = [name for name in names_of(kind) if not _belongs_to_another(name, kind)]
    names = [name for name in names if any(getattr(row, name) is not None for row in rows)]
    heads = [(_head(name), name in _TEXT | _ALSO_TEXT) for name in names]
    cells = [(_kind_of(row), [_cell(row, name) for name in names]) for row in rows]
    return PageSection(title, note, heads=heads, rows=cells, is_folded=len(rows) > _FOLDED_FROM)


def _sd_of(name: str) -> str:
    """Return the column of a mean's SD: ``ff_error_percent`` has ``ff_error_sd_percent``."""
    stem, _, unit = name.rpartition("_")
    return f"{stem}_sd_{unit}" if unit in ("percent", "ms", "cm3") else f"{name}_sd"


def _belongs_to_another(name: str, kind: type[Any]) -> bool:
    """Return whether a column is the SD of another column, or an end of its confidence interval."""
    return any(name in (_sd_of(other), f"{other}_low", f"{other}_high") for other in names_of(kind))


def _head(name: str) -> str:
    return TITLES.get(name) or header(name).replace("cm3", "cm³")


def _kind_of(row: Any) -> str:  # noqa: ANN401 - any dataclass of a table
    if getattr(row, "source", "this study") != "this study":
        return "paper"
    if getattr(row, "is_beyond_noise", False):
        return "marked"
    return "failed" if getattr(row, "status", "") == "failed" else ""


def _cell(row: Any, name: str) -> str:  # noqa: ANN401 - any dataclass of a table
    text = _value(getattr(row, name), name)
    sd, low, high = (getattr(row, other, None) for other in (_sd_of(name), f"{name}_low", f"{name}_high"))
    if sd is not None:
        return f"{text} ± {_value(sd, name)}"
    return text if low is None else f"{text} [{_value(low, name)}, {_value(high, name)}]"


def _value(value: Any, name: str) -> str:  # noqa: ANN401 - of any column
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return _head(value) if name in ("metric", "quantity") else str(value)
    if name in _PS and value < _SMALLEST_P:
        return "< 0.0001"
    return f"{value:.{_DIGITS.get(name, 2)}f}".replace("-", "−")
