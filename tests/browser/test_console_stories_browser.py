"""Stories of the console in a real browser: what people must never lose, see or be shown."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.console_browser import PAGES, Console, console_of
from tests.faces.service.console_world import held

__all__ = ["held"]
BAD = b"a,b,kind,first\nP001,P002,household,2026-04-01\nP001,P001,household,2026-04-02\n"
DROP = """([text, name]) => {
  const moved = new DataTransfer();
  moved.items.add(new File([text], name, {type: "text/csv"}));
  const place = document.querySelector(".drop");
  const how = {dataTransfer: moved, bubbles: true, cancelable: true};
  place.dispatchEvent(new DragEvent("drop", how));
}"""
SCRIPTS = (
    "<svg onload=alert(1)>", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)", "'-alert(1)-'", "{{7*7}}", "<a href=javascript:alert(1)>x</a>",
    "</textarea><svg onload=alert(1)>", "\u202e<b>x",
)  # fmt: skip
OFFICE = (
    "visits", "control", "data", "pregnancies", "agreements", "partners", "council",
)  # fmt: skip


@pytest.fixture(scope="module")
def console(held: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("stories") / "ward"
    with console_of(Path(shutil.copytree(held, folder))) as made:
        yield made


def scripts(console: Console) -> list[str]:
    """Faults that are no plain answers: a script that ran or was refused, a broken page."""
    return [one for one in console.faults if not one.startswith("Failed to load resource")]


def filled(page: Any, form: str, **typed: str) -> Any:
    """Open a form and type into it."""
    found = page.locator(f'form[data-draft="{form}"]')
    page.evaluate("name => { document.getElementById('form-' + name).open = true; }", form)
    for name, value in typed.items():
        one = found.locator(f'[name="{name}"]')
        if one.evaluate("node => node.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)
    return found


@pytest.mark.timeout(120)
def test_a_booking_a_dropped_file_and_typing_that_outlives_its_session(
    console: Console,
) -> None:
    context = console.context()
    page = console.page(context)
    page.goto(f"{console.origin}/console/visits")
    wish = {"participant": "P003", "kind": "safety", "day": "2027-06-08", "half": "morning"}
    filled(page, "book", **wish).locator("button").click()
    assert "safety on 2027-06-08" in page.locator("#done").inner_text()

    page.goto(f"{console.origin}/console/data")
    with page.expect_navigation():
        page.evaluate(DROP, [BAD.decode(), "contacts.csv"])
    assert "FMT-030" in page.locator("main").inner_text()
    assert (console.folder / "data/contacts.csv").read_bytes() != BAD
    page.get_by_role("button", name="Accept this file").click()
    assert "is accepted" in page.locator("#done").inner_text()
    assert (console.folder / "data/contacts.csv").read_bytes() == BAD

    page.goto(f"{console.origin}/console/messages")
    typed = {"to": "coordinator", "body": "a long report that nobody wants to type again"}
    form = filled(page, "write", **typed)
    console.end_session()
    form.locator("button").click()
    assert "/sign-in" in page.url
    console.sign_in(context)
    page.goto(f"{console.origin}/console/messages")
    assert page.locator('[name="body"]').input_value() == typed["body"]
    assert "was kept" in page.locator(".restored").inner_text()
    assert scripts(console) == []


@pytest.mark.timeout(120)
@pytest.mark.hazard("H-412")
def test_no_script_in_any_text_field_ever_runs(console: Console) -> None:
    context = console.context()
    page = console.page(context)
    for number, text in enumerate(SCRIPTS):
        page.goto(f"{console.origin}/console/messages")
        filled(page, "write", to="coordinator", body=text).locator("button").click()
        page.goto(f"{console.origin}/console/watch")
        opened = {"title": text, "cause": f"cause {number} {text}"}
        filled(page, "open-incident", **opened).locator("button").click()
    everywhere = SCRIPTS[0]
    for name in OFFICE:
        page.goto(f"{console.origin}/console/{name}")
        forms = page.eval_on_selector_all(
            "form[data-draft]:not([enctype])", "all => all.map(one => one.dataset.draft)"
        )
        for form in forms:
            page.goto(f"{console.origin}/console/{name}")
            _type_everywhere(page, form, everywhere)
    for name in PAGES:
        page.goto(f"{console.origin}/console/{name}")
        assert "<svg onload" not in page.content().replace("&lt;", ""), name
        assert page.locator("svg[onload], img[onerror]").count() == 0, name
    told = page.goto(f"{console.origin}/console/messages")
    assert "&lt;svg onload=alert(1)&gt;" in told.text()
    assert scripts(console) == []


EVERYWHERE = """([name, text]) => {
  const form = document.querySelector(`form[data-draft="${name}"]`);
  const all = (what) => form.querySelectorAll(what);
  all("input[type=text], textarea").forEach(one => { one.value = text; });
  all("input[type=date]").forEach(one => { one.value = "2027-01-04"; });
  all("select").forEach(one => { one.selectedIndex = one.options.length - 1; });
  form.submit();
}"""


def _type_everywhere(page: Any, form: str, text: str) -> None:
    """Type the same into each field of words, choose the last of each choice, and send."""
    with page.expect_navigation():
        page.evaluate(EVERYWHERE, [form, text])


@pytest.mark.timeout(90)
def test_pages_work_without_script_and_an_old_page_says_that_the_ward_is_silent(
    console: Console,
) -> None:
    context = console.context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{console.origin}/console/visits")
    page.get_by_text("Book a visit").click()
    form = page.locator('form[data-draft="book"]')
    form.locator('[name="participant"]').fill("P004")
    form.locator('[name="kind"]').select_option("safety")
    form.locator('[name="day"]').fill("2027-06-09")
    form.locator('[name="half"]').select_option("afternoon")
    form.locator("button").click()
    assert "safety on 2027-06-09" in page.locator("#done").inner_text()
    context.close()

    context = console.context()
    page = console.page(context)
    page.clock.install()
    page.goto(f"{console.origin}/console/board")
    assert page.locator(".silence").is_hidden()
    context.set_offline(True)
    page.clock.fast_forward(45_000)
    page.locator(".silence").wait_for(state="visible", timeout=10_000)
    assert "No word from the ward since" in page.locator(".silence").inner_text()
    assert page.evaluate("document.body.classList.contains('silent')")
