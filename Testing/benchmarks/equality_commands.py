"""Commands whose results ``equality.py`` compares: digital people and the scans of ../shared/data, through all of them.

A command reads what the first version wrote before it, so that both versions read the same.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "unet2d-small"
"""Architecture of the default networks."""

SEEDS = {"thigh": {"T": 7, "T11": 11, "T12": 12}, "calf": {"C": 8, "C11": 11, "C12": 12}}
"""Digital people: the first of a region with the protocol of Hostin et al. (2023), the others with coarse grids."""

SCANS = {
    "thigh": {
        **{
            f"Thigh_{number}_{kind}": f"thigh_cases/Thigh_{number}_{suffix}.nii.gz"
            for number in ("001", "003")
            for kind, suffix in (("water", "0001"), ("fat", "0000"))
        },
        "healthy": "thigh_cases/bilateral_healthy.nii.gz",
    },
    "calf": {"healthy": "calf_cases/bilateral_healthy.nii.gz", "t1_slice": "calf_cases/t1_slice.nii.gz"},
}

PATIENTS = ("Thigh_001", "Thigh_003")
MAPS = ("ff", "mtr", "t2")


@dataclass(frozen=True)
class Command:
    """Command of ``muscleseg``.

    Attributes:
        folder: Folder in which it is run, below that of the version.
        name: Beginning of the names of what it writes there.
        input: Name of what it reads, for the table.
        arguments: Arguments of the command line.
        copies: Files, and their names in the folder, that it finds there.
    """

    folder: str
    name: str
    input: str
    arguments: tuple[str, ...]
    copies: tuple[tuple[Path, str], ...] = ()

    @property
    def title(self) -> str:
        """Return the command with what tells it from others of its kind."""
        return self.folder.replace("-", " ", 1)


def commands(made: Path, checkout: Path, data: Path, *, is_quick: bool) -> Iterator[Command]:
    """Yield the commands in an order in which each finds what it reads.

    Args:
        made: Folder with what the first version writes.
        checkout: Checkout of the first version.
        data: Folder of scans; without it, digital people alone.
        is_quick: Whether to leave out networks that are no defaults, networks on digital people, and maps.
    """
    scans = data.is_dir()
    for region, seeds in SEEDS.items():
        yield from _phantoms(region, seeds)
        yield from _segmentations(region, made, checkout, data if scans else None, is_quick=is_quick)
        yield from _measurements(region, made)
        yield from _evaluations(region, made)
        if not is_quick:
            yield _networks(region, checkout)
    if not is_quick:
        yield from _maps(made)
    if scans:
        yield from _patients(made, data)
        yield from _volumes(made, data)


def _people(made: Path, region: str) -> Path:
    return made / f"phantom-{region}"


def _segmented(made: Path, region: str) -> Path:
    return made / f"segment-{region}-{DEFAULT}"


def _command(folder: str, name: str, *arguments: str | Path, of: str = "", **others: tuple) -> Command:
    return Command(folder, name, of or name, tuple(map(str, arguments)), **others)


def _phantoms(region: str, seeds: dict[str, int]) -> Iterator[Command]:
    for number, (name, seed) in enumerate(seeds.items()):
        protocol = "quick" if number else "hostin2023"
        person = ("--region", region, "--seed", str(seed), "--protocol", protocol)
        yield _command(f"phantom-{region}", name, "phantom", *person, "--output", name, "--json")


def _segmentations(region: str, made: Path, checkout: Path, data: Path | None, *, is_quick: bool) -> Iterator[Command]:
    images = {name: _people(made, region) / name / "anatomy.nii.gz" for name in SEEDS[region]}
    first = next(iter(images))
    scans = {name: data / path for name, path in SCANS[region].items()} if data else {}
    wanted = ("--region", region, "--json", "--device", "cpu")
    for name, image in (images | scans).items():
        yield _command(f"segment-{region}-{DEFAULT}", name, "segment", image, *wanted, "--output", f"{name}.seg.nrrd")
    name = f"{first}-dicom"
    dicom = _people(made, region) / first / "dicom"
    auto = ("--region", "auto", "--json", "--device", "cpu", "--output", f"{name}.nii.gz")
    yield _command(f"segment-{region}-auto", name, "segment", dicom, *auto)
    for network in () if is_quick else _other_networks(region, checkout):
        output = ("--network", network, "--output", f"{first}.nii.gz")
        yield _command(f"segment-{network}", first, "segment", images[first], *wanted, *output)


def _other_networks(region: str, checkout: Path) -> list[str]:
    folders = sorted((checkout / "Resources" / "Networks").glob(f"{region}-*"))
    names = [json.loads((folder / "configs" / "metadata.json").read_text())["name"] for folder in folders]
    return [name for name in names if not name.endswith(DEFAULT)]


def _measurements(region: str, made: Path) -> Iterator[Command]:
    """Yield measurements of true labels and of a network's, with maps, in each kind of file."""
    for name in SEEDS[region]:
        person = _people(made, region) / name
        maps = [argument for kind in MAPS for argument in (f"--{kind}", person / f"{kind}.nii.gz")]
        truth = ("measure", person / "labels.nii.gz", "--region", region, *maps)
        drawn = ("measure", _segmented(made, region) / f"{name}.seg.nrrd", *maps)
        yield _command(f"measure-{region}-truth", name, *truth, "--json", "--output", f"{name}.json")
        yield _command(f"measure-{region}-{DEFAULT}", name, *drawn, "--json", "--output", f"{name}.json")
    first = next(iter(SEEDS[region]))
    person = _people(made, region) / first
    limits = ("--minimum-share", "0.9", "--thickness", "t2=5", "--thickness", "labels=3", "--ff-limit", "30")
    labels = (
        _segmented(made, region) / f"{first}.seg.nrrd",
        "--ff",
        person / "ff.nii.gz",
        "--t2",
        person / "t2.nii.gz",
    )
    yield _command(f"measure-{region}-options", first, "measure", *labels, *limits, "--output", f"{first}.csv")
    yield _command(f"measure-{region}-workbook", first, "measure", *labels, "--output", f"{first}.xlsx")


