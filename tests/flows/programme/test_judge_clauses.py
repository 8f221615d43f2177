"""Clauses by themselves, beside weekly pay or in its place."""

from fractions import Fraction

import pytest

from nanoward.flows.programme.judge_clauses import ClausesError, judge_clauses

CLAUSES = [
    {"id": "a", "terms": [{"kind": "bonus", "amount": "50"}]},
    {"id": "b", "terms": [{"kind": "bonus", "amount": "500"}]},
    {"id": "c", "terms": [{"kind": "magic"}]},
    {"id": "d", "terms": []},
    {
        "id": "e",
        "replaces_base": True,
        "terms": [{"kind": "pay", "per": "complete", "amount": "9"}],
    },
]


def test_verdicts() -> None:
    rows = judge_clauses(CLAUSES, base="40", currency="EUR", most=Fraction(1, 10))
    verdicts = {row["id"]: (row["verdict"], row["rules"]) for row in rows}
    assert verdicts == {
        "a": ("permitted", []),
        "b": ("forbidden", ["R1"]),
        "c": ("not understood", []),
        "d": ("not understood", []),
        "e": ("forbidden", ["R1"]),
    }


@pytest.mark.parametrize("clauses", [{"id": "a"}, ["a"], "a"])
def test_what_is_no_list_of_clauses_has_its_code(clauses: object) -> None:
    with pytest.raises(ClausesError, match="no list of tables") as fault:
        judge_clauses(clauses, base="40", currency="EUR", most=Fraction(1, 10))
    assert fault.value.code == "PRG-128"
