"""The sentences of MuscleSegLib that the panel shows, as templates that Slicer's translators are given.

    python Testing/extension/library_sentences.py           says where the panel's lists and the library do not agree
    python Testing/extension/library_sentences.py --write   puts the lists right

The library knows no Slicer, and much of what it says comes out of another process as finished text. So the panel has
lists of its sentences, made from its source, and finds in them what it is told. A place of the library that cannot be
read is named, so that no sentence is left out silently.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from MuscleSegLib.anatomy import REGIONS  # noqa: E402 - the line before lets Python find it
from MuscleSegLib.anatomy.sides import Side  # noqa: E402 - as before
from Testing.extension.sentence_reader import Found, parameters, read, template  # noqa: E402 - as before

PANEL = Path("MuscleSeg/MuscleSegPanel")
SENTENCES, PHRASES = PANEL / "library_sentences.py", PANEL / "library_phrases.py"
"""The two lists: sentences end with a stop; all else is a name, or stands in a sentence or alone."""

LIBRARY = Path("MuscleSegLib")
ROOMS = (
    *("anatomy", "biomarkers", "bundle", "inference", "maps", "networks", "report", "review", "scene", "volume"),
    *("worker", "files.py", "resources.py"),
)
"""What the panel and its worker use."""

SAYING = {
    **{"MuscleSegError": 0, "ValueError": 0, "require": 1, "damaged": 1, "_damaged": 1},
    **{"progress": 1, "runner": 2, "logits_of": 5, "_note": 0},
    **{"Failed": 1, "failed": 0, "_end_process": 0, "_lose": 0},
}
"""Functions that are given a sentence or a part of one, by its place among their arguments."""

RETURNING = {
    "advice",
    "how_it_ended",
    "_contradiction",
    "_matches",
    "_unknown_message",
    "_remark",
    "_sentence",
    "_start_sentence",
}
"""Functions that return one."""

COLLECTING = {"found", "notes", "sentences"}
"""Lists that sentences are appended to, in the files that collect them."""

COLLECTORS = (
    *("biomarkers/adipose/table.py", "biomarkers/muscle_groups.py", "biomarkers/warnings.py"),
    *("bundle/matching.py", "bundle/plans.py"),
)

HANDED_ON = {
    "bundle/checked.py": {"otherwise"},
    "bundle/monai_bundle.py": {"str(error)"},
    "bundle/nnunet.py": {"str(error)"},
    "bundle/places.py": {"network.reason"},
    "bundle/section.py": {"shortened(str(error))", "str(error)"},
    "inference/predict.py": {"message"},
    "inference/runner.py": {"message"},
    "volume/dicom.py": {"file.why"},
    "volume/dicom_series.py": {"file.why"},
    "worker/client.py": {
        "answer.message",
        "how",
        "self._start_failure",
        "str(error)",
        "task.output.named(answer.message)",
    },
    "worker/server.py": {"' '.join(str(error).split())", "message", "str(error)"},
}
"""What is only handed on there, and was found where it was made."""

NOT_SHOWN = {"biomarkers/validation.py": {"minimum_share"}, "scene/tables.py": {"the first column"}}
"""How errors of the programmer begin, which are no sentences for a user."""

_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])")
_ABOUT = {
    SENTENCES: "What MuscleSegLib says in whole sentences",
    PHRASES: "Names and phrases of MuscleSegLib, which stand alone or in its sentences",
}
_HEAD = '''"""{about}. Made by Testing/extension/library_sentences.py --write: do not edit."""

from collections.abc import Callable


def listed(_: Callable[[str], str]) -> tuple[str, ...]:
    """Return all of them as a function gives them back: ``slicer.i18n.tr`` translated, ``str`` in English.

    The function is called ``_`` because what is in its parentheses is what Slicer's translators are shown.
    """
    return (
'''


@dataclass(frozen=True)
class Unclear:
    """A place of the library whose sentence cannot be read."""

    file: str
    line: int
    source: str

    def __str__(self) -> str:
        return f"{LIBRARY / self.file}:{self.line}: it cannot be read what {self.source} says: say it more plainly."


def sentences_in(source: str, file: str) -> Iterator[str | Unclear]:
    """Yield the templates of what a file of the library says, and the places that cannot be read.

    Args:
        source: Its text.
        file: Its path below the library.

    """
    tree = ast.parse(source)
    own_parameters = _parameters_that_are_said(tree)
    for found in read(tree, lambda node, function: _said(node, function, file)):
        yield from _told(found, file, own_parameters)


def _told(found: Found, file: str, own_parameters: set[tuple[str, str]]) -> Iterator[str | Unclear]:
    handed_on = HANDED_ON.get(file, set()) | {name for function, name in own_parameters if function in found.function}
    if not found.texts and found.source not in handed_on and not _is_made_by_a_known_function(found.source):
        yield Unclear(file, found.line, found.source)
    for text in found.texts:
        literal = "".join(part for part in text if isinstance(part, str))
        values = [ast.unparse(part) for part in text if isinstance(part, ast.expr)]
        if re.search(r"[A-Za-z]{2}", literal):
            if not any(literal.startswith(beginning) for beginning in NOT_SHOWN.get(file, ())):
                yield template(text)
        elif not set(values) <= handed_on:
            yield Unclear(file, found.line, found.source)


def _is_made_by_a_known_function(source: str) -> bool:
    made = re.match(r"(?:self\.)?(\w+)\(", source)
    return made is not None and made[1] in RETURNING


def _parameters_that_are_said(tree: ast.Module) -> set[tuple[str, str]]:
    """Return functions, and the parameter of each that is a sentence: what is given to them is looked at instead."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in SAYING]
    return {
        (node.name, name) for node in functions for name in parameters(node)[SAYING[node.name] : SAYING[node.name] + 1]
    }


