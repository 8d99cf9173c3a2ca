"""Comparing of what two versions wrote: no voxel, number or header that differs goes unseen."""

import csv
import json

import nibabel
import numpy as np
import openpyxl
import pytest

from Testing.benchmarks.equality_values import Comparison, compare, content_of

ROW = {
    "muscle": "Soleus",
    "volume_cm3": 123.456789012345,
    "ff_mean_percent": None,
    "warnings": "It has 3 voxels. It is thin.",
}


def written_json(path, row):
    path.write_text(json.dumps({"muscles": [row]}))


def written_csv(path, row):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)


def written_xlsx(path, row):
    book = openpyxl.Workbook()
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(path)


TABLES = {".json": written_json, ".csv": written_csv, ".xlsx": written_xlsx}


def compared(tmp_path, ending, write, before, after) -> Comparison:
    comparison = Comparison()
    contents = []
    for name, content in (("before", before), ("after", after)):
        path = tmp_path / f"{name}{ending}"
        write(path, content)
        contents.append(content_of(path))
    compare(comparison, "file", *contents)
    return comparison


@pytest.mark.parametrize("ending", TABLES)
@pytest.mark.parametrize(
    "change", [{"volume_cm3": 123.456789012346}, {"muscle": "soleus"}, {"ff_mean_percent": 0.0}, {"t2_mean_ms": 38.0}]
)
def test_a_cell_that_differs_is_seen(tmp_path, ending, change):
    comparison = compared(tmp_path, ending, TABLES[ending], ROW, ROW | change)

    assert len(comparison.differences) == 1
    assert next(iter(change)) in comparison.differences[0][0]


def test_the_last_bit_of_a_number_in_full_precision_is_seen(tmp_path):
    comparison = compared(tmp_path, ".json", written_json, {"volume_cm3": 0.1 + 0.2}, {"volume_cm3": 0.3})

    assert comparison.differences == [("file muscles[0].volume_cm3", 0.1 + 0.2, 0.3)]


@pytest.mark.parametrize("ending", TABLES)
def test_equal_tables_are_equal(tmp_path, ending):
    comparison = compared(tmp_path, ending, TABLES[ending], ROW, ROW)

    assert (comparison.differences, comparison.words_after, comparison.cells) == ([], {}, 3)


@pytest.mark.parametrize("ending", TABLES)
def test_a_sentence_that_is_new_is_counted_apart_from_numbers(tmp_path, ending):
    said = ROW | {"warnings": "It has 4 voxels. It ends here. It is thin."}

    comparison = compared(tmp_path, ending, TABLES[ending], ROW, said)

    assert (comparison.differences, comparison.words_before) == ([], {})
    assert comparison.words_after == {"It ends here.": 1}


def image_with(index=None, value=0.0, affine=None):
    array = np.zeros((4, 3, 2), np.float32)
    array[0, 0, 0] = np.nan
    if index is not None:
        array[index] = value
    return nibabel.Nifti1Image(array, np.eye(4) if affine is None else affine)


def saved(path, image):
    nibabel.save(image, path)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (image_with((3, 2, 1), 1.0), "voxels: 1 of 24, first at (3, 2, 1)"),
        (image_with((1, 2, 0), np.nan), "voxels: 1 of 24, first at (1, 2, 0)"),
        (image_with(affine=np.diag([1, 1, 1.5, 1])), "affine"),
    ],
)
def test_a_voxel_or_an_affine_that_differs_is_seen(tmp_path, changed, place):
    comparison = compared(tmp_path, ".nii.gz", saved, image_with(), changed)

    assert any(place in difference[0] for difference in comparison.differences)


def test_equal_images_are_equal(tmp_path):
    comparison = compared(tmp_path, ".nii.gz", saved, image_with(), image_with())

    assert (comparison.differences, comparison.voxels) == ([], 24)


def test_a_new_item_of_a_provenance_does_not_move_those_below(tmp_path):
    def items(path, names):
        path.write_text(json.dumps({"provenance": [{"item": name, "value": name} for name in names]}))

    comparison = compared(tmp_path, ".json", items, ["date (UTC)", "Python"], ["date (UTC)", "warning", "Python"])

    assert (comparison.differences, comparison.words_after) == ([], {"warning": 1})


def test_a_new_note_in_a_list_does_not_move_those_below(tmp_path):
    def notes(path, texts):
        path.write_text(json.dumps({"notes": texts}))

    comparison = compared(tmp_path, ".json", notes, ["It is thin."], ["It has a single slice.", "It is thin."])

    assert (comparison.words_before, comparison.words_after) == ({}, {"It has a single slice.": 1})
