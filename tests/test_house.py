"""The house rules that no other tool holds."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nanoward"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_MODULES = 18
MADE = "# made by tools/write_client.py"  # held by its own test against the document
BANNED = {"utils", "helpers", "common", "misc", "manager", "core"}


def bodies(module: Path) -> Iterator[ast.FunctionDef]:
    """Functions that do something: more than a docstring, `...` or one raise."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef):
            does = [one for one in node.body if not isinstance(one, ast.Expr | ast.Raise)]
            if does:
                yield node


def mirrored() -> list[Path]:
    """Modules that need a test file of their own."""
    return [
        module
        for module in MODULES
        if module.name != "__init__.py"
        and "conformance" not in module.parts
        and MADE not in module.read_text()
        and any(bodies(module))
    ]


@pytest.mark.parametrize("module", mirrored(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_has_a_test_file_of_its_name(module: Path) -> None:
    folder = ROOT / "tests" / module.relative_to(SOURCE).parent
    assert (folder / f"test_{module.name}").exists()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_short_and_named_for_what_they_know(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= 400
    assert module.stem not in BANNED


def folders() -> list[Path]:
    return sorted({module.parent for module in MODULES})


@pytest.mark.parametrize("folder", folders(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_folder_has_more_modules_than_a_shelf_holds(folder: Path) -> None:
    own = [one for one in folder.glob("*.py") if one.name != "__init__.py"]
    assert len(own) <= MOST_MODULES


@pytest.mark.parametrize("folder", folders(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_folder_says_what_it_knows(folder: Path) -> None:
    charter = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    assert charter
    assert len(charter) > 10


def imported(module: Path) -> set[str]:
    """Modules of the house that a module imports anywhere in it, for types too."""
    names = all_names()
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{one.name}" for one in node.names}
            found |= (inner & names) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return (found & names) - {name_of(module)}


@cache
def all_names() -> frozenset[str]:
    return frozenset(name_of(one) for one in MODULES)


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """Modules that lie on a circle: nothing is left to take away from below."""
    left = {one: set(many) for one, many in arrows.items()}
    while True:
        free = {one for one, many in left.items() if not many & left.keys()}
        if not free:
            return sorted(one for one in left if any(one in many for many in left.values()))
        left = {one: many for one, many in left.items() if one not in free}


def test_no_import_runs_in_a_circle() -> None:
    assert circles({name_of(one): imported(one) for one in MODULES}) == []


def test_a_circle_would_be_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


def test_import_and_help_load_no_heavy_library() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom nanoward.faces.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "print([m for m in ('scipy', 'numba', 'polars', 'jinja2') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def unsure(text: str) -> list[int]:
    """Lines of assertions with an `or` anywhere in them: they pass whichever side is wrong."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assert)
        for part in ast.walk(node.test)
        if isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or)
    ]


def test_no_assertion_says_one_thing_or_another() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert len(files) > 500
    told = [
        f"{one.relative_to(ROOT)}:{row}" for one in files for row in unsure(one.read_text())
    ]
    assert told == []
    assert unsure("assert a\nassert a or b\nassert all(x or y for x in z)\nc = a or b") == [
        2,
        3,
    ]


def codes() -> dict[str, set[str]]:
    """Code of each error to the names of its classes."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            for line in node.body if isinstance(node, ast.ClassDef) else ():
                match line:
                    case ast.Assign(targets=[ast.Name("code")], value=ast.Constant(str(code))):
                        found.setdefault(code, set()).add(node.name)
    return found


def test_every_code_is_named_in_a_test() -> None:
    words: set[str] = set()
    for file in (ROOT / "tests").rglob("*.py"):
        words |= set(re.findall(r"\w+-\d{3}|\w+Error", file.read_text(encoding="utf-8")))
    known = codes()
    assert len(known) >= 300
    assert {code for code, names in known.items() if not words & {code, *names}} == set()
