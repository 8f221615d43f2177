"""Every page of the console in a real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.console_browser import PAGES, Axe, Console, console_of, structure
from tests.faces.service.console_world import held

__all__ = ["held"]
GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (1400, 820, 320)


@pytest.fixture(scope="module")
def console(held: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("browser") / "ward"
    with console_of(Path(shutil.copytree(held, folder))) as made:
        yield made


@pytest.mark.timeout(300)
def test_every_page_is_sound_for_axe_in_both_schemes_at_three_widths(console: Console) -> None:
    context = console.context()
    page, found = console.page(context), []
    axe = Axe(page)
    for name in PAGES:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        assert page.goto(f"{console.origin}/console/{name}").status == 200, name
        axe.begin()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{name} {width}: {wide} wide")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += [
                    f"{name} {width} {scheme}: {one}"
                    for one in axe.violations(colours_alone=scheme == "dark")
                ]
    context.close()
    assert found == []
    assert console.faults == []


@pytest.mark.timeout(120)
def test_pages_have_the_structure_that_was_agreed(console: Console) -> None:
    context = console.context(java_script_enabled=True)
    page = console.page(context)
    for name in PAGES:
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(f"{console.origin}/console/{name}")
        file = GOLDEN / f"console-{name.replace('/', '-')}.json"
        told = structure(page)
        if os.environ.get("NANOWARD_WRITE_GOLDEN"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(told, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == told, name
    context.close()
    assert console.faults == []
