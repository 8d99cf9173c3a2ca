"""Kinds of files that are damaged and read again, from everywhere that MuscleSeg takes files, and their readers."""

import contextlib
import io
import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from MuscleSegLib.cli import main
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training import read_configuration, require_buildable
from Testing.cli.blocks import calf, save
from Testing.fuzzed_bundles import (
    read_checked_bundle,
    read_foreign_bundle,
    read_nnunet,
    read_shipped_bundle,
    write_monai_bundle,
    write_nnunet,
    write_shipped_bundle,
)
from Testing.fuzzed_images import (
    by_nibabel,
    by_pydicom,
    by_pynrrd,
    read_image,
    read_label_file,
    read_series,
    write_image,
    write_series,
)
from Testing.fuzzed_messages import ANSWERS, REQUESTS, read_answers, read_requests, write_lines
from Testing.fuzzing import (
    BYTES,
    Damage,
    at_start,
    flipped,
    other_cell,
    other_field,
    other_line,
    other_nifti_number,
    other_setting,
    other_word,
)

ROOT = Path(__file__).parent
TEXT = (other_field, other_field, other_field, other_line, flipped, *BYTES)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: For people.
        make: Writes intact files into a folder and returns those to be damaged.
        damages: From which some are drawn.
        read: Returns what a folder's files say, as a value that can be compared; other values for other contents.
        independent: The same by another reader, where there is one.
    """

    name: str
    make: Callable[[Path], Sequence[Path]]
    damages: Sequence[Damage]
    read: Callable[[Path], Any]
    independent: Callable[[Path], Any] | None = None


def command(*arguments: object) -> None:
    """Run a command of ``muscleseg``.

    Raises:
        MuscleSegError: It was refused, in the words of the command.
        RuntimeError: It ended in any other way.
    """
    errors, output = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        code = main([str(argument) for argument in arguments])
    lines = errors.getvalue().strip().splitlines()
    refused = [line for line in lines if not line.startswith(("Warning: ", "Note: ", "Failed: "))]
    if code == 0 and not refused:
        print(*lines, sep="\n")
        return
    if code != 1 or len(refused) != 1 or "unexpected" in refused[0]:
        message = f"exit code {code}: {errors.getvalue()}"
        raise RuntimeError(message)
    raise MuscleSegError(refused[0])


def _tables(folder: Path) -> Sequence[Path]:
    labels, ff = calf()
    paths = save(folder / "labels.nii.gz", labels), save(folder / "ff.nii.gz", ff)
    for name in ("first.json", "second.csv"):
        command("measure", paths[0], "--region", "calf", "--ff", paths[1], "--output", folder / name)
    command("evaluate", "--repeats", folder / "first.json", folder / "second.csv", "--output", folder / "repeats")
    shutil.copy(folder / "repeats" / "repeatability.csv", folder / "repeatability.csv")
    shutil.rmtree(folder / "repeats")
    (folder / "report").mkdir()
    (folder / "report" / "changes.csv").write_text("of an earlier report", encoding="utf-8")
    return [folder / name for name in ("first.json", "second.csv", "second_profiles.csv", "repeatability.csv")]


def _read_tables(folder: Path) -> Any:
    visits = folder / "first.json", folder / "second.csv"
    command(
        *("evaluate", "--visits", *visits, "--repeatability", folder / "repeatability.csv"),
        *("--output", folder / "report"),
    )
    return (folder / "report" / "changes.csv").read_bytes()


def _acquisition(folder: Path) -> Sequence[Path]:
    times = [10, 20, 30, 40]
    for number, time in enumerate(times):
        save(folder / f"echo{number}.nii.gz", np.full((8, 20, 40), 1000 * np.exp(-time / 40), np.float32))
    content = {"magnetic_field_strength_t": 1.5, "repetition_ms": 2500, "echoes_ms": times}
    content["magnitude"] = [f"echo{number}.nii.gz" for number in range(4)]
    (folder / "t2.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    (folder / "t2.nii.gz").write_text("an earlier map", encoding="utf-8")
    return [folder / "t2.json"]


def _read_acquisition(folder: Path) -> Any:
    command("maps", "t2", "--acquisition", folder / "t2.json", "--output", folder / "t2.nii.gz")
    return np.round(np.asarray(nibabel.load(folder / "t2.nii.gz").dataobj), 3).tobytes()


def _training(folder: Path) -> Sequence[Path]:
    shutil.copy(ROOT / "training" / "train.toml", folder / "train.toml")
    return [folder / "train.toml"]


def _read_training(folder: Path) -> Any:
    configuration = read_configuration(folder / "train.toml")
    require_buildable(configuration)
    return str(asdict(configuration))


def _images() -> list[Kind]:
    start = [at_start(damage, 352) for damage in BYTES]
    text = [at_start(damage, 400) for damage in (other_word, other_word, other_line, flipped)]
    number = [other_nifti_number] * 4
    return [
        Kind("NIfTI .nii", write_image("nii"), (*BYTES, *start, *number), read_image, by_nibabel),
        Kind("NIfTI .nii.gz", write_image("nii.gz"), BYTES, read_image, by_nibabel),
        Kind("NRRD", write_image("nrrd"), (*BYTES, *text), read_image, by_pynrrd),
        Kind("seg.nrrd", write_image("seg.nrrd"), (*BYTES, *text, at_start(other_word, 1500)), read_label_file),
        Kind("MHA", write_image("mha"), (*BYTES, *text), read_image),
    ]


def kinds() -> list[Kind]:
    """Return every kind."""
    syntaxes = ("explicit", "implicit", "deflated", "run lengths")
    return [
        *_images(),
        *(Kind(f"DICOM, {syntax}", write_series(syntax), BYTES, read_series, by_pydicom) for syntax in syntaxes),
        Kind("bundle", write_shipped_bundle, TEXT, read_shipped_bundle),
        Kind("bundle, SHA-256 renewed", write_shipped_bundle, TEXT, read_checked_bundle),
        Kind("bundle of MONAI", write_monai_bundle, TEXT, read_foreign_bundle),
        Kind("results of nnU-Net", write_nnunet, TEXT, read_nnunet),
        Kind("tables", _tables, (*BYTES, *3 * [other_cell], other_line, *3 * [other_field]), _read_tables),
        Kind("acquisition (JSON)", _acquisition, TEXT, _read_acquisition),
        Kind("training (TOML)", _training, (*BYTES, *6 * [other_setting], other_line), _read_training),
        Kind("worker, requests", write_lines(REQUESTS), TEXT, read_requests),
        Kind("worker, answers", write_lines(ANSWERS[:4] + ANSWERS[5:6]), TEXT, read_answers),
    ]


def damaged(content: bytes, damages: Sequence[Damage], chance: random.Random) -> bytes:
    """Return a file's content with one to three damages."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(damages)(content or b" ", chance)
    return content
