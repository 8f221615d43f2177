"""The page's own script in a browser: long tables are turned, searched and led to by links."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rounds import full_round

from nanoward.faces.report import render_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.timeout(120),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    file: Path = tmp_path_factory.mktemp("page") / "report.html"
    file.write_bytes(render_report(full_round(306)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        faults: list[str] = []
        tab.on("pageerror", lambda fault: faults.append(str(fault)))
        tab.goto(file.as_uri())
        tab.click("#board details summary")
        yield tab
        assert faults == []
        browser.close()


def shown(page: Any) -> list[str]:
    return page.locator("#board tbody tr td:first-child").all_inner_texts()


@pytest.mark.hazard("H-284")
def test_everybody_is_found_by_turning_by_words_by_standing_and_by_a_link(page: Any) -> None:
    everybody = sorted(full_round(306).tables["standings"]["participant"])
    seen = shown(page)
    told = page.locator("#board .pages output")
    assert told.inner_text() == "1 to 50 of 306"
    on = page.locator("#board .pages button").nth(1)
    while on.is_enabled():
        on.click()
        seen += shown(page)
    assert sorted(seen) == everybody

    last = seen[-1]
    page.fill("#board .filter input[type=search]", last)
    assert shown(page) == [last]
    assert page.locator("#board .filter output").inner_text() == "1 of 306 shown"
    page.fill("#board .filter input[type=search]", "")
    assert told.inner_text() == "1 to 50 of 306"

    boxes = page.locator("#board .filter input[type=checkbox]")
    for place in range(boxes.count()):
        if boxes.nth(place).get_attribute("value") != "withdrawn":
            boxes.nth(place).uncheck()
    words = page.locator("#board tbody tr td:nth-child(2)").all_inner_texts()
    assert set(words) == {"withdrawn"}

    hidden = next(who for who in everybody if who not in shown(page))
    row = page.evaluate(
        "who => Array.from(document.querySelectorAll('.tiles li'))"
        ".find(one => one.title.startsWith(who + ':')).querySelector('a').hash",
        hidden,
    )
    page.evaluate("hash => { location.hash = hash; }", row)
    page.wait_for_function("hash => document.getElementById(hash.slice(1))", arg=row)
    assert hidden in shown(page)
