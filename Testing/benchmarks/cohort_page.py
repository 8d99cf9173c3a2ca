"""The quality page of a cohort in a browser: every choice is made as a person makes it, and what is shown is checked.

    python Testing/benchmarks/cohort_page.py OUTPUT [--browser /usr/bin/chromium] [--pictures FOLDER]

OUTPUT is one of ``muscleseg cohort ... group``, such as ``cohort_group.py --scans 1000 --keep OUTPUT`` makes, with
``--pictures`` of a real one. Needs the package ``playwright`` and a Chromium, which no other part of MuscleSeg does.
Prints Markdown; a check that fails ends it.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

SHOWN = """cards => cards.map(card => ({
  name: card.querySelector("h2").textContent, failed: card.classList.contains("failed"),
  text: card.textContent.toLowerCase(), top: card.getBoundingClientRect().top}))"""
STEP = 60
ALL = {"sort": "confidence", "status": "", "region": "", "below": "", "above": "", "text": ""}


def main() -> None:
    """Make all choices, and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cohort", type=Path, metavar="OUTPUT")
    parser.add_argument("--browser", type=Path, default=Path("/usr/bin/chromium"))
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the page")
    options = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1240, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(request.url[:200]))
        page.on("request", lambda request: _require(request.url.startswith(("file:", "data:")), request.url[:200]))
        start = time.monotonic()
        page.goto((options.cohort / "group_quality.html").absolute().as_uri())
        rows = [("opening", time.monotonic() - start)]
        scans, sentences = (
            json.loads(page.locator(f"#{name}").text_content() or "[]") for name in ("data", "sentences")
        )
        rows += _choices(page, scans, sentences)
        rows += _presses(page, scans)
        if options.pictures:
            _draw(page, options.pictures)
        browser.close()
    _require(not problems, str(problems))
    print("\n".join([f"# {len(scans)} scans on the page of quality", "", "| choice | seconds |", "|---|---|"]))
    print("\n".join(f"| {name} | {seconds:.2f} |" for name, seconds in rows))


def _choices(page: Page, scans: list[dict[str, Any]], sentences: list[str]) -> list[tuple[str, float]]:
    """Choose each way to sort and each filter, and compare the names in order with those of a sort of our own."""
    for scan in scans:
        scan["count"] = sum(times for _, times in scan["warnings"])
        scan["words"] = " ".join([scan["name"], scan["reason"], *(sentences[place] for place, _ in scan["warnings"])])
    none = float("inf")
    sorts: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
        "confidence": lambda scan: (not scan["reason"], none if scan["confidence"] is None else scan["confidence"]),
        "z": lambda scan: (not scan["reason"], none if scan["z"] is None else -abs(scan["z"])),
        "warnings": lambda scan: (not scan["reason"], -scan["count"]),
        "name": lambda scan: (),
    }
    middle = sorted(scan["confidence"] for scan in scans if scan["confidence"] is not None)[len(scans) // 20]
    some = scans[len(scans) // 2]["name"]
    filters: list[tuple[dict[str, str], Callable[[dict[str, Any]], bool]]] = [
        ({}, lambda scan: True),
        ({"status": "failed"}, lambda scan: bool(scan["reason"])),
        ({"status": "done"}, lambda scan: not scan["reason"]),
        ({"region": "calf"}, lambda scan: scan["region"] == "calf"),
        ({"below": f"{middle}"}, lambda scan: scan["confidence"] is not None and scan["confidence"] < middle),
        ({"above": "3"}, lambda scan: scan["z"] is not None and abs(scan["z"]) > 3),
        ({"text": some.upper()}, lambda scan: some.lower() in scan["words"].lower()),
        ({"text": "field of view"}, lambda scan: "field of view" in scan["words"].lower()),
        (
            {"region": "thigh", "above": "3", "text": "contour"},
            lambda scan: scan["region"] == "thigh" and abs(scan["z"] or 0) > 3 and "contour" in scan["words"].lower(),
        ),
        ({"text": "no such words"}, lambda scan: False),
    ]
    rows = []
    for choice, fits in filters:
        for sort, key in sorts.items():
            start = time.monotonic()
            _choose(page, ALL | choice | {"sort": sort})
            cards = page.eval_on_selector_all("article", SHOWN)
            rows.append((f"{choice or 'all'}, by {sort}", time.monotonic() - start))
            expected = [scan["name"] for scan in sorted(filter(fits, scans), key=lambda s: (*key(s), s["name"]))]
            _require([card["name"] for card in cards] == expected[:STEP], f"{choice} {sort}")
            count = f"{min(STEP, len(expected))} of {len(expected)} shown"
            count += f" ({len(scans)} in all)" if len(expected) < len(scans) else ""
            _require(page.inner_text("#shown") == count, f"{choice}: {page.inner_text('#shown')}")
            _require(page.is_visible("#none") == (not expected), f"{choice}: words where there is none")
            _require(page.is_visible("#more") == (len(expected) > STEP), f"{choice}: more")
    slowest = max(rows, key=lambda row: row[1])
    return [(f"{len(rows)} choices, the slowest ({slowest[0]})", slowest[1])]


def _choose(page: Page, choice: dict[str, str]) -> None:
    for name, value in choice.items():
        field = page.locator(f"[name={name}]")
        if name in ("sort", "status", "region"):
            field.select_option(value)
        elif field.input_value() != value:
            field.click()
            field.press("Control+a")
            field.press("Delete")
            field.press_sequentially(value)


def _presses(page: Page, scans: list[dict[str, Any]]) -> list[tuple[str, float]]:
    """Click what can be clicked, with the mouse and with the keyboard."""
    _choose(page, {"text": "no such words"})
    page.click("button[type=reset]")
    page.wait_for_selector("article")
    _require(page.input_value("[name=text]") == "", "show all empties the search")
    _choose(page, ALL)
    start, pages = time.monotonic(), 0
    while page.is_visible("#more") and pages < 20:
        page.click("#more")
        pages += 1
    seconds = time.monotonic() - start
    count = min(len(scans), STEP * (pages + 1))
    _require(page.locator("article").count() == count, f"{count} are shown")
    _choose(page, ALL | {"status": "done"})
    with page.context.expect_page() as opened:
        page.click("article a >> nth=0")
    _require("_overview.png" in opened.value.url, opened.value.url)
    opened.value.close()
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    _require(page.locator("details[open] li").count() > 0, "warnings open by keyboard")
    if page.is_visible("#more"):
        page.focus("#more")
        page.keyboard.press("Enter")
        focused = page.evaluate(
            "[...document.querySelectorAll('article')].indexOf(document.activeElement.closest('article'))"
        )
        _require(focused == STEP, f"the keyboard goes on at the first of the new ones: {focused}")
    return [(f"show more, {pages} times", seconds)]


def _draw(page: Page, folder: Path) -> None:
    """Draw the page: on a screen, bright and dark, on a telephone, and printed."""
    folder.mkdir(parents=True, exist_ok=True)
    _choose(page, ALL)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    page.screenshot(path=folder / "screen.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=folder / "dark.png")
    page.emulate_media(color_scheme="light")
    page.emulate_media(media="print")
    page.screenshot(path=folder / "printed.png")
    page.pdf(path=folder / "printed.pdf", format="A4")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.screenshot(path=folder / "telephone.png")
    _require(width <= 390, f"on a telephone nothing is wider than it: {width}")


def _require(is_right: bool, words: str) -> None:
    if not is_right:
        raise SystemExit(f"Not as it should be: {words}")


if __name__ == "__main__":
    main()
