"""Texts of results without paths of this computer, and without whom they are about."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.findings import Findings
from MuscleSegLib.report.provenance import Origin
from MuscleSegLib.translatable import with_changed_values

Hide = Callable[[str], str]
"""Function that returns a text without what shall not be in it."""

_LEFT_OUT = "left out"

_MOST_OF_A_WORD = 3
"""Letters: names of files as short as this are words of sentences too, and name nobody."""


def hider(files: Mapping[str, Path], identifiers: Iterable[str] = ()) -> Hide:
    """Return a function that puts names in place of files, and takes identifiers out of a text.

    Args:
        files: Files and folders by what stands in their place; a file in a folder has the folder's name.
        identifiers: Names, IDs and dates of birth of a patient.
    """
    patterns = [
        (re.compile(rf"(?<![\w./\\]){re.escape(text)}(?!\w)(?:[/\\][^\s:;,\"]*)?"), name)
        for name, path in files.items()
        for text in {str(path), str(path.absolute()), str(path.resolve())}
        if len(text) > _MOST_OF_A_WORD
    ]
    patterns.sort(key=lambda entry: -len(entry[0].pattern))
    patterns += [
        (re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE), _LEFT_OUT)
        for text in sorted(identifiers, key=len, reverse=True)
    ]

    def hide(text: str) -> str:
        for pattern, name in patterns:
            text = pattern.sub(lambda _, name=name: name, text)  # type: ignore[misc]
        return text

    return hide


def hidden_rows(rows: Iterable[Row], hide: Hide) -> tuple[Row, ...]:
    """Return rows with their warnings hidden in part."""
    return tuple(_hidden(row, hide) for row in rows)


def hidden_findings(findings: Findings, hide: Hide) -> Findings:
    """Return findings with all their texts hidden in part."""
    return replace(
        findings,
        muscles=hidden_rows(findings.muscles, hide),
        groups=tuple(_hidden(row, hide) for row in findings.groups),
        adipose_tissue=tuple(_hidden(row, hide) for row in findings.adipose_tissue),
        provenance=tuple(_hidden_origin(origin, hide) for origin in findings.provenance),
    )


def _hidden(row: Any, hide: Hide) -> Any:  # noqa: ANN401 - any row with warnings
    return replace(row, warnings=with_changed_values(row.warnings, hide))


def _hidden_origin(origin: Origin, hide: Hide) -> Origin:
    return replace(origin, value=hide(origin.value)) if isinstance(origin.value, str) else origin
