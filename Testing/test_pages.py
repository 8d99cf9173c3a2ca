"""README and the pages in Resources/Documentation: what they link, name and tell people to type is there."""

import re
import shlex
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

import MuscleSegLib
from MuscleSegLib.cli import app

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTATION = ROOT / "Resources" / "Documentation"
PAGES = sorted(DOCUMENTATION.glob("*.md"))
MARKDOWN = sorted(
    file
    for folder in (ROOT, ROOT / "Resources", ROOT / "Testing")
    for file in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
MOST_LINES_OF_README = 180
SOURCE_FOLDERS = (ROOT, ROOT / "MuscleSegLib", ROOT / "MuscleSeg" / "MuscleSegPanel")

FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
NAMED_IN_FILE = re.compile(r"`([\w/]+\.py)` `([\w.]+)`")
SOURCE_FILE = re.compile(r"`((?:\w+/)+\w+\.py)`")

pages = pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.name)
markdown = pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Markdown without its blocks of code, in which nothing is a link or a heading."""
    return FENCED.sub("", text)


def anchors(text: str) -> list[str]:
    """The anchors that GitHub gives to headings: lower case, no punctuation, hyphens for spaces, numbered if twice."""
    slugs: list[str] = []
    for _, title in HEADING.findall(prose(text)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        kept = [char for char in shown if char in "-_ " or unicodedata.category(char)[0] in "LNM"]
        slug = "".join(kept).replace(" ", "-")
        same = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", other) is not None for other in slugs)
        slugs.append(f"{slug}-{same}" if same else slug)
    return slugs


def broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(prose(text_of(page))):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / unquote(name)).resolve() if name else page
        if not file.is_relative_to(ROOT) or not file.exists():
            yield f"{target}: there is no such file"
        elif anchor and (file.suffix != ".md" or anchor not in anchors(text_of(file))):
            yield f"{target}: there is no such heading"


def commands_in(page: Path, start: str) -> Iterator[list[str]]:
    """Yield the words after ``start`` of each command line in the blocks of code."""
    for block in FENCED.findall(text_of(page)):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ")
            if command.startswith(start):
                yield shlex.split(command.removeprefix(start), comments=True)


def file_of(name: str) -> Path | None:
    """The file of the sources that a page calls by its path, from one of the folders that pages count from."""
    return next((folder / name for folder in SOURCE_FOLDERS if (folder / name).is_file()), None)


def test_anchors_are_those_that_github_gives_to_headings():
    # By hand, as GitHub's own page of such headings shows them.
    text = "# A row's *warnings*: `FF`, 50 %\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n## [Linked](x.md) one\n"

    assert anchors(text) == ["a-rows-warnings-ff-50-", "twice", "twice-1", "linked-one"]


@pytest.mark.parametrize(
    "link", ["[a](missing.md)", "![a](missing.png)", "[a](#missing)", "[a](there.md#missing)", "[a](../../outside.md)"]
)
def test_a_link_to_nothing_is_told(link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "there.md").write_text("# Heading\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n[good](there.md#heading), [self](#page), {link}\n", encoding="utf-8")

    assert len(list(broken_links(page))) == 1


@markdown
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page: Path):
    assert list(broken_links(page)) == []


def test_readme_is_short():
    assert len(text_of(ROOT / "README.md").splitlines()) <= MOST_LINES_OF_README


def test_readme_leads_to_every_page():
    linked = set(LINK.findall(text_of(ROOT / "README.md")))

    assert {page.relative_to(ROOT).as_posix() for page in PAGES} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_opens_with_what_its_reader_can_do_after_it(page: Path):
    title, blank, opening = text_of(page).splitlines()[:3]

    assert title.startswith("# ")
    assert blank == ""
    assert opening.startswith("After this page you ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_table_of_its_contents(page: Path):
    text = prose(text_of(page))
    contents = text.split("\n## ")[0]
    headings = [title for level, title in HEADING.findall(text) if level == "##"]

    assert re.findall(r"^- \[(.+)\]\(#", contents, re.MULTILINE) == headings


@pages
def test_every_documented_command_of_muscleseg_is_understood(page: Path, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    for command in app.COMMANDS:
        monkeypatch.setattr(command, "run", lambda options: done.append(options.prog))
    commands = [*commands_in(page, "muscleseg "), *commands_in(page, "python -m MuscleSegLib ")]

    for words in commands:
        try:
            assert app.main(words) == 0
        except SystemExit as end:
            pytest.fail(f"{page.name} has `muscleseg {shlex.join(words)}`, which ends with exit code {end.code}")
    assert len(done) == len(commands)


def test_readme_and_the_page_for_researchers_give_commands():
    for page in (ROOT / "README.md", DOCUMENTATION / "researcher.md"):
        assert {"segment", "measure"} <= {name for name, *_ in commands_in(page, "muscleseg ")}


def test_documented_commands_of_run_py_exist():
    script = str(ROOT / "Testing" / "run.py")
    shown = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
    named = {page: [name for name, *_ in commands_in(page, "python Testing/run.py ")] for page in MARKDOWN}

    assert {"demo", "test"} <= set(named[ROOT / "README.md"])
    missing = [
        f"{page.name}: {name}"
        for page, names in named.items()
        for name in names
        if f"Testing/run.py {name} " not in shown.stdout
    ]
    assert missing == []


@pages
def test_scripts_that_a_page_says_to_run_are_there(page: Path):
    scripts = re.findall(r"python ((?:\w+/)+\w+\.py)", text_of(page))
    modules = re.findall(r"python -m ((?:Testing|MuscleSegLib)(?:\.\w+)+)", text_of(page))

    missing = [script for script in scripts if not (ROOT / script).is_file()]
    for module in modules:
        path = ROOT.joinpath(*module.split("."))
        if not (path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()):
            missing.append(module)
    assert missing == []


@pages
def test_source_files_that_a_page_names_are_in_the_tree(page: Path):
    named = SOURCE_FILE.findall(text_of(page))

    assert named or page.name != "developer.md"
    assert sorted(name for name in named if file_of(name) is None) == []


def test_what_the_walks_say_is_in_a_file_is_in_it():
    steps = NAMED_IN_FILE.findall(text_of(DOCUMENTATION / "developer.md"))
    missing = []
    for name, whole in steps:
        file, last = file_of(name), whole.rpartition(".")[2]
        if file is None or not re.search(rf"^\s*(?:def|class) {last}\b", text_of(file), re.MULTILINE):
            missing.append(f"`{name}` `{whole}`")

    assert len(steps) > 40
    assert missing == []


@pytest.fixture(scope="module")
def layers() -> list[set[str]]:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]
    (contract,) = [contract for contract in settings["contracts"] if contract.get("containers") == ["MuscleSegLib"]]
    return [set(re.findall(r"[a-z]\w*", layer)) for layer in contract["layers"] if "__main__" not in layer]


def test_floors_on_the_page_of_architecture_are_those_of_the_contracts(layers: list[set[str]]):
    section = text_of(DOCUMENTATION / "architecture.md").partition("\n## Floors\n")[2]
    (drawn, *_) = FENCED.findall(section)

    assert [set(re.findall(r"\w+", line)) for line in drawn.splitlines()] == layers


def test_rooms_on_the_page_of_architecture_are_the_folders_of_the_library():
    section = text_of(DOCUMENTATION / "architecture.md").partition("\n## Rooms\n")[2].partition("\n## ")[0]
    folders = {file.parent.name for file in (ROOT / "MuscleSegLib").glob("*/__init__.py")}

    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == folders


def test_packages_on_the_page_of_architecture_are_those_of_the_contracts():
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]
    section = text_of(DOCUMENTATION / "architecture.md").partition("\n## Who may import what\n")[2]
    rows = re.findall(r"^\| ([^|]+) \| (`[^|]+) \|$", section.partition("\n## ")[0], re.MULTILINE)
    packages_of_rows = {
        package.lower(): set(re.findall(r"`(\w+)`", rooms))
        for packages, rooms in rows
        for package in packages.split(", ")
    }
    contracts = {
        package.lower(): {room.removeprefix("MuscleSegLib.") for room in contract["allowed_importers"]}
        for contract in settings["contracts"]
        if contract["type"] == "protected"
        for package in contract["protected_modules"]
    }

    assert packages_of_rows == contracts


def test_citation_names_the_version_the_license_and_the_title():
    entries = dict(re.findall(r"^([\w-]+): (.+)$", text_of(ROOT / "CITATION.cff"), re.MULTILINE))

    assert entries["cff-version"] == "1.2.0"
    assert entries["title"] == "MuscleSeg"
    assert entries["version"] == MuscleSegLib.__version__
    assert entries["license"] == "Apache-2.0"
