"""Kinds of files that are damaged and read again, from everywhere that MuscleSeg takes files, and their readers."""

import contextlib
import hashlib
import io
import json
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import nibabel
import nrrd
import numpy as np
import pydicom
import torch
from monai.networks.nets import UNet
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from MuscleSegLib.bundle import find_bundle, read_bundle
from MuscleSegLib.cli import main
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training import read_configuration, require_buildable
from MuscleSegLib.volume import (
    Geometry,
    Segment,
    Volume,
    read_labels,
    read_volume,
    write_dicom,
    write_labels,
    write_volume,
)
from MuscleSegLib.worker import Client, CostJob, Handlers, RegionJob, SegmentJob
from MuscleSegLib.worker.messages import (
    Alive,
    Cancel,
    Failed,
    Finished,
    Progressed,
    Ready,
    Request,
    Started,
    Stopped,
    decode_request,
    encode,
)
from Testing.bundle.monai_bundles import ARGUMENTS, INFERENCE, METADATA
from Testing.bundle.nnunet_folders import DATASET, PLANS, StandIn, save_checkpoint
from Testing.cli.blocks import calf, save
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
SHAPE = (4, 12, 10)
AFFINE = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])
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


def _voxels() -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.random.default_rng(1).integers(0, 1000, SHAPE).astype(np.int16)


def _seen(array: Any, affine: Any) -> tuple[Any, ...]:
    """Return voxels and affine so that they can be compared: the latter to a ten-thousandth of a millimeter."""
    voxels = np.nan_to_num(np.asarray(array, np.float64), nan=-1e300)
    return voxels.shape, hashlib.sha256(voxels.tobytes()).hexdigest(), str(np.round(np.asarray(affine) + 0.0, 3) + 0.0)


def _only(folder: Path) -> Path:
    return next(path for path in sorted(folder.iterdir()) if path.name.startswith("scan."))


def _image(ending: str) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        path = folder / f"scan.{ending}"
        if ending == "seg.nrrd":
            labels = Volume((_voxels() % 3).astype(np.uint8), Geometry(SHAPE, AFFINE))
            write_labels(labels, path, segments=[Segment(1, "one", (1, 2, 3)), Segment(2, "two", (4, 5, 6))])
        else:
            write_volume(Volume(_voxels(), Geometry(SHAPE, AFFINE)), path)
        return [path]

    return make


def _read_image(folder: Path) -> Any:
    volume = read_volume(_only(folder))
    return _seen(volume.array, volume.geometry.affine)


def _read_labels(folder: Path) -> Any:
    volume, segments, *_ = read_labels(_only(folder))
    named = tuple((segment.value, segment.name) for segment in segments)
    return (*_seen(volume.array, volume.geometry.affine), named)


def _by_nibabel(folder: Path) -> Any:
    image = nibabel.load(_only(folder))
    return _seen(np.asarray(image.dataobj).T, image.affine)


def _by_pynrrd(folder: Path) -> Any:
    array, header = nrrd.read(str(_only(folder)))
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = np.asarray(header["space directions"]).T, header["space origin"]
    return _seen(array.T, np.diag([-1, -1, 1, 1]) @ affine if "posterior" in header["space"] else affine)


def _series(syntax: str) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        write_dicom(Volume(_voxels(), Geometry(SHAPE, AFFINE)), folder, identity="fuzz", patient="P", thickness_mm=5)
        for path in folder.iterdir():
            dataset = pydicom.dcmread(path)
            if syntax == "run lengths":
                dataset.compress(RLELossless)
            elif syntax == "deflated":
                dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
            elif syntax == "implicit":
                dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
                dataset.save_as(path, implicit_vr=True, little_endian=True)
                continue
            dataset.save_as(path)
        return sorted(folder.iterdir())

    return make


def _read_series(folder: Path) -> Any:
    volume = read_volume(folder)
    return _seen(volume.array, volume.geometry.affine)