def _said(node: ast.AST, function: tuple[str, ...], file: str) -> Iterator[ast.expr]:
    is_returned = isinstance(node, ast.Return) and bool(set(function[-1:]) & RETURNING)
    is_collected = isinstance(node, ast.Yield) and file in COLLECTORS
    if isinstance(node, ast.Call):
        yield from _said_by_call(node, file)
    elif isinstance(node, ast.Return | ast.Yield) and node.value is not None and (is_returned or is_collected):
        yield node.value


def _said_by_call(call: ast.Call, file: str) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = SAYING.get(name)
    if place is not None and (len(call.args) > place or call.keywords):
        yield call.args[place] if len(call.args) > place else call  # by name it is not found
    if name == "append" and file in COLLECTORS and ast.unparse(call.func).split(".")[0] in COLLECTING:
        yield call.args[0]


def all_sentences(root: Path) -> Iterator[str | Unclear]:
    """Yield all that the panel may be told: by the library's source, its anatomy, and the networks that are shipped."""
    for room in ROOMS:
        place = root / LIBRARY / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            file = path.relative_to(root / LIBRARY).as_posix()
            yield from sentences_in(path.read_text(encoding="utf-8"), file)
    yield from names()
    for path in sorted((root / "Resources" / "Networks").glob("*/configs/metadata.json")):
        yield from _about_network(json.loads(path.read_text(encoding="utf-8"))["muscleseg"])


def names() -> Iterator[str]:
    """Yield what regions, sides and muscles are called."""
    yield from Side
    for region in REGIONS:
        yield region.name
        yield from (muscle.name for muscle in region.muscles)
        yield from (label.name for two_legs in (False, True) for label in region.labels(two_legs=two_legs))


def _about_network(section: dict[str, Any]) -> Iterator[str]:
    """Yield what is told of a network; with fields for its numbers, which training again changes."""
    for told in (section["accuracy"], section["training_data"], *section["notes"]):
        count = 0

        def field(_found: re.Match[str]) -> str:
            nonlocal count
            count += 1
            return "{number}" if count == 1 else f"{{number_{count}}}"

        yield _NUMBER.sub(field, told)


def lists(root: Path) -> dict[Path, set[str]]:
    """Return what belongs into each list."""
    said = {one for one in all_sentences(root) if isinstance(one, str)}
    sentences = {one for one in said if one.endswith((".", "?"))}
    return {SENTENCES: sentences, PHRASES: said - sentences}


def written(path: Path, said: Iterable[str]) -> str:
    """Return the text of a list."""
    lines = (f"        _({json.dumps(one, ensure_ascii=False)}),\n" for one in sorted(said))
    return f"{_HEAD.format(about=_ABOUT[path])}{''.join(lines)}    )\n"


def disagreements(root: Path) -> Iterator[str]:
    """Say what cannot be read, and what is in a list or the library alone."""
    yield from (str(one) for one in all_sentences(root) if isinstance(one, Unclear))
    for path, said in lists(root).items():
        listed = set(_listed(root / path))
        yield from (f"It is not in {path.name}: {one}" for one in sorted(said - listed))
        yield from (f"It is in {path.name}, and the library does not say it: {one}" for one in sorted(listed - said))


def _listed(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            yield ast.literal_eval(node.args[0])


def main() -> int:
    """Compare the lists with the library, or write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the lists right")
    if parser.parse_args().write:
        for path, said in lists(ROOT).items():
            (ROOT / path).write_text(written(path, said), encoding="utf-8", newline="\n")
    wrong = list(disagreements(ROOT))
    print("\n".join(wrong) or "The lists have every sentence.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
