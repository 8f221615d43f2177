"""What stands on the documentation's site; the whole of it, run and strict, is `make site`."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "site_pages", ROOT / "tools" / "site_pages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_of_the_documentation_has_its_place(pages: ModuleType) -> None:
    nav = pages.navigation()
    listed = [one for one in nav if isinstance(one, str)]
    for section in (one for one in nav if isinstance(one, dict)):
        for found in section.values():
            listed += found
    docs = {str(one.relative_to(ROOT / "docs")) for one in (ROOT / "docs").rglob("*.md")}
    assert docs <= set(listed)
    assert set(pages.made_pages()) <= set(listed)
    assert len(listed) == len(set(listed))


def test_public_names_are_those_that_packages_give(pages: ModuleType) -> None:
    made = pages.made_pages()
    assert "        - links_of_genomes" in made["api/bonds.md"]
    assert "::: nanoward.testing.conformance.driver" in made["api/testing.md"]
    assert "::: nanoward.client.api_client" in made["api/client.md"]
    assert "api/flows.md" not in made


def test_a_link_out_of_the_documentation_becomes_a_page_or_a_path(pages: ModuleType) -> None:
    text = (
        "[b](../../benchmarks/README.md#x) [d](../../examples/deploy/) [h](../hazards.md)"
        " [w](https://example.org) ![p](../pictures/rounds.png)"
    )
    assert pages.with_links(text, "explanation/bonds.md") == (
        "[b](../project/benchmarks.md#x) d (`examples/deploy`) [h](../hazards.md)"
        " [w](https://example.org) ![p](../pictures/rounds.png)"
    )
    readme = (
        "[how](docs/howto/watch.md) ![rounds](docs/pictures/rounds.png) [all](docs/README.md)"
    )
    assert pages.with_links(readme, "project/readme.md") == (
        "[how](../howto/watch.md) ![rounds](../pictures/rounds.png) [all](../README.md)"
    )


REPORT = (
    "<style>.a{fill:red}</style>"
    '<svg class="chart" aria-label="Doses of P1"><g class="a"/></svg>'
    '<svg class="chart" aria-label="Eyes &amp; ears" width="9"><g class="b"/></svg>'
)


def test_a_tutorial_is_run_and_shows_what_was_written_and_drawn(
    pages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "nanoward"
    fake.write_text(f"#!/bin/sh\necho \"wrote $2\"\nmkdir -p $2; echo '{REPORT}' > $2/r.html\n")
    fake.chmod(0o700)
    monkeypatch.setattr(pages.sys, "executable", str(tmp_path / "python"))
    page = (
        "```console\n$ make round\n$ .venv/bin/nanoward round /tmp/w   # now\n```\n\n"
        "<!-- picture: /tmp/w/*.html#Eyes & | Both -->\n"
    )
    text, pictures = pages.executed(page, "tutorials/one.md")
    assert "```text\nwrote /tmp/w\n```" in text
    assert "![Both](one-1.svg)" in text
    (svg,) = pictures.values()
    assert '<g class="b"/>' in svg
    assert ".a{fill:red}" in svg
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg


def test_a_command_that_fails_and_a_picture_that_is_not_there_are_faults(
    pages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "nanoward"
    fake.write_text("#!/bin/sh\necho no >&2; exit 3\n")
    fake.chmod(0o700)
    monkeypatch.setattr(pages.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(pages.SiteError, match="exit code 3\nno"):
        pages.written("$ .venv/bin/nanoward round /tmp/w\n", tmp_path)
    with pytest.raises(pages.SiteError, match="no command wrote"):
        pages.drawn(tmp_path, str(tmp_path / "*.svg"), "")
    (tmp_path / "r.html").write_text(REPORT)
    with pytest.raises(pages.SiteError, match="has no chart 'Nose'"):
        pages.drawn(tmp_path, str(tmp_path / "r.html"), "Nose")


def test_what_would_be_fetched_from_elsewhere_is_found(
    pages: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text('<a href="https://example.org">x</a><img src="b.png">')
    assert pages.fetched_from_elsewhere(tmp_path) == []
    (tmp_path / "b.html").write_text('<script src="https://example.org/x.js"></script>')
    (tmp_path / "c.css").write_text("@font-face{src:url(//example.org/f.woff2)}")
    assert [one.split(":")[0] for one in pages.fetched_from_elsewhere(tmp_path)] == [
        "b.html",
        "c.css",
    ]


def test_lines_of_names_and_meanings_stay_lines(pages: ModuleType) -> None:
    text = (
        "What it is.\n\ncarried   (P, F)  seen\n          in a sample\n"
        "n  people, a <b>\n\nRaises X."
    )
    assert pages.as_markdown(text) == (
        "What it is.\n\n- **`carried`** (P, F)  seen\n    in a sample\n"
        "- **`n`** people, a &lt;b>\n\nRaises X."
    )
