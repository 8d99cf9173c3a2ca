"""Files of visits: profiles along the limb, or labels and maps that they are measured in."""

from pathlib import Path

from MuscleSegLib.biomarkers import MAP_NAMES, Measurement, ProfileRow
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal.profile_files import (
    UNREADABLE,
    checked_profile_row,
    misplacement,
    read_profile_rows,
)
from MuscleSegLib.evaluation.study.label_files import LabelMeaning, file_of, labels_in
from MuscleSegLib.volume import read_volume
from MuscleSegLib.volume.formats import IMAGE_ENDINGS


def read_profiles(path: Path, meaning: LabelMeaning) -> tuple[ProfileRow, ...]:
    """Return the profiles along the limb of one measurement.

    Args:
        path: A ``.json`` file of ``muscleseg measure``, its ``.csv`` file (the profiles lie beside it), or a folder
            with ``labels.nii.gz`` and ``ff.nii.gz``, ``mtr.nii.gz``, ``t2.nii.gz``, as far as there are maps.
        meaning: Meaning of the labels and maps in a folder.

    Raises:
        MuscleSegError: It is none of these.
    """
    if path.is_dir():
        return _measured(path, meaning)
    beside = path.with_stem(f"{path.stem}_profiles")
    is_table = path.suffix.lower() != ".json" and beside.is_file()
    try:
        rows = tuple(checked_profile_row(row) for row in read_profile_rows(beside if is_table else path))
    except UNREADABLE as error:
        message = f"{path} is no measurement with profiles along the limb: give a .json or .csv file that muscleseg "
        message += "measure wrote, or a folder with labels and maps."
        raise MuscleSegError(message) from error
    contradiction = misplacement(rows)
    if contradiction:
        raise MuscleSegError(f"{path} has {contradiction}: give the file as muscleseg measure wrote it.")
    return rows


def _measured(folder: Path, meaning: LabelMeaning) -> tuple[ProfileRow, ...]:
    path = labels_in(folder)
    if path is None:
        message = f"{folder} holds no label map called labels{IMAGE_ENDINGS[0]}: give a folder with labels and maps."
        raise MuscleSegError(message)
    named = meaning.read(path)
    maps = {name: read_volume(file) for name in MAP_NAMES if (file := file_of(folder, name))}
    return Measurement(named.labels, named.scheme, maps=maps, units=dict(meaning.units)).profiles()
