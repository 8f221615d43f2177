"""Keys of a section are the fields of its class, and their meaning its docstring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest

from nanoward.base.plan_keys.declared_sections import declared_sections
from nanoward.base.plan_keys.keys import (
    FORMULAS,
    NEEDED,
    OPEN,
    PlanKey,
    inner_tables,
    items_of,
    key_names,
    meanings,
    members_of,
    named_by_table,
    parts_of,
    plain,
    plan_keys,
    stated,
    table_of,
    unknown_keys,
    words_of,
    worked_out,
)


@dataclass(frozen=True, kw_only=True)
class _Bed:
    """A bed.

    name  of the bed
    wide  [cm] how wide. Source: a ruler
    """

    name: str
    wide: float = 90.0


@dataclass(frozen=True, kw_only=True)
class _Option:
    """Options.

    kind  of it
    NAME  any option
    """

    kind: str = ""
    NAME: Any = None


@dataclass(frozen=True, kw_only=True)
class _Ward:
    """A ward.

    return      when one is back,
                at the latest
    low, high   [mg] of a dose
    word        one of two
    beds        that it has

    Not a key:  a line after a blank one that names none.
    """

    return_: str
    low: float = stated(0.5, low=0, high=1)
    high: float = stated(1.0, silent="as low")
    word: Literal["a", "b"] = "a"
    beds: tuple[_Bed, ...] = ()
    byname: Mapping[str, _Bed] = field(default_factory=dict)
    options: _Option = field(default_factory=_Option)
    made: int = worked_out(0)


def _by_name() -> dict[str, PlanKey]:
    return {one.name: one for one in plan_keys(_Ward)}


def test_fields_are_keys_with_their_kind_default_unit_meaning_and_source() -> None:
    keys = _by_name()
    assert "made" not in keys
    assert keys["return"].default is NEEDED
    assert keys["return"].meaning == "when one is back, at the latest"
    assert (keys["low"].unit, keys["high"].unit) == ("mg", "mg")
    assert (keys["low"].low, keys["low"].high, keys["low"].default) == (0, 1, 0.5)
    assert keys["high"].silent == "as low"
    assert keys["word"].choices == ("a", "b")
    assert meanings(_Ward)["word"] == "one of two"
    bed = {one.name: one for one in plan_keys(_Bed)}["wide"]
    assert (bed.unit, bed.meaning, bed.source) == ("cm", "how wide", "a ruler")


def test_names_are_all_but_the_one_that_stands_for_any() -> None:
    assert key_names(_Option) == {"kind"}
    assert "return" in key_names(_Ward)
    assert [one.name for one in named_by_table(_Bed)] == ["wide"]


def test_kinds_are_taken_apart() -> None:
    assert parts_of(int | str | None) == (int, str)
    assert parts_of(float) == (float,)
    assert table_of(Mapping[str, int]) is int
    assert table_of(tuple[int, ...]) is None
    assert items_of(tuple[int, ...]) is int
    assert items_of(tuple[int, int]) is None
    assert members_of(tuple[int, int]) == (int, int)
    assert members_of(tuple[int, ...]) == ()
    assert words_of(Literal["x"]) == ("x",)
    assert plain(Annotated[_Bed, FORMULAS]) == (_Bed, True)
    assert plain(_Bed) == (_Bed, False)


def test_tables_within_a_section_are_found() -> None:
    keys = _by_name()
    assert next(iter(inner_tables(keys["beds"], "w")))[0] == "[[w.beds]]"
    heading, kind, own = next(iter(inner_tables(keys["byname"], "w")))
    assert (heading, kind, [one.name for one in own]) == ("[w.byname.NAME]", _Bed, ["wide"])
    assert next(iter(inner_tables(keys["options"], "w")))[0] == "[w.options]"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"lwo": 1}, ["w.lwo"]),
        ({"beds": [{"name": "x", "widht": 1}]}, ["w.beds.widht"]),
        ({"byname": {"x": {"wide": 1, "long": 2}}}, ["w.byname.x.long"]),
        ({"options": {"kind": "x", "anything": 1}}, []),
        ({"return": "x", "beds": "no list"}, []),
    ],
)
def test_keys_that_nobody_declares_are_named_with_their_path(
    given: dict[str, Any], told: list[str]
) -> None:
    assert list(unknown_keys(_Ward, given, "w")) == told


def _every_key(kind: type, path: str) -> list[tuple[str, PlanKey]]:
    found = []
    for one in plan_keys(kind):
        found.append((f"{path}.{one.name}", one))
        for _, inner, _ in inner_tables(one, path):
            found += _every_key(inner, f"{path}.{one.name}")
    return found


@pytest.mark.parametrize("name", sorted(declared_sections()))
def test_every_key_of_every_section_has_a_meaning(name: str) -> None:
    section = declared_sections()[name].rules_class()
    bare = [path for path, one in _every_key(section, name) if not one.meaning]
    assert bare == []


@pytest.mark.parametrize("name", sorted(declared_sections()))
def test_every_meaning_is_of_a_key(name: str) -> None:
    """A renamed field leaves its line behind: it would be read as of no key."""
    section = declared_sections()[name].rules_class()
    known = {*key_names(section), OPEN}
    assert set(meanings(section)) <= known
