"""Faults are run once, told by room, and near tests come first."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


RUNS = loaded("fault_runs")
TOOL = loaded("mutants")
FILE = "src/nanoward/audit/notes.py"
FAULT = RUNS.Mutant(file=FILE, find="return 0 < moment", put="return 0 <= moment")


def test_a_fault_knows_its_module_room_and_mirrored_test() -> None:
    assert (FAULT.module, FAULT.room) == ("nanoward.audit.notes", "audit")
    assert FAULT.tests == "tests/audit/test_notes.py"
    other = RUNS.Mutant(file="src/nanoward/flows/lots/check_lots.py", find="", put="")
    assert other.room == "flows/lots"
    assert RUNS.dotted(ROOT / "src/nanoward/audit/__init__.py") == "nanoward.audit"


def test_whoever_imports_a_module_is_loaded_anew_with_it_and_nobody_else() -> None:
    found = RUNS.dependents("nanoward.audit.notes")
    assert {"nanoward.audit.notes", "nanoward.audit.checkpoints"} <= found
    assert "nanoward.base.errors" not in found
    near = RUNS.importers("nanoward.audit.notes")
    assert near.index("tests/audit/test_notes.py") < len(near) // 2
    assert set(RUNS.importers("nanoward.audit.notes", 1)) < set(near)


def test_a_fault_is_asked_once_and_again_where_the_test_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_: Any, test: str) -> bool:
        asked.append(test)
        return True

    monkeypatch.setattr(RUNS, "caught_in_fork", ask)
    test = tmp_path / "test_x.py"
    test.write_text("one")
    for _ in range(2):
        assert RUNS.Kept(tmp_path / "kept.jsonl").asked(FAULT, str(test))
    assert len(asked) == 1
    test.write_text("another")
    assert RUNS.Kept(tmp_path / "kept.jsonl").asked(FAULT, str(test))
    assert len(asked) == 2


def test_what_passes_in_a_fork_is_kept_only_when_it_was_tried_surely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(RUNS, "caught_in_fork", lambda *_: False)
    monkeypatch.setattr(RUNS, "alone", lambda *_: tried.append("alone") or RUNS.FAILED)
    kept = RUNS.Kept(tmp_path / "kept.jsonl")
    assert not kept.asked(FAULT, FAULT.tests, surely=False)
    assert (tried, kept.known) == ([], {})
    assert kept.asked(FAULT, FAULT.tests)
    assert tried == ["alone"]


def test_the_table_counts_by_room() -> None:
    lots = RUNS.Mutant(file="src/nanoward/flows/lots/check_lots.py", find="", put="")
    told = TOOL.table([FAULT, FAULT, lots], [FAULT], []).splitlines()
    assert [one.split()[:5] for one in told[1:]] == [
        ["audit", "2", "1", "2", "0"], ["flows/lots", "1", "1", "1", "0"],
        ["all", "3", "2", "3", "0"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("folders", "is_in"),
    [((), True), (("audit",), True), (("aud",), False), (("flows",), False)],
)
def test_faults_of_a_room_are_those_of_its_folder(
    folders: tuple[str, ...], *, is_in: bool
) -> None:
    assert TOOL.is_in(FAULT, folders) == is_in


def test_every_fault_that_nobody_can_see_stands_in_its_file_with_its_reason() -> None:
    from seed_faults import EQUAL, faults

    lines = [one for one in EQUAL.read_text().splitlines() if one and one[0] != "#"]
    assert lines
    for line in lines:
        what, _, why = line.partition("  # ")
        file, _, change = what.partition(": ")
        known = {f"{find} -> {put}" for _, find, put in faults((ROOT / file).read_text())}
        assert change in known, line
        assert why
