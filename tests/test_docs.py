"""The documentation is tested: generated pages are current, links lead somewhere."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
HAZARD = re.compile(r"^\| (H-\d+) \|", re.MULTILINE)
MARK = re.compile(r'hazard\("(H-\d+)"\)')


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "write_reference", ROOT / "docs" / "write_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_pages_say_what_the_code_says(reference: ModuleType) -> None:
    for name, text in reference.pages().items():
        written = (ROOT / "docs" / "reference" / name).read_text()
        assert written == text, f"docs/reference/{name} is out of date: run `make docs`"


def test_no_two_errors_share_a_code(reference: ModuleType) -> None:
    codes: dict[str, list[str]] = {}
    for kind in reference.all_errors():
        if "code" in vars(kind):
            codes.setdefault(kind.code, []).append(kind.__name__)
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}


@pytest.fixture(scope="module")
def codes(reference: ModuleType) -> dict[str, Any]:
    return dict(reference.finding_pages.finding_codes(reference.no_findings()))


def test_every_code_of_a_finding_has_a_meaning_and_a_remedy(codes: dict[str, Any]) -> None:
    bare = [code for code, one in codes.items() if not (one.meaning and one.remedy)]
    assert bare == [], "say it where the code is told, or in docs/finding_texts.toml"
    assert len(codes) > 400


def test_no_text_is_kept_for_a_code_that_nobody_tells(codes: dict[str, Any]) -> None:
    kept = tomllib.loads((ROOT / "docs" / "finding_texts.toml").read_text())
    assert [code for code in kept if not codes[code].told_by] == []


def test_no_code_is_declared_for_two_problems(reference: ModuleType) -> None:
    assert reference.finding_pages.declared_twice() == {}


def test_a_page_without_the_marks_of_its_region_is_told(
    reference: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files.md").write_text("no marks")
    monkeypatch.setattr(reference, "HERE", tmp_path)
    with pytest.raises(SystemExit, match="has no region"):
        reference.with_region("files.md", "roles", "rows")


@pytest.mark.parametrize(
    "page",
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/*/*.md")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_hazard_has_a_test_and_every_mark_a_hazard() -> None:
    known = set(HAZARD.findall((ROOT / "docs" / "hazards.md").read_text()))
    marked = {
        mark
        for path in (ROOT / "tests").rglob("test_*.py")
        for mark in MARK.findall(path.read_text())
    } - {"H-\\d+"}
    assert known == marked
