"""Messages between the panel and the worker to damage, and their readers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.worker import Client, CostJob, Handlers, PropagateJob, RegionJob, SegmentJob
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

REQUESTS = (
    Request("3", SegmentJob(Path("a b.nrrd"), "calf", Path("out.nii.gz"), "a-network", "cuda", 2)),
    Request("4", SegmentJob(Path("a"), "thigh", Path("b"), companions=(Path("c"), Path("d")))),
    Request("4", PropagateJob(Path("l"), Path("a"), Path("b"), {3: (1, 4)}, beyond=1)),
    Request("5", CostJob("thigh", "unet2d-small")),
    Request("6", RegionJob(Path("a"))),
    Cancel("3"),
)
ANSWERS = (
    *(Ready(7, has_gpu=False), Alive(), Started("1"), Progressed("1", 0.5, "segmenting"), Stopped("1")),
    *(Finished("1", {"sides": ["right"], "seconds": {"load": 0.1}}), Failed("1", "The scan is blank.", "line 1")),
)


def write_lines(messages: Sequence[Any]) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        for number, message in enumerate(messages):
            (folder / f"{number}.line").write_bytes(encode(message))
        return sorted(folder.iterdir())

    return make


def read_requests(folder: Path) -> Any:
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


def read_answers(folder: Path) -> Any:
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
