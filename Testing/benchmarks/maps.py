"""Errors of the fat fraction and of the T2 of water, with the phantom's own scanner.

    python Testing/benchmarks/maps.py [--snr 50] > Testing/benchmarks/maps.md

Blocks of muscle with known fat in a frame of subcutaneous fat, scanned with the sequences and pixels of hostin2023 (1.5
T), in fields that are set here. Prints Markdown: errors of the mean over each block, less true, and how the voxels
scatter.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.maps import Excitation, water_and_fat, water_t2
from MuscleSegLib.phantom.physics.multi_gradient_echo import opposed_and_in_phase_ms
from MuscleSegLib.phantom.physics.receiving import Receiver
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.phantom.protocols import Protocol, hostin2023
from MuscleSegLib.phantom.tissue_values import FIELD_STRENGTH_T, POOLS, Pool
from MuscleSegLib.volume import Volume

FF_PERCENT = tuple(range(0, 100, 10))
T2_FAT_PERCENT = (0, 10, 20, 30, 40)
B0_HZ = (-100, -50, 0, 50, 100)
B1_PERCENT = (70, 80, 90, 100, 110, 120, 130)
PROTONS = 0.8
SKIN, AIR = 8, 4
"""Voxels of fat around the muscle, and of air around that."""

Floats = NDArray[np.float64]


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snr", type=float, default=50.0)
    snr = parser.parse_args().snr
    study = hostin2023(180, legs=1)
    three = replace(study.ff, sequence=replace(study.ff.sequence, echoes_ms=opposed_and_in_phase_ms(3)))
    print("# How near maps come to the truth\n")
    print(f"Written by `Testing/benchmarks/maps.py`: SNR {snr:g}, blocks of muscle with known fat, 1.5 T.\n")
    for title, scan in (("eight echoes of hostin2023", study.ff), ("three echoes, opposed, in phase, opposed", three)):
        print(f"## Fat fraction (points), {title}\n")
        fat_fraction_table(replace(study, ff=replace(scan, snr=snr)))
    print("## T2 of water (ms), 16 echoes of hostin2023\n")
    water_t2_table(replace(study, t2=replace(study.t2, snr=snr)))


def fat_fraction_table(protocol: Protocol) -> None:
    """Print errors over fat and B0, and the worst voxels."""
    print(f"| fat (%) | {' | '.join(f'{b0:+d} Hz' for b0 in B0_HZ)} | -100 to 100 Hz | SD of voxels | exchanged |")
    print("|---" * (len(B0_HZ) + 4) + "|")
    where = blocks(protocol.ff.geometry.shape[1:], len(FF_PERCENT))
    # the last one grows from back to front, by 100 Hz over half of the field of view
    steep = 100 / (protocol.ff.geometry.shape[1] / 2 * protocol.ff.geometry.spacing_mm[1] / 200)
    start = time.process_time()
    errors = [error_of_ff(protocol, where, b0) for b0 in (*([b0, 0.0] for b0 in B0_HZ), [0.0, steep])]
    seconds = (time.process_time() - start) / len(errors)
    for number, fat in enumerate(FF_PERCENT):
        inside = [error[:, where == number] for error in errors]
        means = " | ".join(f"{values.mean():+.2f}" for values in inside)
        swapped = sum(int((np.abs(values) > 25).sum()) for values in inside)
        print(f"| {fat} | {means} | {inside[-1].std():.2f} | {swapped} |")
    shape = " x ".join(map(str, reversed(protocol.ff.geometry.shape)))
    print("\n*Exchanged* are voxels that are off by more than 25 points, in six fields.")
    print(f"{seconds:.1f} s of one core, scanning included, for {shape} voxels.\n")


def error_of_ff(protocol: Protocol, where: NDArray[np.intp], b0_hz: list[float]) -> Floats:
    """Return measured less true fat fraction, [k, j, i], in a field of an offset and a slope from back to front."""
    fields = ScannerFields(np.array([b0_hz[0], 0, b0_hz[1], *[0.0] * 7]), np.zeros(10), (0.05, -0.05, 0.15), 1.0)
    fat = np.append(np.array(FF_PERCENT) / 100, [0.95, 0.0])[where]  # blocks, skin, air
    images = scanned(protocol, "ff", fields, fat, where)
    names = sorted(name for name in images if name.startswith("raw/"))
    sequence = protocol.ff.sequence
    separated = water_and_fat(
        [images[name] for name in names if name.endswith("real")],
        [images[name] for name in names if name.endswith("imaginary")],
        echoes_ms=sequence.echoes_ms,
        field_strength_t=FIELD_STRENGTH_T,
        excitation=Excitation(sequence.repetition_ms, sequence.flip_degrees),
    )
    return np.asarray(separated.fat_fraction.array - 100 * fat, dtype=np.float64)


def water_t2_table(protocol: Protocol) -> None:
    """Print errors over fat and B1."""
    print(f"| fat (%) | {' | '.join(f'B1 {b1} %' for b1 in B1_PERCENT)} | SD of voxels at 100 % |")
    print("|---" * (len(B1_PERCENT) + 2) + "|")
    where = blocks(protocol.t2.geometry.shape[1:], len(T2_FAT_PERCENT))
    fat = np.append(np.array(T2_FAT_PERCENT) / 100, [0.95, 0.0])[where]
    true_ms, start, errors = POOLS[Pool.MUSCLE_WATER].t2_ms, time.process_time(), []
    for b1 in B1_PERCENT:
        fields = ScannerFields(np.zeros(10), np.array([b1 / 100 - 1, *[0.0] * 9]), (0.05, -0.05, 0.15), 1.0)
        images = scanned(protocol, "t2", fields, fat, where)
        echoes = [images[name] for name in sorted(images) if name.startswith("raw/")]
        fitted = water_t2(echoes, echoes_ms=protocol.t2.sequence.echoes_ms, field_strength_t=FIELD_STRENGTH_T)
        errors.append(fitted.t2_ms.array - true_ms)
    seconds = (time.process_time() - start) / len(errors)
    for number, percent in enumerate(T2_FAT_PERCENT):
        inside = [error[:, where == number] for error in errors]
        means = " | ".join(f"{np.nanmean(values):+.2f}" for values in inside)
        print(f"| {percent} | {means} | {np.nanstd(inside[B1_PERCENT.index(100)]):.1f} |")
    shape = " x ".join(map(str, reversed(protocol.t2.geometry.shape)))
    print(f"\nTrue is {true_ms:g} ms. {seconds:.1f} s of one core, scanning included, for {shape} voxels.")


def blocks(shape: tuple[int, ...], count: int) -> NDArray[np.intp]:
    """Return, [row, column], which block a voxel lies in: side by side, then ``count`` for skin and 1 more for air."""
    rows, columns = shape
    edge = AIR + SKIN
    where = np.full(shape, count + 1, dtype=np.intp)
    where[AIR : rows - AIR, AIR : columns - AIR] = count
    where[edge : rows - edge, edge : columns - edge] = np.arange(columns - 2 * edge) * count // (columns - 2 * edge)
    return where


def scanned(
    protocol: Protocol, name: str, fields: ScannerFields, fat: Floats, where: NDArray[np.intp]
) -> dict[str, Volume]:
    """Return the images of a scan of which every slice is alike."""
    protons = np.zeros((len(Pool), *fat.shape), np.float32)
    protons[Pool.FAT], protons[Pool.MUSCLE_WATER] = PROTONS * fat, PROTONS * (1 - fat)
    protons[:, where == where.max()] = 0
    receiver = Receiver(protocol, fields, 1)
    geometry = getattr(protocol, name).geometry
    slices = [receiver.images(name, k, protons) for k in range(geometry.shape[0])]
    return {key: Volume(np.stack([images[key] for images in slices]), geometry) for key in slices[0]}


if __name__ == "__main__":
    main()
