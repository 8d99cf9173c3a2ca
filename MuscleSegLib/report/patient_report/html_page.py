"""Document as HTML: one file without scripts, whose pictures are in it, and that prints on A4."""

import base64

from MuscleSegLib.report.columns import printable
from MuscleSegLib.report.patient_report.document import Document, Lines, Pictures, Table

_STYLE = """
@page { size: A4; margin: 11mm 12mm 12mm; }
* { box-sizing: border-box; }
html { background: white; -webkit-text-size-adjust: 100%; }
body { font: 7.4pt/1.2 "DejaVu Sans", Verdana, "Segoe UI", Arial, sans-serif; color: #1b1f27; background: white;
  width: 186mm; max-width: 100%; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 1.75em; margin: 0 0 0.6mm; color: #1f3864; }
h2 { font-size: 1.2em; margin: 2.6mm 0 0.8mm; padding-bottom: 0.3mm; color: #1f3864; border-bottom: 0.4pt solid #9aa5b8;
  break-after: avoid; }
p, ul { margin: 0.6mm 0; } ul { padding-left: 3.5mm; columns: 2; column-gap: 6mm; } li { break-inside: avoid; }
.notice, figcaption, .small { color: #414a5a; font-size: 0.88em; }
dl { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: 0.2mm 3mm; margin: 1.2mm 0;
  border-top: 0.8pt solid #1f3864; border-bottom: 0.8pt solid #1f3864; padding: 0.8mm 0; }
dt { color: #414a5a; } dd { margin: 0; min-width: 0; }
table { border-collapse: collapse; table-layout: fixed; font-size: 0.92em; margin-bottom: 1mm; }
thead th { overflow-wrap: normal; }
th { font-weight: 600; text-align: right; vertical-align: bottom; }
thead tr + tr th { border-bottom: 0.6pt solid #1f3864; } thead th.over { text-align: center; }
td, th { padding: 0.12mm 0.6mm; } td { text-align: right; vertical-align: top; }
tbody th, td.notes, th.notes, th.name { text-align: left; } tbody th { font-weight: 400; vertical-align: top; }
td.notes, th.notes { padding-left: 2mm; }
tbody tr { border-bottom: 0.2pt solid #dfe4ec; break-inside: avoid; }
tbody tr:first-child > * { padding-top: 0.5mm; }
tr.group th, tr.group td { font-weight: 600; } tr.region th { font-weight: 600; color: #1f3864; }
.pictures { display: flex; gap: 2mm; align-items: flex-start; break-inside: avoid; }
figure { margin: 0.6mm 0; } figure img { width: 100%; display: block; }
.running { display: none; }
@media screen { body { padding: 6mm 0; } }
@media screen and (max-width: 190mm) { body { padding: 3mm; } }
@media print { .page { break-before: page; } .running { display: block; color: #414a5a; font-size: 0.88em; }
  .dense { font-size: 6.4pt; line-height: 1.14; } .dense .pictures { width: 84%; margin: 0 auto; }
  .crowded { font-size: 5.9pt; line-height: 1.1; } .crowded .pictures { width: 70%; margin: 0 auto; } }
"""

_MOST_ROWS, _MOST_DENSE_ROWS = 22, 30
"""Rows of tables for which there is room beside the pictures of a page, in type of usual size and in smaller type."""

_TEMPLATE = """<!DOCTYPE html>
<html lang="{{ document.language }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ document.title }}</title>
<style>{{ style }}</style>
</head>
<body{% if density %} class="{{ density }}"{% endif %}>
<h1>{{ document.title }}</h1>
<p class="notice">{{ document.notice }}</p>
<dl>{% for name, value in document.facts %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
{% for section in document.sections %}
<section{% if section.starts_page %} class="page"{% endif %}>
{% if section.starts_page %}<p class="running">{{ document.running }}</p>{% endif %}
<h2>{{ section.title }}</h2>
{% for block in section.blocks %}
{% set kind = kind_of(block) %}
{% if kind == "table" %}
{% set width = block.shares | sum %}
<table style="width: {{ '%.2f' | format(100 * width) }}%">
<colgroup>
{% for share in block.shares %}<col style="width: {{ '%.2f' | format(100 * share / width) }}%">{% endfor %}
</colgroup>
<thead>
<tr>{% for head in block.heads %}<th scope="colgroup" colspan="{{ head.below | length }}" class="
{%- if loop.first %}name{% elif loop.last and block.has_notes %}notes{% else %}over{% endif %}">{{ head.text }}</th>
{%- endfor %}</tr>
<tr>{% for text in below(block) %}<th scope="col">{{ text }}</th>{% endfor %}</tr>
</thead>
<tbody>
{% for row in block.rows %}
<tr{% if row.kind %} class="{{ row.kind }}"{% endif %}>
{%- for cell in row.cells %}
{%- if loop.first %}<th scope="row">{{ cell }}</th>
{%- else %}<td{% if loop.last and block.has_notes %} class="notes"{% endif %}>{{ cell }}</td>{% endif %}
{%- endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% elif kind == "pictures" %}
<div class="pictures">
{% for picture in block.pictures %}
<figure style="width: {{ '%.1f' | format(100 * picture.share) }}%">
<img alt="{{ picture.caption }}" src="data:image/png;base64,{{ encoded(picture.png) }}">
<figcaption>{{ picture.caption }}</figcaption>
</figure>
{% endfor %}
</div>
{% elif block.is_list %}
<ul class="small">{% for text in block.texts %}<li>{{ text }}</li>{% endfor %}</ul>
{% else %}
{% for text in block.texts %}<p class="small">{{ text }}</p>{% endfor %}
{% endif %}
{% endfor %}
</section>
{% endfor %}
</body>
</html>
"""


def html_of(document: Document) -> bytes:
    """Return a document as an HTML file. Every text is escaped, and no text is styled by another's content."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined, finalize=_printable
    )
    environment.globals.update(kind_of=_kind_of, below=_below, encoded=_encoded)
    page = environment.from_string(_TEMPLATE).render(
        document=document, style=Markup(_STYLE), density=_density(document)
    )
    return page.encode("utf-8", "replace")


def _density(document: Document) -> str:
    """Return the class of type that is small enough for the pages after the first to be one."""
    rows = 0
    for section in document.sections:
        rows = 0 if section.starts_page else rows
        rows += sum(len(block.rows) for block in section.blocks if isinstance(block, Table))
    return "crowded" if rows > _MOST_DENSE_ROWS else "dense" if rows > _MOST_ROWS else ""


def _printable(value: object) -> object:
    """Return a text without control characters; what is markup already stays."""
    is_plain = isinstance(value, str) and not hasattr(value, "__html__")
    return printable(str(value)) if is_plain else value


def _kind_of(block: Table | Pictures | Lines) -> str:
    return type(block).__name__.lower()


def _below(table: Table) -> list[str]:
    return [text for head in table.heads for text in head.below]


def _encoded(png: bytes) -> str:
    return base64.b64encode(png).decode()
