"""Nodes of a document: what is absent is None, what is wrong is told where it stands."""

from typing import Any

import pytest

from nanoward.adapters.formats.clinical.fhir_node import Node, Notes, concept


def node(**value: Any) -> Node:
    return Node(value=value, path="entry[0].resource", row=1, notes=Notes("w.json"))


@pytest.mark.parametrize(
    ("told", "is_date"),
    [
        ("2026", True),
        ("2026-02", True),
        ("2026-02-28", True),
        ("2026-02-28T10:00:00+01:00", True),
        ("2026-02-28T10:00:00.123Z", True),
        ("2026-02-30", False),
        ("2026-13", False),
        ("26-02-01", False),
        ("2026-02T10:00:00Z", False),
        ("yesterday", False),
    ],
)
def test_a_date_is_one_that_a_calendar_has(told: str, is_date: bool) -> None:
    one = node(birthDate=told)
    day = one.day("birthDate")
    assert day == told if is_date else day is not None  # kept, so that it can be told
    assert len(one.notes.findings()) == (not is_date)


def test_wrong_kinds_are_told_and_left_out() -> None:
    one = node(a=1, b="x", c=[{}, 2], d=True, e=10**400)
    assert one.text("a") is None
    assert one.number("b") is None
    assert one.number("d") is None
    assert one.number("e") is None
    assert one.node("b") is None
    assert len(list(one.nodes("c"))) == 1
    assert list(one.nodes("b")) == []
    assert [finding.column for finding in one.notes.findings()] == [
        "entry[0].resource.a",
        "entry[0].resource.b",
        "entry[0].resource.b",
        "entry[0].resource.b",
        "entry[0].resource.c[1]",
        "entry[0].resource.d",
        "entry[0].resource.e",
    ]
    assert (one.text("z"), one.number("z"), one.node("z")) == (None, None, None)


def test_a_concept_is_its_codes_and_what_it_is_called() -> None:
    code = {"coding": [{"system": "s", "code": "c"}, {"display": "shown"}], "text": " said "}
    assert concept(node(code=code).node("code")) == ([("s", "c")], "said")
    assert concept(node(code={"coding": [{"code": "c"}]}).node("code")) == ([("", "c")], "c")
    assert concept(None) == ([], None)
