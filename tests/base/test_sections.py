from dataclasses import dataclass, field

import pytest

from nanoward.base.sections import BadSectionError, check, rules_of


@dataclass(frozen=True, kw_only=True)
class Rules:
    level: float = 0.05
    count: int = 3
    names: tuple[str, ...] = ()
    ask: dict[str, str] = field(default_factory=dict)


def test_what_a_section_leaves_out_keeps_its_default() -> None:
    assert rules_of(Rules, {"level": 1, "names": ["a", "b"]}, "room") == Rules(
        level=1.0, names=("a", "b")
    )


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"levle": 0.1}, "levle"),
        ({"level": "0.1"}, "level"),
        ({"level": True}, "level"),
        ({"count": 2.5}, "count"),
        ({"names": "a"}, "names"),
        ({"ask": {"a": 1}}, "ask"),
    ],
)
def test_a_key_that_cannot_be_understood_is_named(section: dict[str, object], key: str) -> None:
    with pytest.raises(BadSectionError, match=key) as told:
        rules_of(Rules, section, "room")
    assert (told.value.file, told.value.column) == ("programme.toml", key)


def test_a_wish_that_is_met_passes_and_one_that_is_not_says_so() -> None:
    check(True, "room", "level", "more", 1)
    with pytest.raises(BadSectionError, match="expected more"):
        check(False, "room", "level", "more", 1)


def test_a_key_that_must_be_stated_is_named_where_it_is_missing() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Needed:
        level: float
        near: str = ""

    assert rules_of(Needed, {"level": 1}, "test").level == 1.0
    with pytest.raises(BadSectionError, match=r"\[test\] needs 'level'"):
        rules_of(Needed, {"near": "x"}, "test")