def _by_pydicom(folder: Path) -> Any:
    slices = sorted(
        (pydicom.dcmread(path) for path in folder.iterdir()), key=lambda image: image.ImagePositionPatient[2]
    )
    array = np.stack(
        [image.pixel_array * image.get("RescaleSlope", 1) + image.get("RescaleIntercept", 0) for image in slices]
    )
    first, orientation = slices[0], np.array(slices[0].ImageOrientationPatient, float)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = orientation[:3] * first.PixelSpacing[1], orientation[3:] * first.PixelSpacing[0]
    apart = np.subtract(slices[-1].ImagePositionPatient, first.ImagePositionPatient) / (len(slices) - 1)
    affine[:3, 2], affine[:3, 3] = apart, first.ImagePositionPatient
    return _seen(array, np.diag([-1, -1, 1, 1]) @ affine)


def _own_bundle(folder: Path) -> Sequence[Path]:
    shutil.copytree(find_bundle("thigh").folder, folder, dirs_exist_ok=True)
    return [folder / "configs" / "metadata.json"] * 3 + [folder / "models" / "model.pt"]


def _monai_bundle(folder: Path) -> Sequence[Path]:
    for name, content in (("metadata", METADATA), ("inference", INFERENCE)):
        (folder / "configs").mkdir(exist_ok=True)
        (folder / "configs" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "models").mkdir()
    torch.manual_seed(0)
    torch.save(UNet(**ARGUMENTS).state_dict(), folder / "models" / "model.pt")
    return [*sorted((folder / "configs").iterdir()) * 2, folder / "models" / "model.pt"]


def _nnunet(folder: Path) -> Sequence[Path]:
    fold = folder / "nnUNetTrainer__nnUNetPlans__3d_fullres" / "fold_0"
    fold.mkdir(parents=True)
    (fold.parent / "plans.json").write_text(json.dumps(PLANS), encoding="utf-8")
    (fold.parent / "dataset.json").write_text(json.dumps(DATASET), encoding="utf-8")
    torch.manual_seed(0)
    save_checkpoint(fold, torch.nn.ModuleDict({"layer": torch.nn.Conv3d(1, 5, 1)}))
    return [fold.parent / "plans.json", fold.parent / "dataset.json", fold / "checkpoint_final.pth"]


def _named_state(state: Any) -> str:
    return hashlib.sha256("".join(f"{name}{value.tolist()}" for name, value in state.items()).encode()).hexdigest()


def _read_bundle(folder: Path) -> Any:
    bundle = read_bundle(folder, "thigh")
    return str(asdict(bundle.metadata)), _named_state(bundle.load().state_dict())


def _read_foreign_bundle(folder: Path) -> Any:
    """Read a bundle that names no SHA-256 of its weights, so that the one that they have says nothing."""
    bundle = read_bundle(folder, "thigh")
    return str(asdict(bundle.metadata) | {"sha256": ""}), _named_state(bundle.load().state_dict())


def _read_checked_bundle(folder: Path) -> Any:
    """Read a bundle of ours; where its metadata can be read, with the SHA-256 of the weights that are there."""
    path = folder / "configs" / "metadata.json"
    with contextlib.suppress(Exception):
        content = json.loads(path.read_bytes())
        if isinstance(content["muscleseg"].get("sha256"), str):
            sha256 = hashlib.sha256((folder / "models" / "model.pt").read_bytes()).hexdigest()
            content["muscleseg"]["sha256"] = sha256
            path.write_text(json.dumps(content), encoding="utf-8")
    return _read_bundle(folder)


def _read_nnunet(folder: Path) -> Any:
    """Read a bundle whose network is in a package that need not be there, with one layer in its place."""
    names = ["dynamic_network_architectures", "dynamic_network_architectures.architectures"]
    packages = [ModuleType(name) for name in (*names, f"{names[1]}.unet")]
    packages[2].PlainConvUNet = packages[2].ResidualEncoderUNet = StandIn  # type: ignore[attr-defined]
    packages[1].unet = packages[2]  # type: ignore[attr-defined]
    with mock.patch.dict(sys.modules, {package.__name__: package for package in packages}):
        return _read_foreign_bundle(folder)


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


REQUESTS = (
    Request("3", SegmentJob(Path("a b.nrrd"), "calf", Path("out.nii.gz"), "a-network", "cuda", 2)),
    Request("5", CostJob("thigh", "unet2d-small")),
    Request("6", RegionJob(Path("a"))),
    Cancel("3"),
)
ANSWERS = (
    *(Ready(7, has_gpu=False), Alive(), Started("1"), Progressed("1", 0.5, "segmenting"), Stopped("1")),
    *(Finished("1", {"sides": ["right"], "seconds": {"load": 0.1}}), Failed("1", "The scan is blank.", "line 1")),
)


