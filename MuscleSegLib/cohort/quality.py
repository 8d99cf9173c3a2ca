"""The quality page: every scan's picture, sorted by confidence, outlying values or warnings, in one HTML file."""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from MuscleSegLib import __version__
from MuscleSegLib.cohort.quality_template import TEMPLATE
from MuscleSegLib.files import written_whole

MOST_INSIDE = 2000
"""Scans up to which their small pictures are inside the page; of more, they are files beside it."""

_LONGEST_TEXT = 600


@dataclass(frozen=True)
class PageScan:
    """A scan on the page.

    Attributes:
        name: Its name.
        subject: Label of its subject.
        session: Label of its session.
        region: Region; empty for a scan that failed.
        reason: Why it failed; empty for one that is done.
        confidence: Least expected DSC of its muscles, None if unknown.
        least_sure: That muscle.
        z: Most outlying robust z-score, None if unknown.
        outlying: Measure and muscle of it.
        warnings: Sentences on doubts, without their numbers, and how often each is said.
        overview: Picture.
        thumbnail: Small picture.
    """

    name: str
    subject: str
    session: str
    region: str
    reason: str
    confidence: float | None
    least_sure: str
    z: float | None
    outlying: str
    warnings: tuple[tuple[str, int], ...]
    overview: Path
    thumbnail: Path


def write_quality_page(scans: Sequence[PageScan], path: Path) -> None:
    """Write the page.

    It needs no network, and its pictures are in it, or, of more than ``MOST_INSIDE`` scans, beside it. Larger pictures
    open with a click.

    Raises:
        MuscleSegError: It cannot be written.
    """
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE)
    sentences: dict[str, int] = {}
    data = [_data(scan, path.parent, sentences, is_inside=len(scans) <= MOST_INSIDE) for scan in scans]
    html = template.render(
        scans=_script_json(data),
        sentences=_script_json(list(sentences)),
        count=len(scans),
        failed=sum(bool(scan.reason) for scan in scans),
        version=__version__,
    )
    with written_whole(path) as temporary:
        temporary.write_text(html, encoding="utf-8", errors="replace")


def _data(scan: PageScan, folder: Path, sentences: dict[str, int], *, is_inside: bool) -> dict[str, Any]:
    warnings = [(text[:_LONGEST_TEXT], times) for text, times in scan.warnings]
    content: dict[str, Any] = {
        "name": scan.name,
        "subject": scan.subject,
        "session": scan.session,
        "region": scan.region,
        "reason": scan.reason,
        "confidence": None if scan.confidence is None else round(scan.confidence, 3),
        "leastSure": scan.least_sure,
        "z": None if scan.z is None else round(scan.z, 1),
        "outlying": scan.outlying,
        "warnings": [(sentences.setdefault(text, len(sentences)), times) for text, times in warnings],
    }
    if scan.reason:
        return content
    picture = _picture(scan.thumbnail, folder, is_inside=is_inside)
    return content | {"thumbnail": picture, "overview": _link(scan.overview, folder)}


def _picture(path: Path, folder: Path, *, is_inside: bool) -> str:
    if not is_inside:
        return _link(path, folder)
    try:
        return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"
    except OSError:
        return ""


def _link(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _script_json(content: object) -> Any:  # noqa: ANN401 - jinja2's text that is not escaped again
    from markupsafe import Markup

    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped
