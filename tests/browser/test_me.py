"""The page of the people who carry the agent, in a browser, with servers that are killed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.browser_world import axe_violations, browser
from tests.browser.me_browser import (
    Processes,
    processes,
    said,
    signed_in,
    until,
    worker_ready,
)
from tests.faces.service.participant.me_world import (
    ME,
    PHONE,
    give_certificate,
    make_home,
    spool_of,
    stop_code,
)

PAGES = ("", "home", "settings", "visits", "pay", "consents", "word", "looks", "export")
SIZES = ((320, 640), (820, 900), (1400, 900))


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_home(tmp_path_factory.mktemp("me") / "home")
    give_certificate(folder)
    return folder


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Processes]:
    with processes(home, "web") as made:
        yield made


@pytest.mark.hazard("H-415")
def test_with_the_web_killed_stop_and_leave_are_carried_by_the_exit(
    opened: Any, tmp_path: Path
) -> None:
    folder = make_home(tmp_path / "home")
    code = stop_code(folder)
    context = opened.new_context(viewport={"width": 360, "height": 640})
    with processes(folder, "exit", "web") as at:
        page = context.new_page()
        page.goto(f"{at.own}/me/#code={code}")
        until(lambda: worker_ready(page))
        assert "code=" not in page.url
        at.kill("web")
        page.goto(f"{at.own}/me/")  # from the worker: nobody answers any more
        expect(page.locator("#code")).to_be_hidden()
        page.get_by_role("button", name="Stop my agent").click()
        until(lambda: "is with the clinic" in said(page), lambda: said(page))
        page.get_by_text("Leave", exact=True).click()
        page.get_by_role("button", name="Leave now").click()
        until(lambda: "You have left. Receipt" in said(page), lambda: said(page))
        told = said(page)
        kept = {one.body["wish"]: one for one in spool_of(folder)}
        assert sorted(kept) == ["leave", "stop"]
        assert len(spool_of(folder)) == 2
        assert f"Receipt {kept['leave'].seq}:" in told
        assert {one.body["channel"] for one in kept.values()} == {"exit page"}
        page.goto(f"{at.own}/me/home")  # any of the pages leads to the way out
        expect(page.get_by_role("button", name="Stop my agent")).to_be_visible()
    context.close()


@pytest.mark.hazard("H-415")
def test_stop_while_offline_pressed_twice_is_one_record(opened: Any, tmp_path: Path) -> None:
    """All is down: the phone keeps it, through a closed tab, until somebody answers."""
    folder = make_home(tmp_path / "home")
    code = stop_code(folder)
    context = opened.new_context(viewport={"width": 320, "height": 640})
    with processes(folder, "web") as at:  # and no exit at all
        page = context.new_page()
        page.goto(f"{at.own}/me/#code={code}")
        until(lambda: worker_ready(page))
        at.kill("web")
        page.goto(f"{at.own}/me/")
        for _ in range(2):
            page.get_by_role("button", name="Stop my agent").click()
            until(lambda: "is kept on this phone since" in said(page), lambda: said(page))
        assert "not yet with the clinic" in said(page)
        assert PHONE in said(page)
        assert "Receipt" not in said(page)
        page.close()
        page = context.new_page()
        page.goto(f"{at.own}/me/")
        until(lambda: "is kept on this phone since" in said(page), lambda: said(page))
        assert spool_of(folder) == []
        at.begin("web")
        until(lambda: "is with the clinic" in said(page), lambda: said(page))
        (kept,) = spool_of(folder)
        assert (kept.body["wish"], kept.body["channel"]) == ("stop", "own page")
        assert f"Receipt {kept.seq}:" in said(page)
    context.close()


@pytest.mark.hazard("H-416")
def test_a_phone_that_nobody_is_known_on_says_so_and_keeps_the_wish(
    opened: Any, running: Processes, home: Path
) -> None:
    context = opened.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{running.own}/me/")
    before = len(spool_of(home))
    page.get_by_role("button", name="Stop my agent").click()
    until(lambda: "Type the stop code from your card" in said(page), lambda: said(page))
    expect(page.locator("#code")).to_be_visible()
    assert len(spool_of(home)) == before
    page.locator("#code").fill(stop_code(home))
    page.get_by_role("button", name="Stop my agent").click()
    until(lambda: "is with the clinic" in said(page), lambda: said(page))
    assert len(spool_of(home)) == before + 1
    context.close()


def test_without_script_the_form_leaves(opened: Any, tmp_path: Path) -> None:
    folder = make_home(tmp_path / "home")
    context = opened.new_context(java_script_enabled=False)
    with processes(folder, "web") as at:
        page = context.new_page()
        page.goto(f"{at.own}/me/")
        page.locator("#code").fill(stop_code(folder))
        page.get_by_text("Leave", exact=True).click()
        page.get_by_role("button", name="Leave now").click()
        expect(page.get_by_role("heading", name="You have left.")).to_be_visible()
        (kept,) = spool_of(folder)
        assert page.get_by_text(kept.body["notice"]).count() == 0
        expect(page.get_by_text(f"Number {kept.seq} in the record.")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [(360, 640), (320, 640)])
def test_stop_and_leave_are_in_view_on_the_first_screen(
    opened: Any, running: Processes, home: Path, size: tuple[int, int]
) -> None:
    width, height = size
    context = signed_in(opened.new_context(viewport={"width": width, "height": height}), home)
    page = context.new_page()
    for name in PAGES:
        page.goto(f"{running.own}/me/{name}")
        stop = page.get_by_role("button", name="Stop my agent")
        for one in (stop, page.locator(".way-out summary")):
            box = one.bounding_box()
            assert box is not None
            assert box["height"] >= 48
            assert 0 <= box["y"] <= height - box["height"]
            assert 0 <= box["x"] <= width - box["width"]
    context.close()


@pytest.mark.parametrize(
    ("scheme", "language"), [("light", "en"), ("dark", "en"), ("light", "ar")]
)
def test_every_page_is_accessible_and_needs_no_sideways_scrolling(
    opened: Any, running: Processes, home: Path, scheme: str, language: str
) -> None:
    context = signed_in(opened.new_context(color_scheme=scheme, locale=language), home)
    page = context.new_page()
    faults: list[str] = []
    for width, height in SIZES if language == "en" else SIZES[:1]:
        page.set_viewport_size({"width": width, "height": height})
        for name in PAGES:
            told = page.goto(f"{running.own}/me/{name}")
            assert told.status == 200
            faults += [f"{name} {width} {scheme}: {one}" for one in axe_violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                faults.append(f"{name} {width}: {wide} px too wide")
    context.close()
    assert faults == []


def test_a_page_at_200_percent_loses_nothing(
    opened: Any, running: Processes, home: Path
) -> None:
    """A window of 1,280 px at 200 % has 640 of them; at 400 % it has 320."""
    context = signed_in(
        opened.new_context(viewport={"width": 640, "height": 360}, device_scale_factor=2), home
    )
    page = context.new_page()
    for name in PAGES:
        page.goto(f"{running.own}/me/{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.get_by_role("button", name="Stop my agent")).to_be_visible()
    context.close()


def test_the_keyboard_alone_stops_leaves_and_signs(opened: Any, tmp_path: Path) -> None:
    folder = make_home(tmp_path / "home", signed=False)
    context = signed_in(opened.new_context(viewport={"width": 820, "height": 700}), folder)
    with processes(folder, "web") as at:
        page = context.new_page()
        page.goto(f"{at.own}/me/consents")
        until(lambda: _focus_on(page, "radio"))
        page.keyboard.press("Space")  # yes to what is needed
        until(lambda: _focus_on(page, "radio"))
        page.keyboard.press("ArrowDown")  # no to what is not
        for text in ("Ada", "Dr Ro", "Kim"):
            page.keyboard.press("Tab")
            page.keyboard.type(text)
        page.keyboard.press("Enter")
        until(page.get_by_text("You have signed.").count, page.content)
        page.goto(f"{at.own}/me/home")
        until(lambda: _focus_on(page, "Stop my agent"))
        page.keyboard.press("Enter")
        until(lambda: "is with the clinic" in said(page), lambda: said(page))
        page.goto(f"{at.own}/me/")
        until(lambda: _focus_on(page, "Leave"))
        page.keyboard.press("Enter")
        until(lambda: _focus_on(page, "Leave now"))
        page.keyboard.press("Enter")
        until(lambda: "You have left. Receipt" in said(page), lambda: said(page))
        page.goto(f"{at.own}/me/consents")
        assert page.get_by_text("Your data are not deleted.").count() == 1
    assert sorted(one.body["wish"] for one in spool_of(folder)) == ["leave", "stop"]
    context.close()


def _focus_on(page: Any, wanted: str) -> bool:
    """One step of the tabulator; whether it came to the element."""
    page.keyboard.press("Tab")
    told = page.evaluate(
        "(({type, textContent}) => [type || '', textContent.trim()])(document.activeElement)"
    )
    return wanted in told


@pytest.mark.hazard("H-418")
def test_a_certificate_is_checked_by_the_browser_itself(
    opened: Any, running: Processes, home: Path
) -> None:
    context = signed_in(opened.new_context(service_workers="block"), home)
    page = context.new_page()
    told = page.goto(f"{running.own}/me/settings")
    until(page.locator("[data-state=holds]").count)
    expect(page.get_by_text("Checked on this phone: the signature is right.")).to_be_visible()
    expect(page.locator(".within")).to_be_visible()
    text, headers = told.text(), told.headers
    bent = text.replace('data-certificate="eyJ', 'data-certificate="eyA')
    assert bent != text
    page.route("**/me/settings", lambda one: one.fulfill(body=bent, headers=headers))
    page.goto(f"{running.own}/me/settings")
    until(page.locator("[data-state=broken]").count)
    expect(page.get_by_text("The signature is wrong.")).to_be_visible()
    expect(page.locator(".within")).to_be_hidden()
    context.close()


def test_asvs_14_3_3_no_medical_data_stays_in_the_browser(
    opened: Any, running: Processes, home: Path
) -> None:
    """The worker keeps the shell alone; the phone keeps wishes, a code and a receipt."""
    context = signed_in(opened.new_context(), home)
    page = context.new_page()
    for name in ("", *PAGES):
        page.goto(f"{running.own}/me/{name}")
    until(lambda: worker_ready(page))
    page.goto(f"{running.own}/me/home")
    kept = page.evaluate(
        """async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const box = await caches.open(name);
            for (const one of await box.keys())
              texts.push([new URL(one.url).pathname, await (await box.match(one)).text()]);
          }
          return texts;
        }"""
    )
    assert {path for path, _ in kept} == {
        "/me/", "/me/static/me.css", "/me/static/me.js", "/me/static/icon.svg",
    }  # fmt: skip
    everything = json.dumps(kept)
    for word in ("pulse", "64 /min", "PHQ9", "You may take part.", f">{ME}<"):
        assert word not in everything
    until(lambda: _database(page)["kept"])
    found = _database(page)
    assert found["outbox"] == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    for word in ("pulse", "64", "PHQ9", "cleared"):
        assert word not in json.dumps([one for one in found["kept"] if len(str(one)) < 20])
    context.close()


def _database(page: Any) -> dict[str, list[Any]]:
    told: dict[str, list[Any]] = page.evaluate(
        """() => new Promise((done) => {
          const ask = indexedDB.open("nanoward-me");
          ask.onsuccess = () => {
            const found = {}, names = [...ask.result.objectStoreNames];
            const act = ask.result.transaction(names);
            for (const name of names) act.objectStore(name).getAll().onsuccess =
              (event) => { found[name] = event.target.result; };
            act.oncomplete = () => { ask.result.close(); done(found); };
          };
        })"""
    )
    return told
