"""Cost of each network on this computer, beside the programs that a user would otherwise run.

    python Testing/benchmarks/inference.py [--output Testing/benchmarks/inference.md]

One digital scan of two thighs (320 x 320 x 20) is segmented by every thigh network of MuscleSeg and, with random
weights, by the networks of MuscleMap (2D U-Net, windows of 256 x 256 with 90 % overlap) and of nnU-Net (3D full
resolution, without mirroring), each in a process of its own and in float32 where the tool does so. Prints Markdown.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from Testing.peak_memory import peak_mb  # noqa: E402 - the line before lets Python find it

MUSCLEMAP, NNUNET = "MuscleMap's 2D U-Net", "nnU-Net 3D full resolution"
NNUNET_PATCH = (20, 320, 256)
"""Plan of nnU-Net's planner for this scan for a GPU of 8 GB: it starts with all of it and takes 64 voxels off until
its estimate of the features (20 x 320 x 320: above 600 million numbers) is below its reference of 560 million."""
REPEATS = 5


@dataclass(frozen=True)
class Row:
    """Network's line of the table.

    Attributes:
        title: Its name.
        network_s: Seconds of the network, with the cutting and joining of its windows.
        total_s: Of the process, imports among them.
        peak_mb: Most memory that the process held.
        gmac: Multiply-adds of the network.
        precision: Of its features.
        predicted_mb: By the cost; None for the others.
    """

    title: str
    network_s: float
    total_s: float
    peak_mb: float
    gmac: float
    precision: str
    predicted_mb: float | None = None


def main() -> None:
    """Measure, and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--child", nargs=2, metavar=("NETWORK", "SCAN"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(*options.child)))
        return
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "thighs.nii.gz"
        _make_scan(scan)
        peaks = _peaks()
        rows = [_row(name, scan) for name in _names()]
        start = _cold_start(scan, Path(folder) / "labels.nii.gz")
    text = "\n".join([*_heading(peaks), *_table(rows, peaks), *_requirements(rows, start)])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def child(name: str, scan: str) -> dict[str, Any]:
    """Segment with one network in this process, and say what it took."""
    from MuscleSegLib.volume import read_volume

    image = read_volume(Path(scan))
    seconds = _competitor(name, image.array) if name in (MUSCLEMAP, NNUNET) else _ours(name, image)
    return {**seconds, "peak_mb": peak_mb()}


def _ours(name: str, image: Any) -> dict[str, Any]:  # noqa: ANN401
    """The network's own time is that of its calls, without finding legs and without putting labels back."""
    from MuscleSegLib.bundle import find_bundle
    from MuscleSegLib.inference import segment
    from MuscleSegLib.inference.runner import Runner

    taken = []
    call = Runner.__call__

    def timed(*arguments: Any) -> Any:  # noqa: ANN401
        before = time.perf_counter()
        logits = call(*arguments)
        taken.append(time.perf_counter() - before)
        return logits

    Runner.__call__ = timed  # type: ignore[method-assign]
    result = segment(image, find_bundle("thigh", name), device="cpu")
    return {"network_s": sum(taken), "precision": result.precision}


def _competitor(name: str, array: np.ndarray) -> dict[str, Any]:
    import torch
    from monai.inferers import sliding_window_inference

    network, shape, overlap = _competing_network(name)
    # nnU-Net's predictor keeps the weights that it read beside the network (by default those of five folds; here one)
    kept = {key: value.clone() for key, value in network.state_dict().items()} if name == NNUNET else {}
    values = torch.from_numpy((array - array.mean()) / array.std()).float()
    # MuscleMap looks at each slice by itself, nnU-Net at the volume
    images = values[:, None] if len(shape) == 2 else values[None, None]
    before = time.perf_counter()
    with torch.inference_mode():
        for image in images:
            sliding_window_inference(image[None], shape, 1, network, overlap, "gaussian").argmax(1)
    taken = time.perf_counter() - before
    network.load_state_dict(kept or network.state_dict())
    return {"network_s": taken, "precision": "float32"}


def _competing_network(name: str) -> tuple[Any, tuple[int, ...], float]:
    """Return the network, its window and the windows' overlap."""
    from monai.networks.nets import DynUNet, UNet

    if name == MUSCLEMAP:
        return UNet(2, 1, 11, (64, 128, 256, 512, 1024), (2, 2, 2, 2), num_res_units=2).eval(), (256, 256), 0.9
    # what nnU-Net's planner makes of 20 slices of 15 mm: it first halves rows and columns, until voxels are as high as
    # wide, and never goes below 4 slices
    strides = [1, (1, 2, 2), (1, 2, 2), (1, 2, 2), (2, 2, 2), (2, 2, 2)]
    kernels = [(1, 3, 3), (1, 3, 3), (1, 3, 3), 3, 3, 3]
    network = DynUNet(3, 1, 11, kernels, strides, strides[1:], filters=(32, 64, 128, 256, 320, 320))
    return network.eval(), NNUNET_PATCH, 0.5


def _gmac(name: str) -> float:
    from MuscleSegLib.inference.cost.simulation import simulate
    from MuscleSegLib.inference.cost.tile_plan import count_windows

    network, shape, overlap = _competing_network(name)
    runs = count_windows((20, 320, 320)[-len(shape) :], shape, overlap) * (20 if len(shape) == 2 else 1)
    return runs * simulate(network, (1, 1, *shape)).macs / 1e9


