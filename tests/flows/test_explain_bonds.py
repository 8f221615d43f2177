from datetime import date

import numpy as np
import polars as pl

from nanoward.base.tables import BONDS
from nanoward.bonds import Person
from nanoward.flows.explain_bonds import explain_bonds, hours_by_pair
from nanoward.maths.frames import frame_of


def person(name: str, site: str = "S") -> Person:
    return Person(
        participant=name, stratum="x", sample=name, taken=date(2026, 1, 1),
        apart=(None, site), lot="L1", run="",
    )  # fmt: skip


def bonds(linked: set[tuple[str, str]], contacts: set[tuple[str, str]], people: int):
    names = [f"p{k:02d}" for k in range(people)]
    rng = np.random.default_rng(1)
    rows = []
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            on = (a, b) in linked
            rows.append(
                {"a": a, "b": b, "stratum": "x", "linked": on, "cluster": 1 if on else None,
                 "p_value": 1e-6 if on else float(rng.uniform(0.05, 1)), "q_value": 0.001,
                 "contact": "room" if (a, b) in contacts else ""}
            )  # fmt: skip
    return [person(name) for name in names], frame_of(BONDS, rows)


PAIRS = {("p00", "p01"), ("p02", "p03"), ("p04", "p05"), ("p06", "p07"), ("p08", "p09")}


def test_contact_that_goes_with_links_is_told_with_its_odds() -> None:
    people, table = bonds(PAIRS, PAIRS, 12)
    met = pl.DataFrame([{"a": b, "b": a, "kind": "room", "hours": 8.0} for a, b in PAIRS])
    told = explain_bonds(table, people, met)
    assert told.facts["contact against links, p"] <= 0.01
    assert told.facts["links without recorded contact"] == 0
    assert not told.findings
    assert not told.undecided


def test_a_link_without_contact_is_an_alarm_that_names_what_else_is_alike() -> None:
    people, table = bonds(PAIRS, PAIRS - {("p08", "p09")}, 12)
    told = explain_bonds(table, people, None)
    (alarm,) = told.findings
    assert (alarm.code, alarm.severity, alarm.subject) == ("BND-003", "warning", "p08 - p09")
    assert "one lot (L1)" in alarm.message
    assert [one.question for one in told.undecided] == ["does contact explain the links?"]


def test_hours_add_up_and_a_contact_without_hours_counts_as_one() -> None:
    table = pl.DataFrame(
        {"a": ["q", "p", "p"], "b": ["p", "q", "r"], "hours": [2.0, None, 0.5]}
    )
    assert hours_by_pair(table) == {("p", "q"): 3.0, ("p", "r"): 0.5}
    assert hours_by_pair(table.drop("hours")) == {("p", "q"): 2.0, ("p", "r"): 1.0}