def _lines(messages: Sequence[Any]) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        for number, message in enumerate(messages):
            (folder / f"{number}.line").write_bytes(encode(message))
        return sorted(folder.iterdir())

    return make


def _read_requests(folder: Path) -> Any:
    """Return what the worker takes each line for; the first sentence that it refuses one with is raised."""
    return str([decode_request(path.read_bytes()) for path in sorted(folder.iterdir())])


class Pretended:
    """A transport to nowhere."""

    def start(self, *, on_output: Callable[[bytes], None], **_: object) -> None:
        self.say = on_output

    def write(self, data: bytes) -> None:
        """Do nothing: there is no process."""

    def kill(self, pid: int | None) -> None:
        """Do nothing: there is no process."""


def _read_answers(folder: Path) -> Any:
    """Return what became of a job of which a worker says the lines; a failure of the job is raised."""
    made: list[Pretended] = []
    ended: list[tuple[str, Any]] = []

    def transport() -> Pretended:
        made.append(Pretended())
        return made[-1]

    def end(how: str) -> Callable[..., None]:
        return lambda *values: ended.append((how, values))

    client = Client(transport, log=lambda _: None)
    job = RegionJob(folder / "scan.nrrd")
    client.submit(job, Handlers(lambda *_: None, end("result"), end("failed"), end("canceled")))
    for path in sorted(folder.glob("*.line"), key=lambda path: path.name != "0.line"):
        made[0].say(path.read_bytes().replace(b"\n", b" ").strip() + b"\n")
    client.stop()
    if len(ended) != 1:
        message = f"a job ended {len(ended)} times: {ended}"
        raise RuntimeError(message)
    if ended[0][0] == "failed":
        raise MuscleSegError(ended[0][1][0])
    return str(ended)


def _images() -> list[Kind]:
    start = [at_start(damage, 352) for damage in BYTES]
    text = [at_start(damage, 400) for damage in (other_word, other_word, other_line, flipped)]
    number = [other_nifti_number] * 4
    return [
        Kind("NIfTI .nii", _image("nii"), (*BYTES, *start, *number), _read_image, _by_nibabel),
        Kind("NIfTI .nii.gz", _image("nii.gz"), BYTES, _read_image, _by_nibabel),
        Kind("NRRD", _image("nrrd"), (*BYTES, *text), _read_image, _by_pynrrd),
        Kind("seg.nrrd", _image("seg.nrrd"), (*BYTES, *text, at_start(other_word, 1500)), _read_labels),
        Kind("MHA", _image("mha"), (*BYTES, *text), _read_image),
    ]


def kinds() -> list[Kind]:
    """Return every kind."""
    syntaxes = ("explicit", "implicit", "deflated", "run lengths")
    return [
        *_images(),
        *(Kind(f"DICOM, {syntax}", _series(syntax), BYTES, _read_series, _by_pydicom) for syntax in syntaxes),
        Kind("bundle", _own_bundle, TEXT, _read_bundle),
        Kind("bundle, SHA-256 renewed", _own_bundle, TEXT, _read_checked_bundle),
        Kind("bundle of MONAI", _monai_bundle, TEXT, _read_foreign_bundle),
        Kind("results of nnU-Net", _nnunet, TEXT, _read_nnunet),
        Kind("tables", _tables, (*BYTES, *3 * [other_cell], other_line, *3 * [other_field]), _read_tables),
        Kind("acquisition (JSON)", _acquisition, TEXT, _read_acquisition),
        Kind("training (TOML)", _training, (*BYTES, *6 * [other_setting], other_line), _read_training),
        Kind("worker, requests", _lines(REQUESTS), TEXT, _read_requests),
        Kind("worker, answers", _lines(ANSWERS[:4] + ANSWERS[5:6]), TEXT, _read_answers),
    ]


def damaged(content: bytes, damages: Sequence[Damage], chance: random.Random) -> bytes:
    """Return a file's content with one to three damages."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(damages)(content or b" ", chance)
    return content
