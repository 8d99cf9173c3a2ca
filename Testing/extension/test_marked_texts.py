"""What the library says reaches Slicer's translators: every text is marked, and their tool finds it."""

import ast
import re
import subprocess
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import pytest

LIBRARY = Path(__file__).resolve().parents[2] / "MuscleSegLib"
ROOMS = ("anatomy", "biomarkers", "bundle", "inference", "legs", "maps", "networks", "scene", "volume", "worker")
ROOMS += ("report/patient_report",)
FILES = [path for room in ROOMS for path in sorted((LIBRARY / room).rglob("*.py"))] + sorted(LIBRARY.glob("*.py"))
"""What the panel and its worker use."""

SAYING = {"MuscleSegError": 0, "progress": 1, "require": 1, "damaged": 1, "contradictory": 1, "parsing": 1}
SAYING |= {"remark": 0, "_note": 0}
"""Functions that are given a text, by its place among their arguments."""

LITERALS = ast.JoinedStr | ast.Constant | ast.BinOp


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls_in(node: ast.AST) -> list[ast.Call]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node) == "_"


def functions_in(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def assigned_in(node: ast.AST) -> list[tuple[str, ast.expr]]:
    changes = [inner for inner in ast.walk(node) if isinstance(inner, ast.Assign | ast.AugAssign)]
    return [
        (ast.unparse(getattr(change, "targets", [getattr(change, "target", None)])[0]), change.value)
        for change in changes
    ]


@pytest.fixture(scope="module")
def trees():
    return {path.relative_to(LIBRARY).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def given_to(name: str, function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(call.args[0]) for call in calls_in(function) if name_of(call) == name}


def unmarked_in(tree: ast.Module) -> list[str]:
    """Return texts that are said, at once or in a variable, and not marked."""
    calls = [call for call in calls_in(tree) if len(call.args) > SAYING.get(name_of(call), 9)]
    texts = [call.args[SAYING[name_of(call)]] for call in calls]
    for function in functions_in(tree):
        raised = {kind: given_to(kind, function) for kind in ("MuscleSegError", "ValueError")}
        names = raised["MuscleSegError"] - raised["ValueError"]  # programmers read the latter
        texts += [value for name, value in assigned_in(function) if name in names]
    return [ast.unparse(text) for text in texts if isinstance(text, LITERALS) and getattr(text, "value", "text")]


def test_every_text_is_marked_where_it_is_said(trees):
    assert {path: unmarked for path, tree in trees.items() if (unmarked := unmarked_in(tree))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "raise MuscleSegError(f'{path} is empty.')",
        "def check():\n    message = 'It is empty.'\n    raise MuscleSegError(message)",
        "def check():\n    message = _('It is')\n    message += ' empty.'\n    raise MuscleSegError(message)",
        "progress(0.5, 'reading')",
    ],
)
def test_a_text_that_is_not_marked_is_seen(source):
    assert unmarked_in(ast.parse(source)) != []


def fields_of(template: str) -> set[str]:
    pieces = list(Formatter().parse(template))
    assert not any(spec or conversion for _, _, spec, conversion in pieces), f"a format in {template!r}"
    return {name for _, name, _, _ in pieces if name is not None}


def test_a_marked_text_is_one_string(trees):
    marks = [call for tree in trees.values() for call in calls_in(tree) if is_mark(call)]

    assert [ast.unparse(mark) for mark in marks if not isinstance(mark.args[0], ast.Constant)] == []


def test_the_values_of_a_text_have_the_names_of_its_fields(trees):
    wrong = []
    for path, tree in trees.items():
        for function in functions_in(tree):
            templates: dict[str, set[str]] = {}
            for name, value in assigned_in(function):
                if is_mark(value):
                    templates.setdefault(name, set()).add(value.args[0].value)
            for call in calls_in(function):
                template = call.func.value if name_of(call) == "format" else None
                if len(call.args) > SAYING.get(name_of(call), 9):
                    template = call.args[SAYING[name_of(call)]]
                texts = {template.args[0].value} if is_mark(template) else templates.get(ast.unparse(template or call))
                if template is not None and texts:
                    values = {keyword.arg for keyword in call.keywords}
                    is_right = any(values == (fields_of(text) if values else set()) for text in texts)
                    wrong += [] if is_right else [f"{path}:{call.lineno}"]

    assert wrong == []


def test_nothing_else_is_called_underscore_where_texts_are_marked(trees):
    wrong = []
    for path, tree in trees.items():
        for function in functions_in(tree):
            inner = {
                id(part)
                for node in ast.walk(function)
                if isinstance(node, ast.comprehension)
                for part in ast.walk(node)
            }
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "_"]
            uses = {type(name.ctx) for name in names if id(name) not in inner}
            wrong += [f"{path}: {function.name}"] if {ast.Load, ast.Store} <= uses else []

    assert wrong == []


def test_slicers_tool_finds_every_text_under_the_context_that_the_panel_asks_for(trees, tmp_path):
    """It makes ``translate("context", "text")`` of each ``_("text")`` by a pattern; Qt's lupdate reads the result."""
    tool = Path(pytest.importorskip("PySide6").__file__).parent / "lupdate"
    if not tool.exists():
        pytest.skip("PySide6 has no lupdate here")
    wanted = set()
    for path in FILES:
        name, context = path.relative_to(LIBRARY), f"{path.parent.name}.{path.stem}"
        wanted |= {(context, call.args[0].value) for call in calls_in(trees[name.as_posix()]) if is_mark(call)}
        source = path.read_text(encoding="utf-8")
        for quote in ('"', "'"):
            pattern = rf"([^_])_\((\s*?{quote}.+?{quote}\s*?)\)"
            source = re.sub(pattern, rf'\1translate("{context}", \2)', source, flags=re.DOTALL)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    subprocess.run([tool, "-silent", "-extensions", "py", ".", "-ts", "all.ts"], cwd=tmp_path, check=True)
    contexts = ElementTree.parse(tmp_path / "all.ts").iter("context")

    assert {(context.findtext("name"), text.text) for context in contexts for text in context.iter("source")} == wanted