def _evaluations(region: str, made: Path) -> Iterator[Command]:
    people, segmented = _people(made, region), _segmented(made, region)
    truth, drawn = made / f"measure-{region}-truth", made / f"measure-{region}-{DEFAULT}"
    first, second, third = SEEDS[region]
    given = ("--region", region, "--json", "--processes", "1")
    three = ", ".join(SEEDS[region])
    only = tuple((segmented / f"{name}.seg.nrrd", f"drawn/{name}.seg.nrrd") for name in SEEDS[region])
    reference = ("--reference", people, "--prediction", "drawn")
    yield _command(
        f"evaluate-{region}-reference", "report", "evaluate", *reference, *given, "--output", "report",
        of=three, copies=only,
    )  # fmt: skip
    raters = ("--raters", people, "drawn")
    yield _command(
        f"evaluate-{region}-raters", "report", "evaluate", *raters, *given, "--output", "report", of=three, copies=only
    )
    visits = ("--visits", truth / f"{first}.json", drawn / f"{first}.json")
    repeats = [
        argument
        for name in (second, third)
        for argument in ("--repeats", truth / f"{name}.json", drawn / f"{name}.json")
    ]
    yield _command(
        f"evaluate-{region}-visits", "report", "evaluate", *visits, *repeats, *given, "--output", "report", of=three
    )


def _networks(region: str, checkout: Path) -> Command:
    networks = [*_other_networks(region, checkout)[:1], f"{region}-{DEFAULT}"]
    people = ("--networks", *networks, "--phantoms", "1", "--region", region, "--json", "--processes", "1")
    return _command(f"evaluate-{region}-networks", "report", "evaluate", *people, "--output", "report", of="a person")


def _maps(made: Path) -> Iterator[Command]:
    raw = _people(made, "thigh") / "T" / "raw"
    for kind, file in (("ff", "dixon"), ("mtr", "mt"), ("t2", "t2")):
        made_map = ("--acquisition", raw / f"{file}.json", "--output", f"T_{kind}.nii.gz", "--json")
        yield _command("maps-thigh", f"T_{kind}", "maps", kind, *made_map)


def _patients(made: Path, data: Path) -> Iterator[Command]:
    """Yield fat fractions of patients in published labels and in ours, and a comparison of labels of both images."""
    folder = data / "thigh_cases"
    for name in PATIENTS:
        images = ("--fat", folder / f"{name}_0000.nii.gz", "--water", folder / f"{name}_0001.nii.gz")
        yield _command("maps-patients", f"{name}_ff", "maps", "ff", *images, "--output", f"{name}_ff.nii.gz", "--json")
        published = (folder / f"{name}_labels.nii.gz", "--scheme", "huashan11")
        yield _command(
            "measure-patients-published", name, "measure", *published, *images, "--json", "--output", f"{name}.json"
        )
        drawn = _segmented(made, "thigh") / f"{name}_water.seg.nrrd"
        yield _command(
            f"measure-patients-{DEFAULT}", name, "measure", drawn, *images, "--json", "--output", f"{name}.json"
        )
    images = ("water", "fat")
    copies = [
        (_segmented(made, "thigh") / f"{name}_{image}.seg.nrrd", f"{image}/{name}.seg.nrrd")
        for name in PATIENTS
        for image in images
    ]
    folders = ("--raters", *images, "--maps", made / "maps-patients", "--region", "thigh")
    yield _command(
        "evaluate-patients", "report", "evaluate", *folders, "--json", "--processes", "1", "--output", "report",
        of=", ".join(PATIENTS), copies=tuple(copies),
    )  # fmt: skip


def _volumes(made: Path, data: Path) -> Iterator[Command]:
    """Yield volumes in scans without maps, and the comparison of ours with drawn labels."""
    for region, scans in SCANS.items():
        for name in [name for name in scans if name in ("healthy", "t1_slice")]:
            drawn = _segmented(made, region) / f"{name}.seg.nrrd"
            yield _command(f"measure-{region}-{DEFAULT}", name, "measure", drawn, "--json", "--output", f"{name}.json")
    labels = {name: data / path.replace(".nii.gz", "_labels.nii.gz") for name, path in SCANS["calf"].items()}
    for name, path in labels.items():
        yield _command(
            "measure-calf-drawn", name, "measure", path, "--region", "calf", "--json", "--output", f"{name}.json"
        )
    for name in ("whole_thigh_upper_calf_1p5mm", "hip_thigh_3mm"):
        others = (data / "whole_leg_labels" / f"{name}.nii.gz", "--scheme", "musclemap")
        yield _command("measure-musclemap", name, "measure", *others, "--json", "--output", f"{name}.json")
    copies = [(path, f"drawn/{name}.nii.gz") for name, path in labels.items()]
    copies += [(_segmented(made, "calf") / f"{name}.seg.nrrd", f"automatic/{name}.seg.nrrd") for name in labels]
    folders = ("--reference", "drawn", "--prediction", "automatic", "--region", "calf")
    yield _command(
        "evaluate-calf-drawn", "report", "evaluate", *folders, "--json", "--processes", "1", "--output", "report",
        of=", ".join(labels), copies=tuple(copies),
    )  # fmt: skip
