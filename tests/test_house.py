"""The house rules that no other tool holds."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nanoward"
MODULES = sorted(SOURCE.rglob("*.py"))
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


def test_import_and_help_load_no_heavy_library() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom nanoward.faces.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "print([m for m in ('scipy', 'numba', 'polars', 'vl_convert') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
