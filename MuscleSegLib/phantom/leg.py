"""A digital leg in the patient: build, posture, outlines, and fat in its muscles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.phantom.build import Build, region_curves
from MuscleSegLib.phantom.cross_section import Codes, CrossSection, Points
from MuscleSegLib.phantom.infiltration import Infiltration, MusclePoints, Textures, level_for_mean
from MuscleSegLib.phantom.posture import Outlines, Posture
from MuscleSegLib.phantom.textures import Floats
from MuscleSegLib.phantom.tissues import MUSCLES, Tissue

FAT = MappingProxyType(
    {
        Tissue.SUBCUTANEOUS_FAT: 0.95,
        Tissue.INTERMUSCULAR_FAT: 0.88,
        Tissue.MARROW: 0.9,
        Tissue.NERVE: 0.25,
        Tissue.SKIN: 0.1,
    }
)
"""Fat fraction of tissues other than muscle that hold fat."""

MEMBRANE_FAT = 0.5
"""Fat fraction of the membranes in the subcutaneous fat."""

MEMBRANE_DEPTH, MEMBRANE_WIDTH = 0.45, 0.035
"""Relative depth (0 at the fascia, 1 at the skin) and width of the thickest membrane, along the skin."""

WALL_WIDTH = 0.08  # in SD of the texture whose zeros the walls of the lobules follow

SAMPLE_MM, SAMPLED_PLANES = 1.5, 75
"""Sampling of a muscle for the calibration of its mean."""

_FAT_OF = np.array([FAT.get(tissue, 0.0) for tissue in Tissue], dtype=np.float32)


@dataclass(frozen=True)
class LegPlane:
    """Tissue, fat and edema at points of a plane, each of their shape.

    Attributes:
        tissues: ``Tissue`` codes.
        fat: Proton-density fat fraction, 0 to 1.
        edema: 0 none to 1 severe.
    """

    tissues: Codes
    fat: Floats
    edema: Floats


@dataclass(frozen=True)
class DigitalLeg:
    """Leg with known tissue, fat and edema at every point.

    Attributes:
        region: "thigh" or "calf".
        side: Right or left.
        build: Measures relative to the drawing.
        posture: Position, rotation and flattening.
        outlines: Random displacements of the outlines.
        infiltration: Fat and edema of each muscle, by its code.
        textures: Textures of the fat.
    """

    region: str
    side: Side
    build: Build
    posture: Posture
    outlines: Outlines
    infiltration: Mapping[Tissue, Infiltration]
    textures: Textures

    @property
    def length_mm(self) -> float:
        """Length from the lowest to the highest level."""
        return region_curves(self.region).length_mm

    def box_mm(self, z: float) -> tuple[float, float, float, float]:
        """Return the bounding box of the leg in a plane: least and greatest x, least and greatest y."""
        x, y = self.posture.center_mm(self._share(z))
        x = x if self.side is Side.RIGHT else -x
        reach = self._section(z).radius_mm + 3 * self.outlines.reach_mm
        return x - reach, x + reach, y - reach, y + reach

    def plane(self, x: Floats, y: Floats, z: float) -> LegPlane:
        """Return tissue, fat and edema at points of a plane across the leg.

        Args:
            x: [...] to the right in the patient, in millimeters.
            y: [...] anterior, of the same shape.
            z: Height of all points, 0 half-way up.
        """
        section, tissues, layer, places = self._anatomy(x, y, z)
        fat, edema = _FAT_OF[tissues], np.zeros(tissues.shape, np.float32)
        self._add_membranes(fat, tissues, layer, places, z)
        for tissue, where, points in self._muscles(section, tissues, places, z):
            infiltration = self.infiltration[tissue]
            fat[where] = infiltration.fat(self.textures.relief(infiltration, points))
            if infiltration.edema > 0:
                edema[where] = self.textures.edema(infiltration, points)
        return LegPlane(tissues, fat, edema)

    def calibrated(self) -> "DigitalLeg":
        """Return the same leg with levels at which each muscle has its prescribed mean fat fraction."""
        reliefs: dict[Tissue, list[Floats]] = {tissue: [] for tissue in MUSCLES}
        # Planes at the middle of equal slabs, so that the ends count no more than the rest.
        for z in ((np.arange(SAMPLED_PLANES) + 0.5) / SAMPLED_PLANES - 0.5) * self.length_mm:
            left, right, back, front = self.box_mm(float(z))
            x, y = np.meshgrid(np.arange(left, right, SAMPLE_MM), np.arange(back, front, SAMPLE_MM))
            section, tissues, _, places = self._anatomy(x.astype(np.float32), y.astype(np.float32), float(z))
            for tissue, _, points in self._muscles(section, tissues, places, float(z)):
                reliefs[tissue].append(self.textures.relief(self.infiltration[tissue], points))
        levels = {
            tissue: replace(self.infiltration[tissue], level=level_for_mean(goal, np.concatenate(reliefs[tissue])))
            for tissue, goal in ((tissue, muscle.fat_fraction) for tissue, muscle in self.infiltration.items())
            if reliefs[tissue]
        }
        return replace(self, infiltration=MappingProxyType({**self.infiltration, **levels}))

    def _share(self, z: float) -> float:
        """Return the relative height of a plane, clamped to 0 to 1."""
        return min(max(z / self.length_mm + 0.5, 0.0), 1.0)

    def _section(self, z: float) -> CrossSection:
        return self.build.section(self.region, z + self.length_mm / 2)

    def _anatomy(self, x: Floats, y: Floats, z: float) -> tuple[CrossSection, Codes, Floats, tuple[Floats, Floats]]:
        section = self._section(z)
        mirror = np.float32(1 if self.side is Side.RIGHT else -1)
        size_mm = float(section.fascia_mm.mean())
        places = self.posture.local(x * mirror, y, self._share(z), size_mm)
        bent = self.outlines.bent(*places, z)
        tissues, layer = section.tissues(*bent, lambda x, y: self.outlines.roughened(x, y, z))
        return section, tissues, layer, places

    def _muscles(
        self, section: CrossSection, tissues: Codes, places: tuple[Floats, Floats], z: float
    ) -> Iterator[tuple[Tissue, Points, MusclePoints]]:
        for tissue in MUSCLES:
            where = np.nonzero(tissues == tissue)
            if where[0].size:
                x, y = (place[where] for place in places)
                yield tissue, where, MusclePoints(x, y, z, self._share(z) - 0.5, section.middle(tissue))

    def _add_membranes(
        self, fat: Floats, tissues: Codes, layer: Floats, places: tuple[Floats, Floats], z: float
    ) -> None:
        """Draw the membranes in the subcutaneous fat: one along the skin, and thin ones between its lobules."""
        where = np.nonzero(tissues == Tissue.SUBCUTANEOUS_FAT)
        x, y = (place[where] for place in places)
        wave, lobules = self.outlines.septa.at(x, y, z), self.textures.strands.at(x, y, z)
        away = np.abs(layer[where] - MEMBRANE_DEPTH - np.float32(0.1) * wave) / np.float32(MEMBRANE_WIDTH)
        membrane = np.exp(-(away**2)) * np.clip(0.6 + wave, 0, 1)
        walls = np.exp(-((lobules / np.float32(WALL_WIDTH)) ** 2)) * np.clip(0.3 - wave, 0, 1)
        fat[where] += (np.float32(MEMBRANE_FAT) - fat[where]) * np.clip((membrane + walls) / 2, 0, 0.6)
