"""``slicer.i18n``: texts are given to the application to be translated."""

import inspect
from pathlib import Path

import slicer


def translate(context: str, text: str) -> str:
    return str(slicer.app.translate(context, text))


def getContext(sourceFile: str) -> str:
    path = Path(sourceFile)
    return f"{path.parent.name}.{path.stem}" if (path.parent / "__init__.py").is_file() else path.stem


def tr(text: str) -> str:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return translate(getContext(frame.f_back.f_code.co_filename), text)
