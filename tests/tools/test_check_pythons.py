"""Which Pythons are claimed and found; the tests under each are `make check-pythons`."""

import importlib.util
import platform
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = ROOT / "tools" / "check_pythons.py"
    spec = importlib.util.spec_from_file_location("check_pythons", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_claimed_is_read_from_the_classifiers(tool: ModuleType) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert tool.claimed_versions(text) == ["3.11", "3.12", "3.13", "3.14"]
    assert 'requires-python = ">=3.11"' in text


def test_an_interpreter_says_its_version_and_what_is_none_says_nothing(
    tool: ModuleType, tmp_path: Path
) -> None:
    assert tool.version_of(sys.executable) == platform.python_version().rstrip("+")
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o700)
    assert tool.version_of(str(shim)) == ""
    assert tool.version_of(str(tmp_path / "nothing")) == ""


def test_those_given_are_taken_first_and_a_version_that_is_nowhere_is_empty(
    tool: ModuleType,
) -> None:
    own = ".".join(platform.python_version_tuple()[:2])
    found = tool.interpreters([own, "3.999"], [sys.executable])
    assert found == {own: sys.executable, "3.999": ""}


def test_what_is_selected_is_there(tool: ModuleType) -> None:
    assert all((ROOT / one).exists() for one in tool.QUICK)
