"""The documentation is tested: generated pages are current, links lead somewhere."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

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