def _names() -> list[str]:
    from MuscleSegLib.bundle import shipped_bundles

    ours = [bundle.metadata.name for bundle in shipped_bundles() if bundle.metadata.region == "thigh"]
    default = _default()
    return [default, *(name for name in ours if name != default), MUSCLEMAP, NNUNET]


def _default() -> str:
    from MuscleSegLib.bundle import find_bundle

    return find_bundle("thigh").metadata.name


def _row(name: str, scan: Path) -> Row:
    from MuscleSegLib.bundle import find_bundle
    from MuscleSegLib.inference import estimate_cost

    print(f"{name} ...", file=sys.stderr)
    measured = []
    for _ in range(1 if name in (MUSCLEMAP, NNUNET) else REPEATS):
        before = time.perf_counter()
        answer = _run(sys.executable, __file__, "--child", name, str(scan))
        measured.append({**json.loads(answer.splitlines()[-1]), "total_s": time.perf_counter() - before})
    medians = {key: median(run[key] for run in measured) for key in ("network_s", "total_s", "peak_mb")}
    precision = measured[0]["precision"]
    if name in (MUSCLEMAP, NNUNET):
        return Row(name, gmac=_gmac(name), precision=precision, **medians)
    cost = estimate_cost(find_bundle("thigh", name))
    return Row(name, **medians, gmac=cost.macs / 1e9, precision=precision,
               predicted_mb=cost.peak_bytes / 1e6)  # fmt: skip


def _run(*command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=ROOT).stdout


def _cold_start(scan: Path, output: Path) -> dict[str, float]:
    """Return the median seconds of `muscleseg segment` and of `import torch`, run in turn."""
    segment, importing = [], []
    for _ in range(REPEATS):
        for seconds, command in (
            (importing, ("-c", "import torch")),
            (segment, ("-m", "MuscleSegLib", "segment", str(scan), "--region", "thigh", "--output", str(output))),
        ):
            before = time.perf_counter()
            _run(sys.executable, *command)
            seconds.append(time.perf_counter() - before)
    return {"segment": median(segment), "torch": median(importing)}


def _peaks() -> dict[str, float]:
    """Return the multiply-adds per second of large matrix products, in units of 1e9."""
    import torch

    size, peaks = 2048, {}
    for precision in ("float32", "bfloat16"):
        matrix = torch.rand(size, size).to(getattr(torch, precision))
        seconds = []
        for _ in range(12):
            before = time.perf_counter()
            matrix @ matrix
            seconds.append(time.perf_counter() - before)
        peaks[precision] = size**3 / min(seconds) / 1e9
    return peaks


def _make_scan(path: Path) -> None:
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.protocols import hostin2023
    from MuscleSegLib.phantom.scanning import acquire
    from MuscleSegLib.volume import write_volume

    legs = digital_legs("thigh", seed=0)
    write_volume(acquire(legs, hostin2023(legs.length_mm, legs=2)).images["anatomy"], path)


def _heading(peaks: dict[str, float]) -> list[str]:
    import torch

    from MuscleSegLib.inference.cost.processor import processor_name

    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    load = os.getloadavg()[2]
    return [
        "# What each network costs\n",
        f"Written by `Testing/benchmarks/inference.py` on {date.today()}: {processor_name()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, {platform.system()}, torch {torch.__version__}; load over the last 15 minutes {load:.1f}.",
        f"Matrix products reach {peaks['float32']:.0f} GMAC/s in float32 and {peaks['bfloat16']:.0f} in bfloat16; the "
        "share of that is of the precision which the network ran in.\n",
        "Two digital thighs, 320 x 320 x 20. Other tools' networks have random weights, which cost the same. "
        "nnU-Net's are held twice (125 MB more), as its predictor holds those of each fold.\n",
    ]


def _table(rows: list[Row], peaks: dict[str, float]) -> list[str]:
    lines = [
        "| network | network (s) | times the default | whole process (s) | peak memory (MB) "
        "| predicted (MB) | GMAC | precision | share of peak (%) |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        share = 100 * row.gmac / row.network_s / peaks[row.precision]
        lines.append(
            f"| {row.title} | {row.network_s:.2f} | "
            f"{row.network_s / rows[0].network_s:.1f} | {row.total_s:.1f} | {row.peak_mb:.0f} | "
            f"{_shown(row.predicted_mb)} | {row.gmac:.1f} | {row.precision} | {share:.0f} |"
        )
    return lines


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _requirements(rows: list[Row], start: dict[str, float]) -> list[str]:
    default = rows[0]
    musclemap, nnunet = (next(row for row in rows if row.title == title) for title in (MUSCLEMAP, NNUNET))
    limit = 2.5 * start["torch"] + default.network_s
    lines = [
        (f"times faster than {MUSCLEMAP}", musclemap.network_s / default.network_s, 50.0, True),
        (f"times faster than {NNUNET}", nnunet.network_s / default.network_s, 10.0, True),
        (f"times less memory than {NNUNET}", nnunet.peak_mb / default.peak_mb, 5.0, True),
        ("s for `muscleseg segment` from a cold start", start["segment"], limit, False),
    ]
    text = ["", f"`import torch` alone takes {start['torch']:.2f} s. The default network is {default.title}.", ""]
    text += ["| measured | | wanted | |", "|---|---|---|---|"]
    for title, value, bound, is_least in lines:
        met = value >= bound if is_least else value <= bound
        wanted = f"{'at least' if is_least else 'at most'} {bound:.1f}"
        text.append(f"| {value:.1f} | {title} | {wanted} | {'yes' if met else 'NO'} |")
    return text


if __name__ == "__main__":
    main()
