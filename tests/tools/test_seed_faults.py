"""Faults are drawn by a rule: enough of them, each on one line, each still a program."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "seed_faults", ROOT / "tools" / "seed_faults.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = loaded()
TEXT = '''def permitted(age: int, held: bool) -> bool:
    """Nobody below 18, nobody who is held."""
    if not held and age >= 18:
        return True
    return False
'''


def test_the_faults_of_a_rule_by_hand() -> None:
    made = {put for _, _, put in TOOL.faults(TEXT)}
    assert made == {
        "if held and age >= 18:", "if not held or age >= 18:", "if not held and age > 18:",
        "if False:", "return False", "return True",
    }  # fmt: skip


def test_the_draw_is_nobody_s_choice_and_stays_until_a_line_changes() -> None:
    drawn = TOOL.drawn(TEXT, "a.py", 2, frozenset())
    assert drawn == TOOL.drawn(TEXT, "a.py", 2, frozenset())
    assert len({row for row, _, _ in drawn}) == 2
    equal = frozenset(f"a.py: {find} -> {put}" for _, find, put in drawn)
    assert not set(drawn) & set(TOOL.drawn(TEXT, "a.py", 2, equal))


def test_enough_are_drawn_from_what_decides_and_each_is_a_program() -> None:
    found = TOOL.all_drawn()
    assert len(found) >= 200
    for name, find, put in found:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert text.count(find) == 1
        compile(text.replace(find, put), name, "exec")


@pytest.mark.parametrize("name", TOOL.DECIDING)
def test_what_decides_is_there(name: str) -> None:
    assert (TOOL.SOURCE / name).exists()
