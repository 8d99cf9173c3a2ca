"""Page on the fine muscles: ``python -m MuscleSegLib.anatomy.fine_page Resources/Documentation`` writes it.

Its tables are made of those of this room, so that they cannot differ from what files hold.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from MuscleSegLib.anatomy.fine_muscles import PRIVATE_SCHEME, FineMuscle
from MuscleSegLib.anatomy.regions import FINE_REGIONS, LABEL_SETS, LOWER_LIMB_FINE, REGIONS
from MuscleSegLib.anatomy.schemes import SCHEMES, Scheme
from MuscleSegLib.anatomy.sides import Side
from MuscleSegLib.files import written_whole

NAME = "fine-muscles.md"

_TOP = """# Muscles one by one

After this page you can measure muscles one by one, or merged into the ten of the thigh and the six of the calf, and
bring label maps of other tools to either.

- [Label sets](#label-sets)
- [Measuring by parent, fine, or both](#measuring-by-parent-fine-or-both)
- [Codes, parents and terms](#codes-parents-and-terms)
- [Label schemes of other tools](#label-schemes-of-other-tools)
- [Crosswalk](#crosswalk)
- [Limits](#limits)

This page is made by `python -m MuscleSegLib.anatomy.fine_page Resources/Documentation`: change the tables in
`MuscleSegLib/anatomy/fine_muscles.py`, not the page.

## Label sets

Beside the ten and six there are fine label sets. Their codes are fixed for ever and are no codes of the ten and six;
one map can hold all sets. The left leg adds 100, as everywhere. Color tables with coded terms are in
`Resources/Labels`, as `thigh-fine.csv` and `thigh-fine.ctbl`. No network that is shipped draws fine muscles: they are
for drawings by hand, for label maps of other tools, and for networks to come.

"""

_MEASURING = """
## Measuring by parent, fine, or both

```
muscleseg measure fine.nii.gz --scheme thigh-fine --fat fat.nii.gz --water water.nii.gz --by parent --output ten.xlsx
muscleseg measure fine.nii.gz --scheme thigh-fine --fat fat.nii.gz --water water.nii.gz --by both --output both.xlsx
muscleseg measure wholebody.nii.gz --scheme musclemap --by parent
muscleseg evaluate --reference manual --prediction automatic --scheme thigh-fine --region thigh --output report
```

A `.seg.nrrd` or DICOM SEG of MuscleSeg says which set it is. In those of others, segments are told by name and coded
term: as the ten and six, parts measured together, unless `--scheme thigh-fine` asks for them one by one.

`--by parent` gives each voxel of a part to its parent and measures that: volumes of parts add up to the parent's, and
on a map with the labels' grid the mean FF, MTR and T2 of the parent are those of its parts, weighted by their voxels.
On a map with another grid they are not quite: a voxel that two parts share by halves counts for the parent, and for
neither part (`--minimum-share`). Standard deviations, percentiles and corrected means are those of the parent itself.
Where the labels lack a part of a muscle, or hold another muscle with it, the parent's warnings say so. `--by both`
has the rows of the parts behind the parent's; the column `parent` tells them apart. Groups of muscles and adipose
tissue are then those of the parents, so that nothing counts twice.

## Codes, parents and terms

"""

_SCHEMES = """
## Label schemes of other tools

`--scheme` of `measure` and `evaluate` takes these, and segments with these names are understood without it.

"""

_CROSSWALK = """
## Crosswalk

Values of other schemes for each fine muscle (MuscleMap's of the right side). *In* marks a structure that holds more
than the muscle, *of* one that is a part of it.

"""

_LIMITS = """
## Limits

- **No network** for fine muscles comes with MuscleSeg yet. One that is trained with `labels = "fine"` splits the
  muscles that the default draws: its parts are together exactly the default's muscle, and a muscle in none of the ten
  and six takes what the default left empty. Parts have no confidence.
- **The 23 muscles** of Henson et al. (PLoS One 2024) are a choice of the 34 that the same group's data number. That
  choice is in no source that could be read here, so that the scheme is that of the 34.
- **The cascade's 13 + 9 and Dafne's 12 + 6**: values are the places in their lists; a file with other values needs
  another order. Two of the 13 hold a muscle beside parts of the adductor, which the adductor's warnings then say.
- **TotalSegmentator** does not list what its compartments hold: here they hold the muscles of that compartment in
  anatomy.
- **Coded terms** marked *copies* are numbers of the Foundational Model of Anatomy read in copies of BodyParts3D's
  list, not in the model itself. Where no published list that could be read has a structure, its term is private
  ({private}).
"""


def page() -> str:
    """Return the page as Markdown."""
    return "".join(
        (
            _TOP,
            _table(("set", "muscles", "codes"), _set_rows()),
            _MEASURING,
            _table(("code", "muscle", "abbr.", "parent", "coded term", "source"), map(_muscle_cells, _muscles())),
            _SCHEMES,
            _table(("scheme", "labels", "what it is"), _scheme_rows()),
            _CROSSWALK,
            _table(("code", "muscle", *(scheme.name for scheme in _others())), map(_crosswalk_cells, _muscles())),
            _LIMITS.format(private=PRIVATE_SCHEME),
        )
    )


def write_page(folder: Path) -> None:
    """Write the page into a folder.

    Raises:
        MuscleSegError: The folder is missing or cannot be written to.
    """
    with written_whole(folder / NAME) as path:
        path.write_bytes(page().encode())


def _muscles() -> Sequence[FineMuscle]:
    return LOWER_LIMB_FINE.muscles


def _others() -> list[Scheme]:
    """Return the schemes of other tools."""
    ours = {"lower-limb", *(region.name for region in LABEL_SETS)}
    return [scheme for scheme in SCHEMES if scheme.name not in ours]


def _set_rows() -> Iterable[tuple[str, str, str]]:
    for fine in FINE_REGIONS:
        codes = [muscle.code for muscle in fine.muscles]
        starts = [code for code in codes if code - 1 not in codes]
        ends = [code for code in codes if code + 1 not in codes]
        ranges = ", ".join(f"{start} to {end}" for start, end in zip(starts, ends, strict=True))
        yield f"`{fine.name}`", str(len(codes)), ranges


def _muscle_cells(muscle: FineMuscle) -> tuple[str, ...]:
    region = next((each for each in REGIONS if each.name == muscle.region), None)
    parent = f"{region.muscle(muscle.parent).name} ({muscle.parent})" if region and muscle.parent else "none"
    scheme, value, meaning = muscle.concept
    return (
        str(muscle.code),
        muscle.name,
        muscle.abbreviation,
        parent,
        f"{scheme} {value}, {meaning}",
        muscle.concept_source,
    )


def _scheme_rows() -> Iterable[tuple[str, str, str]]:
    for scheme in _others():
        yield f"`{scheme.name}`", str(len(scheme.labels)), scheme.description


def _crosswalk_cells(muscle: FineMuscle) -> tuple[str, ...]:
    return str(muscle.code), muscle.name, *(_values(muscle, scheme) for scheme in _others())


def _values(muscle: FineMuscle, scheme: Scheme) -> str:
    cells = []
    singles = {*muscle.singles}
    for label in scheme.labels:
        theirs = {*label.singles}
        if label.side in (Side.RIGHT, None) and theirs & singles:
            word = "" if theirs == singles else "of " if theirs < singles else "in "
            cells.append(f"{word}{label.value}")
    return ", ".join(cells)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page into the folder that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m MuscleSegLib.anatomy.fine_page", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    write_page(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
