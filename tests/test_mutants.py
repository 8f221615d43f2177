"""A green test says nothing by itself: seeded faults must turn it red."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "tools" / "mutants.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


TOOL = loaded()
ALL = TOOL.mutants()


def test_enough_faults_are_listed_and_each_stands_in_its_file_once() -> None:
    assert len(ALL) >= 60
    assert sum(one.quick for one in ALL) >= 15


@pytest.mark.parametrize(
    "mutant",
    [one for one in ALL if one.quick],
    ids=lambda one: f"{Path(one.file).stem}-{one.find[:40]}",
)
def test_a_seeded_fault_is_caught(mutant: object) -> None:
    assert TOOL.is_caught(mutant, mutant.tests)  # type: ignore[attr-defined]
