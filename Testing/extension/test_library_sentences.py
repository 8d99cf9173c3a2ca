"""The panel's lists of what the library says are complete, and the program that makes them reads rightly."""

import ast
import textwrap
from pathlib import Path

import pytest

from Testing.extension.library_sentences import Unclear, disagreements, sentences_in
from Testing.extension.sentence_reader import read, template


def said_in(source: str, file: str = "volume/example.py") -> list[str]:
    return [str(one) for one in sentences_in(textwrap.dedent(source), file)]


@pytest.mark.slow
def test_the_lists_of_the_panel_are_those_of_the_library(project_root: Path):
    wrong = list(disagreements(project_root))

    assert wrong == [], "run python Testing/extension/library_sentences.py --write"


def test_a_sentence_is_read_with_a_field_for_each_value():
    source = """
        def check(path, names):
            raise MuscleSegError(f"{path} holds {len(names)} of {self.count} names: {', '.join(names)}, {path} {{x}}.")
    """

    assert said_in(source) == ["{path} holds {names} of {count} names: {names_2}, {path_2} {{x}}."]


def test_a_sentence_in_parts_is_read_in_all_its_forms():
    source = """
        def check(path, found):
            message = f"{path} is wrong"
            if found:
                message += f": {found} is there."
            else:
                message += " in another way."
            raise MuscleSegError(message)
    """

    assert said_in(source) == ["{path} is wrong: {found} is there.", "{path} is wrong in another way."]


def test_words_that_are_chosen_are_part_of_the_sentence():
    source = """
        def check(count, leg):
            plural = "" if count == 1 else "s"
            message = f"{count} slice{plural} of the {leg.side or 'only'} leg."
            raise MuscleSegError(message)
    """

    assert said_in(source) == [
        "{count} slice of the {leg_side} leg.",
        "{count} slice of the only leg.",
        "{count} slices of the {leg_side} leg.",
        "{count} slices of the only leg.",
    ]


def test_a_branch_that_ends_says_nothing_of_what_comes_after_it():
    source = """
        def check(path):
            message = "First."
            if path:
                message = "Second."
                raise MuscleSegError(message)
            raise MuscleSegError(message)
    """

    assert said_in(source) == ["Second.", "First."]


def test_a_value_in_quotes_stays_a_value():
    source = """
        def check():
            name = "soleus"
            raise MuscleSegError(f"There is no {name!r} but {name}.")
    """

    assert said_in(source) == ["There is no {name} but soleus."]


@pytest.mark.parametrize(
    "said",
    [
        "raise MuscleSegError(cleverly(path))",
        "raise MuscleSegError(' '.join(words))",
        "raise MuscleSegError(message=words)",
        "progress(0.5, words[2])",
        "progress(0.5, words)",
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(said: str):
    (found,) = sentences_in(f"def check(path, words):\n    {said}\n", "volume/example.py")

    assert isinstance(found, Unclear)
    assert str(found).startswith("MuscleSegLib/volume/example.py:2: ")


def test_progress_notes_and_warnings_are_read_where_they_are_made():
    assert said_in("def do(progress):\n    progress(0.0, f'reading {path}')") == ["reading {path}"]
    assert said_in("def do(self):\n    self._note('It took long.')") == ["It took long."]
    assert said_in("def tell(row):\n    yield 'It is cut.'", "biomarkers/warnings.py") == ["It is cut."]
    assert said_in("def tell(row):\n    found.append('It is cut.')", "biomarkers/muscle_groups.py") == ["It is cut."]


def test_a_parameter_that_is_a_sentence_is_read_where_the_function_is_called():
    source = """
        def damaged(path, why):
            return MuscleSegError(f"{path} is damaged ({why}).")

        def require(condition, otherwise):
            raise ValueError(otherwise)

        def check(path):
            require(path, "it is empty")
            raise damaged(path, f"{path.size} bytes are missing")
    """

    assert said_in(source) == ["{path} is damaged ({why}).", "it is empty", "{path_size} bytes are missing"]


def test_a_variable_that_a_loop_sets_is_not_known_after_it():
    tree = ast.parse("def check(names):\n    told = 'one'\n    for told in names:\n        pass\n    say(f'a {told}')")

    def said(node: ast.AST, _function: tuple[str, ...]) -> list[ast.expr]:
        return [node.args[0]] if isinstance(node, ast.Call) else []

    (found,) = read(tree, said)

    assert [template(text) for text in found.texts] == ["a {told}"]
