"""Names of the scene in what the worker says of its temporary files; no Qt, no Slicer."""

from collections.abc import Callable, Mapping
from pathlib import Path

from MuscleSegLib.translatable import with_changed_values
from MuscleSegPanel.interfaces import Answer


def named(failed: Callable[[str], None], names: Mapping[Path, str]) -> Callable[[str], None]:
    """Return a callback for a failure that names the images, and not the temporary files of the worker."""
    return lambda sentence: failed(_with_scene_names(sentence, names))


def with_names(answer: Answer, names: Mapping[Path, str]) -> Answer:
    """Return a result whose notes call the images as the scene does."""
    return {**answer, "notes": [_with_scene_names(note, names) for note in answer.get("notes", ())]}


def _with_scene_names(sentence: str, names: Mapping[Path, str]) -> str:
    def with_name(text: str) -> str:
        for path, name in names.items():
            text = text.replace(str(path), name)
        return text

    return with_changed_values(sentence, with_name)
