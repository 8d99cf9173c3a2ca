"""Label tables of Resources/Labels: ``python -m MuscleSegLib.anatomy.label_tables Resources/Labels`` writes them.

For each region and each fine label set, for two legs and for one, there are

- ``.ctbl``, a color table as every Slicer reads it, and
- ``.csv``, a color table with coded terms as Slicers newer than 5.6 read it (*Color table CSV file format* in Slicer's
  developer guide), with three more columns at the end for people and scripts: Abbreviation, Side, TermSource.
"""

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from MuscleSegLib.anatomy.regions import LABEL_SETS, FineRegion, Label, Region
from MuscleSegLib.anatomy.sides import value_without_side
from MuscleSegLib.files import written_whole
from MuscleSegLib.terminology import CodedConcept

_OPAQUE = 255

_CODED = ("Category", "Type", "TypeModifier")
_COLUMNS = (
    *("LabelValue", "Name", "Color_R", "Color_G", "Color_B", "Color_A"),
    *(f"{term}_{part}" for term in _CODED for part in ("CodingScheme", "CodeValue", "CodeMeaning")),
    *("Abbreviation", "Side", "TermSource"),
)


def tables() -> dict[str, str]:
    """Return the text of every table by its file name."""
    texts = {}
    for region in LABEL_SETS:
        for suffix, two_legs in (("", True), ("_one_leg", False)):
            labels = region.labels(two_legs=two_legs)
            texts[f"{region.name}{suffix}.ctbl"] = _color_table(labels, title=f"{region.name}{suffix}")
            texts[f"{region.name}{suffix}.csv"] = _csv_table(labels, region)
    return texts


def write_tables(folder: Path) -> None:
    """Write every table into ``folder``.

    Raises:
        MuscleSegError: The folder is missing or cannot be written to.
    """
    for name, text in tables().items():
        with written_whole(folder / name) as path:
            # Bytes, since a text file would have other line ends on Windows and be another file to git.
            path.write_bytes(text.encode())


def _color_table(labels: Sequence[Label], *, title: str) -> str:
    lines = [f"# Color table file {title}.ctbl", f"# {len(labels) + 1} values", "0 Background 0 0 0 0"]
    for label in labels:
        red, green, blue = label.color
        lines.append(f"{label.value} {label.name.replace(' ', '_')} {red} {green} {blue} {_OPAQUE}")
    return "\n".join(lines) + "\n"


def _csv_table(labels: Sequence[Label], region: Region | FineRegion) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    sources = {muscle.code: muscle.concept_source for muscle in region.muscles}
    for label in labels:
        source = sources[value_without_side(label.value)]
        writer.writerow(
            (label.value, label.name, *label.color, _OPAQUE, *_coded(label), label.abbreviation, label.side, source)
        )
    return text.getvalue()


def _coded(label: Label) -> tuple[str, ...]:
    if label.terminology is None:
        return ("",) * 3 * len(_CODED)
    no_term: CodedConcept = ("", "", "")
    terms = label.terminology
    return (*terms.category, *terms.type, *(terms.type_modifier or no_term))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the tables into the folder that is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m MuscleSegLib.anatomy.label_tables", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="for example Resources/Labels")
    write_tables(parser.parse_args(arguments).folder)


if __name__ == "__main__":
    main()
