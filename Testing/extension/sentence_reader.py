"""Reads out of Python source which sentences a program can say, as templates: ``"{path} is empty: copy it again."``.

Functions are followed statement by statement, so that a sentence that is put together in a local variable, with
branches, is found in all its forms. Nothing is imported or run.
"""

import ast
import builtins
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Part = str | ast.expr
Text = tuple[Part, ...]
"""Literal pieces, and expressions whose value only the running program knows."""

Known = dict[str, tuple[Text, ...]]
"""What local variables may hold; those that are not in it hold something unknown."""


@dataclass(frozen=True)
class Found:
    """A place where something is said.

    Attributes:
        line: Of the source.
        texts: What may be said there; empty where that cannot be read.
        source: The expression.
        function: The names of the functions around it, the outermost first.

    """

    line: int
    texts: tuple[Text, ...]
    source: str
    function: tuple[str, ...]


Said = Callable[[ast.AST, tuple[str, ...]], Iterable[ast.expr]]
"""Returns which expressions in a node are said, given the names of the functions around it."""


def read(tree: ast.Module, said: Said) -> list[Found]:
    """Return every place of a module where something is said."""
    reader = _Reader(said)
    reader.follow(tree.body, {}, ())
    return reader.found


def parameters(function: ast.FunctionDef) -> list[str]:
    """Return the names of a function's parameters in their order, but for ``self``."""
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if one.arg != "self"]


def template(text: Text) -> str:
    """Return a text with a named field for each value: "{path} has {size} voxels", a name's second one "{size_2}"."""
    names: list[str] = []
    return "".join(_escaped(part) if isinstance(part, str) else _field(part, names) for part in text)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _field(value: ast.expr, names: list[str]) -> str:
    name = _name_of(value)
    names.append(name)
    return f"{{{name}_{names.count(name)}}}" if names.count(name) > 1 else f"{{{name}}}"


def _name_of(value: ast.expr) -> str:
    """Return what a translator may call a value: "path", "volume_name"."""
    if isinstance(value, ast.Name):
        return value.id.strip("_").lower() or "value"
    if isinstance(value, ast.Attribute):
        own = value.attr.strip("_").lower()
        return own if _name_of(value.value) in ("self", "value") else f"{_name_of(value.value)}_{own}"
    if isinstance(value, ast.Call):
        return _name_of_made(value)
    if isinstance(value, ast.GeneratorExp | ast.ListComp):
        return _name_of(value.generators[0].iter)
    if isinstance(value, ast.BoolOp):
        return _name_of(value.values[0])
    inner = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    names = [name for child in inner if (name := _name_of(child)) != "value"]
    return names[0] if names else "value"


def _name_of_made(value: ast.Call) -> str:
    """Return what a value is called that a function makes: as the function, unless it is Python's or a method."""
    if isinstance(value.func, ast.Name):
        is_own = not hasattr(builtins, value.func.id)
        return _name_of(value.func if is_own or not value.args else value.args[-1])
    if isinstance(value.func, ast.Attribute) and ast.unparse(value.func.value) != "self":
        return _name_of(value.args[-1] if value.args else value.func.value)
    return _name_of(value.func)


@dataclass
class _Reader:
    said: Said
    found: list[Found] = field(default_factory=list)

    def follow(self, body: Iterable[ast.stmt], known: Known, function: tuple[str, ...]) -> bool:
        """Follow statements, which change what is known; return whether what comes after them is reached."""
        return all(self._step(statement, known, function) for statement in body)

    def _step(self, statement: ast.stmt, known: Known, function: tuple[str, ...]) -> bool:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            self._enter(statement, known, function)
            return True
        self._look(statement, known, function)
        for name in _set_by(statement):
            known.pop(name, None)
        branches = list(_branches(statement))
        if branches:
            self._branch(branches, known, function)
            return True
        _assign(statement, known)
        return not isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break)

    def _enter(self, inner: ast.ClassDef | ast.FunctionDef, known: Known, function: tuple[str, ...]) -> None:
        """Follow a function, which knows what is known around it but for the names of its own parameters."""
        own = dict(known)
        if isinstance(inner, ast.FunctionDef):
            function = (*function, inner.name)
            for name in parameters(inner):
                own.pop(name, None)
        self.follow(inner.body, own, function)

    def _branch(self, branches: list[list[ast.stmt]], known: Known, function: tuple[str, ...]) -> None:
        """Follow several ways; what any of them that goes on may leave in a variable is known after them."""
        ends = []
        for body in branches:
            own = dict(known)
            if self.follow(body, own, function):
                ends.append(own)
        for name in {name for end in ends for name in end}:
            if all(name in end for end in ends):
                known[name] = _unique(text for end in ends for text in end[name])
            else:
                known.pop(name, None)

    def _look(self, statement: ast.stmt, known: Known, function: tuple[str, ...]) -> None:
        for node in _own_nodes(statement):
            for expression in self.said(node, function):
                self.found.append(
                    Found(expression.lineno, _texts(expression, known), ast.unparse(expression), function)
                )


