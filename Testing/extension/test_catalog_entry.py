"""What the extension catalog is told: MuscleSeg.json, the description in CMakeLists.txt, and the pictures they name.

The rules are those of the catalog's schema 1.0.1 and of its checklist for tiers 1 to 3 (Slicer/ExtensionsIndex).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from Testing.extension.conftest import Installation

RAW = "https://raw.githubusercontent.com/"
# Of the schema: what an entry may hold, and what it must
TYPES = {
    "$schema": str,
    "category": str,
    "scm_url": str,
    "scm_revision": str,
    "scm_type": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "enabled": bool,
    "tier": int,
}
REQUIRED = {"$schema", "category", "scm_url"}


@pytest.fixture(scope="module")
def entry(project_root: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((project_root / "MuscleSeg.json").read_text(encoding="utf-8"))
    return content


def picture_in_project(url: str, homepage: str, project: Path) -> Path:
    """Return the file that a raw address of the project's main branch shows."""
    start = homepage.replace("https://github.com/", RAW) + "/main/"
    assert url.startswith(start)
    return project / url.removeprefix(start)


def test_entry_keeps_to_the_schema_of_the_catalog(entry: dict[str, Any]):
    assert set(entry) >= REQUIRED
    for key, value in entry.items():
        assert type(value) is TYPES[key]
    assert entry["$schema"].endswith("/slicer-extension-catalog-entry-schema-v1.0.1.json#")
    assert entry["tier"] == 3


def test_entry_and_cmake_say_the_same(entry: dict[str, Any], installation: Installation):
    assert entry["category"] == installation.description["category"]
    assert entry["scm_url"] == installation.description["homepage"]
    assert entry["build_dependencies"] == installation.description["depends"].split() == ["PyTorch"]


def test_repository_is_called_slicer_and_the_name_of_the_extension(entry: dict[str, Any]):
    assert entry["scm_url"].endswith("/SlicerMuscleSeg")


def test_description_is_at_most_two_sentences_on_one_line(installation: Installation):
    description = installation.description["description"]

    assert description.endswith(".")
    assert description.count(".") <= 2


def test_icon_of_the_catalog_has_128_pixels(installation: Installation, project_root: Path):
    address = installation.description["iconurl"]
    icon = picture_in_project(address, installation.description["homepage"], project_root)

    with Image.open(icon) as picture:
        assert picture.size == (128, 128)
        assert picture.mode == "RGBA"


def test_every_screenshot_exists(installation: Installation, project_root: Path):
    addresses = installation.description["screenshoturls"].split()

    assert addresses
    for address in addresses:
        assert picture_in_project(address, installation.description["homepage"], project_root).is_file()
