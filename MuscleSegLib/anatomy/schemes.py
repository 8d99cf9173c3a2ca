"""Label schemes: meaning of the values of a label map of this or another tool."""

from collections.abc import Iterable
from dataclasses import dataclass

from MuscleSegLib.anatomy import cascade, dafne, huashan11, musclemap, sheffield34, totalsegmentator, visible_human
from MuscleSegLib.anatomy.regions import (
    CALF_OFFSET,
    FINE_REGIONS,
    LOWER_LIMB,
    REGIONS,
    Label,
    labels_of,
    region_word,
)
from MuscleSegLib.anatomy.regions import region as region_of_name
from MuscleSegLib.anatomy.sides import LEFT_OFFSET, is_left, side_value
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _


@dataclass(frozen=True)
class Scheme:
    """A table of labels.

    Attributes:
        name: Name on the command line.
        description: A line for a list of schemes.
        region: Region of all its labels, or None for several.
        labels: Every label, in the order of a table.
        labels_of_one_leg: Every label of a map with one leg, without a side; empty for a scheme whose values mean the
            same in every map.
        is_proposed: Whether to propose it for values that it has: not where any map with few labels has such values.
    """

    name: str
    description: str
    region: str | None
    labels: tuple[Label, ...]
    labels_of_one_leg: tuple[Label, ...] = ()
    is_proposed: bool = True

    @property
    def is_fine(self) -> bool:
        """Whether it is one of our fine label sets, in which parts of a muscle of ours are told apart."""
        return self.name in {fine.name for fine in FINE_REGIONS}

    def label_of(self, value: int) -> Label:
        """Return the label of a value, in a map of both legs.

        Raises:
            MuscleSegError: The scheme has no such value.
        """
        for label in self.labels:
            if label.value == value:
                return label
        raise MuscleSegError(_("The label scheme {name} has no value {value}."), name=repr(self.name), value=value)

    def unknown(self, values: Iterable[int]) -> tuple[int, ...]:
        """Return the values outside this scheme, in order. 0, the background, is part of every scheme."""
        return tuple(sorted(set(values) - {0} - {label.value for label in self.labels}))

    def labels_in(self, values: Iterable[int]) -> tuple[Label, ...]:
        """Return the labels with a row in the table of a map, given the values in the map.

        A missing muscle keeps its row: a scheme of one region, or of thigh and calf, gives all its labels, of one leg
        or, with any left label in the map, of both. A scheme of the whole body gives all labels of each region in the
        map, and of other structures those in the map: the scan of a thigh needs no rows for the neck.
        """
        present = set(values)
        if self.labels_of_one_leg and not any(map(is_left, present)):
            return self.labels_of_one_leg
        if self.region or self.labels_of_one_leg:
            return self.labels
        regions = {label.region for label in self.labels if label.region and label.value in present}
        return tuple(label for label in self.labels if label.region in regions or label.value in present)

    def to_region(self, region: str) -> dict[int, int]:
        """Return our label value in ``region`` for each value of this scheme, 0 without such a muscle.

        The parts of a muscle share its value. ``Label.note`` marks a muscle whose parts are incomplete, and one with
        something beside it.

        Args:
            region: "thigh", "calf", ``LOWER_LIMB`` for both, or one of ``FINE_REGIONS``.

        Raises:
            MuscleSegError: There is no such region, or the scheme has no muscle of it.
        """
        if region in {fine.name for fine in FINE_REGIONS}:
            values = self._to_fine(region)
        elif region == LOWER_LIMB:
            offsets = {REGIONS[0].name: 0, REGIONS[1].name: CALF_OFFSET}
            values = {
                label.value: side_value(label.code + offsets[label.region], label.side)
                if label.region and label.code
                else 0
                for label in self.labels
            }
        else:
            region_of_name(region)
            values = {
                label.value: side_value(label.code, label.side) if label.region == region and label.code else 0
                for label in self.labels
            }
        if not any(values.values()):
            message = _("The label scheme {name} has no muscle of the {region}: choose another region or scheme.")
            raise MuscleSegError(message, name=repr(self.name), region=region_word(region))
        return values

    def _to_fine(self, region: str) -> dict[int, int]:
        """Return for each value that of the fine muscle that it is or is a part of, 0 without."""
        fine = [label for two_legs in (True, False) for label in labels_of(region, two_legs=two_legs)]
        return {
            label.value: next(
                (each.value for each in fine if each.side is label.side and {*label.singles} <= {*each.singles}), 0
            )
            if label.singles
            else 0
            for label in self.labels
        }


_FINE_WORDS = {
    "thigh-fine": "the thigh",
    "calf-fine": "the calf",
    "hip": "the hip",
    "lower-limb-fine": "hip, thigh and calf in one map",
}

SCHEMES: tuple[Scheme, ...] = (
    *(
        Scheme(
            name=region.name,
            description=f"MuscleSeg's {len(region.muscles)} labels of the {region.name}, left leg + {LEFT_OFFSET}",
            region=region.name,
            labels=region.labels(two_legs=True),
            labels_of_one_leg=region.labels(two_legs=False),
        )
        for region in REGIONS
    ),
    Scheme(
        name=LOWER_LIMB,
        description=f"MuscleSeg's labels of thigh and calf in one map, calf + {CALF_OFFSET}, left leg + {LEFT_OFFSET}",
        region=None,
        labels=labels_of(LOWER_LIMB, two_legs=True),
        labels_of_one_leg=labels_of(LOWER_LIMB, two_legs=False),
    ),
    Scheme(huashan11.NAME, huashan11.DESCRIPTION, "thigh", huashan11.labels()),
    Scheme(musclemap.NAME, musclemap.DESCRIPTION, None, musclemap.labels()),
    *(
        Scheme(
            name=fine.name,
            description=f"MuscleSeg's {len(fine.muscles)} fine labels of {_FINE_WORDS[fine.name]}, "
            f"left leg + {LEFT_OFFSET}",
            region=fine.region,
            labels=fine.labels(two_legs=True),
            labels_of_one_leg=fine.labels(two_legs=False),
        )
        for fine in FINE_REGIONS
    ),
    *(
        Scheme(name, description, region, labels, is_proposed=False)
        for name, description, region, labels in (
            (cascade.THIGH_NAME, cascade.THIGH_DESCRIPTION, "thigh", cascade.thigh_labels()),
            (cascade.CALF_NAME, cascade.CALF_DESCRIPTION, "calf", cascade.calf_labels()),
            (sheffield34.NAME, sheffield34.DESCRIPTION, None, sheffield34.labels()),
            (visible_human.NAME, visible_human.DESCRIPTION, None, visible_human.labels()),
            (dafne.THIGH_NAME, dafne.THIGH_DESCRIPTION, "thigh", dafne.thigh_labels()),
            (dafne.LEG_NAME, dafne.LEG_DESCRIPTION, "calf", dafne.leg_labels()),
            (totalsegmentator.NAME, totalsegmentator.DESCRIPTION, None, totalsegmentator.labels()),
        )
    ),
)


def scheme(name: str) -> Scheme:
    """Return the scheme of this name.

    Raises:
        MuscleSegError: There is no such scheme.
    """
    for candidate in SCHEMES:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in SCHEMES)
    message = _("There is no label scheme called {name}: the schemes are {names}.")
    raise MuscleSegError(message, name=repr(name), names=names)


def schemes_that_know(values: Iterable[int]) -> tuple[Scheme, ...]:
    """Return the schemes that have all of these values, but for those whose values say nothing."""
    present = set(values)
    return tuple(candidate for candidate in SCHEMES if candidate.is_proposed and not candidate.unknown(present))
