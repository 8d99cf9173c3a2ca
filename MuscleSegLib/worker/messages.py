"""Requests to the worker and its answers: a JSON object a line, UTF-8, checked on both sides.

Requests have a ``job`` and an ``id``, or are ``{"cancel": id}``. Answers have a ``type``, and the ``id`` of their job.
A text that can be translated is an object in an answer: its English ``text``, and the ``template``, its ``context`` and
``values`` (texts too).
"""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import Device, Legs
from MuscleSegLib.json_values import is_integer, is_number
from MuscleSegLib.translatable import Translatable, _
from MuscleSegLib.worker.job_kinds import JOBS, GivenSlices
from MuscleSegLib.worker.job_kinds import AdaptJob as AdaptJob
from MuscleSegLib.worker.job_kinds import ConcludeJob as ConcludeJob
from MuscleSegLib.worker.job_kinds import CostJob as CostJob
from MuscleSegLib.worker.job_kinds import Job as Job
from MuscleSegLib.worker.job_kinds import PropagateJob as PropagateJob
from MuscleSegLib.worker.job_kinds import RegionChoice as RegionChoice
from MuscleSegLib.worker.job_kinds import RegionJob as RegionJob
from MuscleSegLib.worker.job_kinds import RegionName as RegionName
from MuscleSegLib.worker.job_kinds import SegmentJob as SegmentJob


@dataclass(frozen=True)
class Request:
    """Job with its identifier."""

    id: str
    job: Job


@dataclass(frozen=True)
class Cancel:
    """Cancellation of a job."""

    id: str


@dataclass(frozen=True)
class Ready:
    """Readiness of the worker: torch is imported. ``pid`` is that of the process that computes."""

    pid: int
    has_gpu: bool


@dataclass(frozen=True)
class Alive:
    """Sign of life, sent every few seconds."""


@dataclass(frozen=True)
class Started:
    """Start of a job."""

    id: str


@dataclass(frozen=True)
class Progressed:
    """Progress of a job: fraction done, 0 to 1, and current step."""

    id: str
    fraction: float
    message: str


@dataclass(frozen=True)
class Finished:
    """Success of a job; its values are beside ``type`` and ``id`` in the message."""

    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Failed:
    """Failure of a job: a sentence for the user, and the traceback for the log. ``id`` is "" for the start-up."""

    id: str
    message: str
    details: str = ""


@dataclass(frozen=True)
class Stopped:
    """End of a canceled job."""

    id: str


Answer = Ready | Alive | Started | Progressed | Finished | Failed | Stopped
ANSWERS: Mapping[str, type[Answer]] = MappingProxyType(
    {
        "ready": Ready,
        "alive": Alive,
        "started": Started,
        "progress": Progressed,
        "result": Finished,
        "error": Failed,
        "canceled": Stopped,
    }
)


def encode(message: Request | Cancel | Answer) -> bytes:
    """Return a message as a line."""
    content: dict[str, Any]
    if isinstance(message, Cancel):
        content = {"cancel": message.id}
    elif isinstance(message, Request):
        content = {"id": message.id, "job": _name_of(message.job, JOBS), **dataclasses.asdict(message.job)}
    elif isinstance(message, Finished):
        content = {**message.values, "type": "result", "id": message.id}
    else:
        content = {"type": _name_of(message, ANSWERS), **dataclasses.asdict(message)}
    return json.dumps(_encoded(content), default=str, allow_nan=False).encode() + b"\n"  # ``str`` is for paths


def decode_request(line: bytes) -> Request | Cancel:
    """Read a request to the worker.

    Raises:
        MuscleSegError: The line is no request, or something in it is missing, unknown or of the wrong type.
    """
    content = _object(line)
    if content is None:
        raise MuscleSegError(_("The worker received a line that is no request: {line}."), line=_shown(line))
    if "cancel" in content:
        return Cancel(_read(Cancel, {"id": content.pop("cancel"), **content})["id"])
    name = content.pop("job", None)
    if not isinstance(name, str) or name not in JOBS:
        message = _("The worker knows no job {name}: there are {jobs}.")
        raise MuscleSegError(message, name=repr(name), jobs=", ".join(JOBS))
    job_id = content.pop("id", None)
    if not isinstance(job_id, str) or not job_id:
        raise MuscleSegError(_("A job of the worker needs an id, and this one has {job_id}."), job_id=repr(job_id))
    return Request(job_id, JOBS[name](**_read(JOBS[name], content)))


