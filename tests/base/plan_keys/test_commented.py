"""The commented file states the defaults: taken out of its comments it changes nothing."""

import re
import tomllib
from dataclasses import dataclass, replace
from typing import Any

import pytest

from nanoward.base.plan import PlanHead
from nanoward.base.plan_keys.commented import (
    commented_head,
    commented_section,
    commented_sections,
    toml_value,
)
from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.keys import inner_tables, plan_keys

SECTIONS = {name: one.rules_class() for name, one in declared_sections().items()}
STATED_IS_ASKED = {"psychological_weeks", "urgent_items", "hold_scores"}


@dataclass(frozen=True, kw_only=True)
class _Rules:
    """Rules of a test.

    level  [mg] that holds
    near   a name
    """

    level: float = 0.5
    near: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Needed:
    """Rules that must be stated.

    level  that holds
    near   a name
    """

    level: float
    near: str = "x"


def uncommented(text: str) -> str:
    """What an editor makes of it: the first "# " off each line."""
    return re.sub(r"(?m)^# ?", "", text)


def test_a_default_is_one_mark_away_and_a_meaning_two() -> None:
    assert commented_section("test", _Rules).splitlines() == [
        "",
        "# # Rules of a test.",
        "# [test]",
        "# # [mg] that holds.",
        "# level = 0.5   # number",
        "# # a name.",
        "# # near = ...   # text; not stated: none",
    ]


def test_nothing_of_a_section_is_read_before_what_it_needs_is_stated() -> None:
    text = commented_section("test", _Needed)
    assert "# # level = ...   # number; must be stated" in text
    assert '# # near = "x"   # text' in text
    assert tomllib.loads(uncommented(text)) == {}


def test_as_it_stands_it_says_nothing() -> None:
    assert tomllib.loads(commented_sections(SECTIONS)) == {}
    assert tomllib.loads(commented_head(PlanHead, {"name": "w"})) == {"name": "w"}


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_taken_out_of_its_comments_a_section_is_read_to_its_defaults(name: str) -> None:
    section = declared_sections()[name]
    stated = tomllib.loads(uncommented(commented_section(name, SECTIONS[name])))
    if name in ("control", "objects", "tuning"):
        assert stated == {}
        return
    one, other = section.read(stated[name]), section.read({})
    if name == "clearance":
        assert not STATED_IS_ASKED & set(one.stated)
        one = replace(one, stated=())
    assert one == other
    plain = [key.name for key in plan_keys(SECTIONS[name]) if not list(inner_tables(key, name))]
    silent = {key.name for key in plan_keys(SECTIONS[name]) if key.silent}
    assert set(plain) - silent - {"NAME"} <= set(stated[name])


@pytest.mark.parametrize(
    "value",
    [True, 3, 0.05, 1e-9, float("inf"), 'a "text"', ("a", "b"), (), {"a b": 1.5}, {}],
    ids=str,
)
def test_values_are_read_back_as_they_are(value: Any) -> None:
    told = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert told == (list(value) if isinstance(value, tuple) else value)
