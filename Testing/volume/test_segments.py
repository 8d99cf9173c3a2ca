import re

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import Terminology
from MuscleSegLib.volume import Segment

ANATOMY = ("SCT", "123037004", "Anatomical Structure")


@pytest.mark.parametrize(
    ("value", "name", "color"),
    [(0, "a", (0, 0, 0)), (1, " ", (0, 0, 0)), (1, "a\nb", (0, 0, 0)), (1, "a", (0, 0, 256)), (1, "a", (0, 0))],
)
def test_a_segment_that_cannot_be_stored_cannot_be_made(value, name, color):
    with pytest.raises(MuscleSegError, match=re.escape(name) if name == "a" else "cannot be called"):
        Segment(value, name, color)


@pytest.mark.parametrize("code", [("SCT", "1|2", "x"), ("SCT", "1", "x~y"), ("SCT", "1", "x^y"), ("SCT", "1")])
def test_a_code_that_would_break_the_file_cannot_be_made(code):
    with pytest.raises(MuscleSegError, match="no usable code"):
        Terminology(ANATOMY, code)


@pytest.mark.parametrize("tags", [{"A|B": "1"}, {"A.B": "1"}, {"": "1"}, {"A": "1|2"}, {"A": "1\n2"}])
def test_a_tag_that_would_break_the_file_cannot_be_made(tags):
    with pytest.raises(MuscleSegError, match="soleus has the tag"):
        Segment(1, "soleus", (0, 0, 0), tags=tags)
