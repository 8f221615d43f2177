from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.bonds import ComparedParticipant
from nanoward.bonds.contacts.unexplained_links import CauseEvidence
from nanoward.flows.bonds.explain_bonds import (
    BondContext,
    _with_limits,
    block_of,
    explain_bonds,
    held_constant,
)
from nanoward.maths.frames import frame_of


def person(name: str, site: str = "S") -> ComparedParticipant:
    return ComparedParticipant(
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
    told = explain_bonds(table, people, BondContext(contacts=met))
    assert told.facts["contact against links, p"] <= 0.01
    assert told.facts["links without recorded contact"] == 0
    assert not told.findings
    assert told.tables["bonds"].filter("linked")["contact_hours"].to_list() == [8.0] * 5
    assert [one.question for one in told.undecided] == ["did the bond come before the agent?"]


def test_a_link_without_contact_is_an_alarm_that_names_what_else_is_alike() -> None:
    people, table = bonds(PAIRS, PAIRS - {("p08", "p09")}, 12)
    told = explain_bonds(table, people, BondContext())
    (alarm,) = told.findings
    assert (alarm.code, alarm.severity, alarm.subject) == ("BND-003", "warning", "p08 - p09")
    assert "undeclared contact (both at S); " in alarm.message
    assert "both received L1, which was not sequenced itself" in alarm.message
    assert "sample swap (no further sample to compare with)" in alarm.message
    assert "Sequence the lot itself" in alarm.next_step
    alarms = told.tables["bonds"]["alarm"].drop_nulls().to_list()
    assert len(alarms) == 1
    assert all(cause in alarm.message for cause in alarms[0].split("; "))
    assert [one.question for one in told.undecided] == [
        "does contact explain the links?", "did the bond come before the agent?",
    ]  # fmt: skip


@pytest.mark.hazard("H-217")
def test_a_cluster_without_contacts_is_one_line_not_one_a_pair() -> None:
    ring = {("p00", "p01"), ("p01", "p02"), ("p02", "p03"), ("p00", "p02")}
    people, table = bonds(ring, set(), 8)
    (alarm,) = explain_bonds(table, people, BondContext()).findings
    assert alarm.subject == "cluster 1"
    assert alarm.message.startswith("cluster 1: 4 links without a recorded contact (p00")
    assert alarm.next_step.count("Ask both for a contact.") == 1


def test_limits_that_leave_everything_open_say_that_they_cannot_tell() -> None:
    assert _with_limits(3.0, 0.2, 44.5, says=False) == "cannot tell (0.2 to 44.5)"
    assert _with_limits(3.0, 1.2, 7.5, says=True) == "3 (1.2 to 7.5)"


def test_a_lot_that_was_sequenced_is_no_suspect() -> None:
    people, table = bonds(PAIRS, PAIRS - {("p08", "p09")}, 12)
    known = CauseEvidence(drift={"p08": 0.0, "p09": 1.0}, sequenced=frozenset({"L1"}))
    (alarm,) = explain_bonds(table, people, BondContext(suspects=known)).findings
    assert "lot" not in alarm.message.split("possible")[1]
    assert "swap" not in alarm.message


def test_people_are_exchanged_within_place_lot_and_window() -> None:
    early, late = person("a"), replace(person("a"), taken=date(2026, 3, 1))
    assert block_of(early, 0) == block_of(late, 0) == ("x", "S", "L1", None)
    assert block_of(early, 28) != block_of(late, 28)
    assert block_of(early, 28) != block_of(replace(early, lot="L2"), 28)


def test_what_does_not_vary_is_not_held_constant() -> None:
    alike = [person(name) for name in "abc"]
    linked = np.ones((3, 3))
    assert held_constant(alike, linked) == []
    runs = [replace(one, run=run) for one, run in zip(alike, ("R1", "R1", "R2"), strict=True)]
    runs[2] = replace(runs[2], taken=date(2026, 1, 15))
    run, weeks = held_constant(runs, linked)
    assert run[0, 1] == 1
    assert run[0, 2] == 0
    assert weeks[0, 2] == 2
