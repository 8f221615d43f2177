import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nanoward.agents import document_of, spec_changes, spec_of, toml_of

Made = tuple[dict[str, Any], dict[str, str]]


def test_a_spec_survives_toml_unchanged(make_spec: Callable[[int], Made]) -> None:
    for seed in range(50):
        spec, faults = spec_of(make_spec(seed)[0])
        assert spec is not None
        assert faults == ()
        assert spec_of(tomllib.loads(toml_of(spec)))[0] == spec
        assert spec_of(document_of(spec))[0] == spec


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_toml(title: str) -> None:
    document = {
        "name": "x", "title": title, "version": "1.0.0", "kind": "device",
        "expires": "2027-01-01",
    }  # fmt: skip
    spec, _ = spec_of(document)
    assert spec is not None
    assert spec_of(tomllib.loads(toml_of(spec)))[0] == spec


def test_a_change_is_told_with_its_place_and_both_values(
    make_spec: Callable[[int], Made],
) -> None:
    document = make_spec(1)[0]
    old, _ = spec_of(document)
    document["kills"][0]["doubling_h"] = 24.0
    new, _ = spec_of(document)
    assert old is not None
    assert new is not None
    assert spec_changes(old, new) == (("kills/starve/doubling_h", "12.0", "24.0"),)
    assert spec_changes(old, old) == ()


def test_a_part_that_is_no_list_is_a_fault() -> None:
    spec, faults = spec_of({"name": "x", "kills": 3})
    assert spec is None
    assert {one.code for one in faults} == {"AGT-105", "AGT-107"}


def test_a_day_may_be_a_day_or_its_text_and_never_a_moment(
    make_spec: Callable[[int], Made],
) -> None:
    made = make_spec(1)[0]
    day = date(2027, 3, 4)
    for told, wanted in ((day, day), ("2027-03-04", day)):
        spec, _ = spec_of(made | {"expires": told})
        assert spec is not None
        assert spec.expires == wanted
    for odd in (datetime(2027, 3, 4, tzinfo=UTC), "soon", 7):
        assert spec_of(made | {"expires": odd})[0] is None