def _branches(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the ways through a statement; the empty one passes it by."""
    if isinstance(statement, ast.If):
        yield from (statement.body, statement.orelse)
    elif isinstance(statement, ast.For | ast.While):
        yield from ([*statement.body, *statement.orelse], [])
    elif isinstance(statement, ast.With):
        yield statement.body
    elif isinstance(statement, ast.Try):
        yield [*statement.body, *statement.orelse, *statement.finalbody]
        yield from ([*handler.body, *statement.finalbody] for handler in statement.handlers)


def _set_by(statement: ast.stmt) -> Iterator[str]:
    """Yield the variables that a loop or a ``with`` sets to something unknown."""
    targets = [statement.target] if isinstance(statement, ast.For) else []
    if isinstance(statement, ast.With):
        targets = [item.optional_vars for item in statement.items if item.optional_vars]
    yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement and what is in it but for the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [
            child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt | ast.excepthandler)
        ]


def _assign(statement: ast.stmt, known: Known) -> None:
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        texts = _texts(statement.value, known)
        for target in targets:
            for name in (node.id for node in ast.walk(target) if isinstance(node, ast.Name)):
                known.pop(name, None)
                if texts and isinstance(target, ast.Name):
                    known[name] = texts
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        name, more = statement.target.id, _texts(statement.value, known)
        if name in known and more:
            known[name] = _unique(first + second for first, second in itertools.product(known[name], more))
        else:
            known.pop(name, None)


def _texts(expression: ast.expr, known: Mapping[str, tuple[Text, ...]]) -> tuple[Text, ...]:
    """Return what an expression may say, nothing where that cannot be read."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return ((expression.value,),)
    if isinstance(expression, ast.Name):
        return known.get(expression.id, ())
    if isinstance(expression, ast.JoinedStr):
        return _joined([_formatted(part, known) for part in expression.values])
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        return _joined([_texts(expression.left, known), _texts(expression.right, known)])
    if isinstance(expression, ast.IfExp | ast.BoolOp):
        return _chosen(expression, known)
    return ()


def _chosen(expression: ast.IfExp | ast.BoolOp, known: Mapping[str, tuple[Text, ...]]) -> tuple[Text, ...]:
    """Return what a choice may say, with a field for what cannot be read of it; nothing where that is all of it."""
    choices = expression.values if isinstance(expression, ast.BoolOp) else [expression.body, expression.orelse]
    found = [_texts(one, known) for one in choices]
    if not any(found):
        return ()
    readable = [texts or ((one,),) for one, texts in zip(choices, found, strict=True)]
    return _unique(itertools.chain(*readable))


def _formatted(part: ast.expr, known: Mapping[str, tuple[Text, ...]]) -> tuple[Text, ...]:
    """Return what a value in a sentence may say: words where they can be read, else a field."""
    if isinstance(part, ast.FormattedValue):
        is_plain = part.conversion == -1 and part.format_spec is None  # quotes are put around others
        return (is_plain and _texts(part.value, known)) or ((part.value,),)
    return _texts(part, known)


def _joined(pieces: list[tuple[Text, ...]]) -> tuple[Text, ...]:
    return _unique(tuple(itertools.chain(*one)) for one in itertools.product(*pieces))


def _unique(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return each text once; the same expression at two places is one."""
    return tuple({_key(text): text for text in texts}.values())


def _key(text: Text) -> tuple[str, ...]:
    return tuple(part if isinstance(part, str) else f"\0{ast.unparse(part)}" for part in text)
