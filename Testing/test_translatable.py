"""A text keeps what it was made of, and is plain English to whoever does not ask."""

import copy
import json
import pickle

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined, with_changed_values


def damaged():
    return _("{path} is damaged ({why}).").format(path="a {b}.nii", why=_("{count} bytes are missing").format(count=3))


def test_a_text_is_english_and_keeps_template_and_values():
    text = damaged()

    assert text == "a {b}.nii is damaged (3 bytes are missing)."
    assert text.template == "{path} is damaged ({why})."
    assert text.values == {"path": "a {b}.nii", "why": "3 bytes are missing"}
    assert text.values["why"].template == "{count} bytes are missing"


def test_its_context_is_the_file_that_marked_it():
    from MuscleSegLib.anatomy.regions import region

    with pytest.raises(MuscleSegError) as refused:
        region("arm")

    assert refused.value.message.context == "anatomy.regions"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_a_copy_keeps_all_of_it(copied):
    text = copied(damaged())

    assert text == damaged()
    assert (text.template, text.context, text.values) == (damaged().template, damaged().context, damaged().values)
    assert text.values["why"].template == "{count} bytes are missing"


def test_an_error_is_its_sentence_with_the_template_kept():
    error = MuscleSegError(_("{path} is empty."), path="a.nii")

    assert str(error) == "a.nii is empty."
    assert error.message.template == "{path} is empty."
    assert pickle.loads(pickle.dumps(error)).message.values == {"path": "a.nii"}


def test_a_text_that_is_finished_is_handed_on_as_it_is():
    assert MuscleSegError(damaged()).message.template == "{path} is damaged ({why})."


def test_braces_of_a_sentence_without_values_are_braces():
    assert str(MuscleSegError("a {0} {name}.nii is empty.")) == "a {0} {name}.nii is empty."


def test_several_texts_in_a_row_stay_apart():
    text = joined(" ", [damaged(), "Plain {words}."])

    assert text == "a {b}.nii is damaged (3 bytes are missing). Plain {words}."
    assert [getattr(part, "template", "") for part in text.values.values()] == ["{path} is damaged ({why}).", "", ""]
    assert joined(" ", []) == ""


def test_a_change_is_one_of_the_values():
    def renamed(text: str) -> str:
        return text.replace("a {b}.nii", "Scan").replace("damaged", "?").replace("3", "4")

    text = with_changed_values(damaged(), renamed)

    assert text == "Scan is damaged (4 bytes are missing)."
    assert text.template == damaged().template
    assert with_changed_values("damaged", renamed) == "?"


def test_a_text_with_a_capital_letter_keeps_its_template():
    assert (_("soleus").capitalized(), _("soleus").capitalized().template) == ("Soleus", "soleus")


def test_json_takes_it_for_a_string():
    assert json.dumps(damaged()) == '"a {b}.nii is damaged (3 bytes are missing)."'