def decode_answer(line: bytes) -> Answer | None:
    """Read an answer of the worker; None for any other line that was printed.

    Raises:
        MuscleSegError: The line is an answer in which something is missing, unknown or of the wrong type.
    """
    content = _object(line, _decoded_text)
    if content is None or not isinstance(content.get("type"), str) or content["type"] not in ANSWERS:
        return None
    kind = ANSWERS[content.pop("type")]
    if kind is Finished:
        job_id = content.pop("id", None)
        content = {"id": job_id, "values": content}
    return kind(**_read(kind, content))


def _name_of(message: object, kinds: Mapping[str, type]) -> str:
    return next(name for name, kind in kinds.items() if type(message) is kind)


def _encoded(value: object) -> object:
    """Return a value with an object for each text that can be translated."""
    if isinstance(value, Translatable):
        texts = {"text": str(value), "context": value.context, "template": value.template}
        return {**texts, "values": _encoded(value.values)}
    if isinstance(value, Mapping):
        return {name: _encoded(inner) for name, inner in value.items()}
    return [_encoded(inner) for inner in value] if isinstance(value, list | tuple) else value


def _decoded_text(content: dict[str, Any]) -> Any:
    """Return the text that an object is, or the object where it is none."""
    if set(content) != {"text", "context", "template", "values"} or not isinstance(content["values"], dict):
        return content
    values: dict[str, Any] = content.pop("values")
    if not all(isinstance(text, str) for text in (*content.values(), *values.values())):
        return {**content, "values": values}
    return Translatable.made_of(content["template"], values, context=content["context"], english=content["text"])


def _object(line: bytes, hook: Callable[[dict[str, Any]], Any] | None = None) -> dict[str, Any] | None:
    try:
        content = json.loads(line, object_hook=hook)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _read(kind: type, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a message, of the right types.

    Raises:
        MuscleSegError: One is missing, unknown or of the wrong type.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}
    required = {name for name, field in fields.items() if field.default is dataclasses.MISSING}
    wrong = sorted((required - set(content)) | (set(content) - set(fields)))
    wrong += [name for name in fields if name in content and not _CHECKS[fields[name].type](content[name])]
    if wrong:
        message = _("A message of the worker is wrong or missing in {wrong}: update MuscleSeg and start it again.")
        raise MuscleSegError(message, wrong=repr(wrong[0]))
    return {name: _READERS.get(fields[name].type, _as_it_is)(value) for name, value in content.items()}


def _as_it_is(value: object) -> object:
    return value


def _one_of(*choices: object) -> Callable[[object], bool]:
    # ``True`` equals 1, and is no number of legs
    return lambda value: any(value == choice and type(value) is type(choice) for choice in choices)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


_LABEL_VALUE = re.compile(r"[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]")


def _is_given(item: tuple[str, object]) -> bool:
    """Return whether these are a label value, which JSON has as a text, and slices."""
    value, slices = item
    return bool(_LABEL_VALUE.fullmatch(value)) and isinstance(slices, list) and all(map(is_integer, slices))


_CHECKS: Mapping[Any, Callable[[object], bool]] = MappingProxyType(
    {
        str: lambda value: isinstance(value, str),
        Path: _is_text,
        tuple[Path, ...]: lambda value: isinstance(value, list) and all(map(_is_text, value)),
        str | None: lambda value: value is None or _is_text(value),
        bool: lambda value: isinstance(value, bool),
        int: is_integer,
        float: is_number,
        Mapping[str, Any]: lambda value: isinstance(value, dict),
        GivenSlices: lambda value: isinstance(value, dict) and all(map(_is_given, value.items())),
        **{choices: _one_of(*get_args(choices)) for choices in (RegionName, RegionChoice, Device, Legs)},
    }
)
"""Checks of values, by the type of their field."""

_READERS: Mapping[Any, Callable[[Any], object]] = MappingProxyType(
    {
        Path: Path,
        tuple[Path, ...]: lambda values: tuple(map(Path, values)),
        GivenSlices: lambda given: {int(value): tuple(map(int, slices)) for value, slices in given.items()},
    }
)
"""Readers of values that JSON has not, by the type of their field."""


def _shown(line: bytes) -> str:
    text = " ".join(line.decode(errors="replace").split())  # of one line, as all that a person is shown
    return text if len(text) <= 80 else f"{text[:80]}..."
