from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.base.plan import Plan
from nanoward.base.tables import BOND_PEOPLE, BONDS
from nanoward.bonds import BondRules, ComparedParticipant
from nanoward.flows.bonds.control_fdr_online import (
    KEPT,
    KEY,
    control_fdr_online,
    last_state,
    no_tests,
    people_table,
    weighted_p,
)
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

RULES = BondRules()
DAYS = [date(2026, 1, day) for day in (5, 12, 19, 26)]
Row = tuple[str, str, float | None]


def ports() -> Ports:
    plan = Plan(name="x", title="X", sha256="0" * 64)
    return memory_site(plan, {}, now=datetime(2026, 3, 1, tzinfo=UTC))


def bonds(*rows: Row) -> pl.DataFrame:
    return frame_of(
        BONDS,
        (
            {"a": a, "b": b, "stratum": "x", "p_value": p, "contact": "", "is_unrelated": False}
            for a, b, p in rows
        ),
    )


def held(here: Ports, table: pl.DataFrame, day: date) -> Outcome:
    """Follow, and keep the tables as a round does."""
    found = control_fdr_online(last_state(here, day), table, RULES, day)
    files = {
        f"tables/{name}.parquet": parquet_of(found.tables[name])
        for name in ("bonds", "bond_batches")
    }
    here.folder.write_round(day.isoformat(), files)
    entry = RoundHeld(
        round=day.isoformat(),
        as_of=day,
        report_sha256="0" * 64,
        tables=tuple(f"{path}={sha256_of(content)}" for path, content in files.items()),
    )
    here.ledger.append([entry], actor="test", at=here.clock.now())
    return found


def told(outcome: Outcome, a: str) -> dict[str, Any]:
    return outcome.tables["bonds"].filter(pl.col("a") == a).row(0, named=True)


OLD = ("a", "z", 1e-6), ("b", "z", 0.4), ("c", "z", 0.9)


def test_a_pair_is_tested_once_and_a_call_is_never_taken_back() -> None:
    here = ports()
    first = held(here, bonds(*OLD), DAYS[0])
    assert told(first, "a")["called_on"] == DAYS[0]
    assert told(first, "b")["called_on"] is None
    changed = bonds(("a", "z", 0.7), ("b", "z", 1e-9), ("d", "z", 0.5))
    second = held(here, changed, DAYS[1])
    assert (told(second, "a")["called_on"], told(second, "a")["p_online"]) == (DAYS[0], 1e-6)
    assert told(second, "b")["called_on"] is None  # it was tested on the first day
    assert told(second, "d")["first_tested"] == DAYS[1]
    assert second.tables["bond_batches"]["pairs"].to_list() == [3, 1]
    assert second.facts["links called for good, over all rounds"] == 1


def test_a_round_held_again_says_the_same_whatever_came_later() -> None:
    here = ports()
    held(here, bonds(*OLD), DAYS[0])
    more = bonds(*OLD, ("d", "z", 1e-7))
    once = held(here, more, DAYS[1])
    held(here, bonds(*OLD, ("d", "z", 1e-7), ("e", "z", 0.01)), DAYS[2])
    again = held(here, more, DAYS[1])
    for name in ("bonds", "bond_batches"):
        assert parquet_of(once.tables[name]) == parquet_of(again.tables[name])


def test_what_is_not_yet_comparable_waits_for_its_first_p_value() -> None:
    here = ports()
    first = held(here, bonds(("a", "z", None), ("b", "z", 0.3)), DAYS[0])
    assert told(first, "a")["first_tested"] is None
    assert first.tables["bond_batches"]["pairs"].to_list() == [1]
    second = held(here, bonds(("a", "z", 1e-9), ("b", "z", 0.3)), DAYS[1])
    assert told(second, "a")["called_on"] == DAYS[1]


def test_a_round_in_which_nothing_is_new_spends_nothing() -> None:
    here = ports()
    held(here, bonds(*OLD), DAYS[0])
    quiet = held(here, bonds(*OLD), DAYS[1])
    assert quiet.tables["bond_batches"].height == 1
    assert quiet.facts["pairs tested for the first time"] == 0


def test_tables_that_were_altered_are_not_believed() -> None:
    here = ports()
    held(here, bonds(*OLD), DAYS[0])
    held(here, bonds(*OLD, ("d", "z", 0.2)), DAYS[1])
    name = DAYS[1].isoformat()
    forged = {f"tables/{one}.parquet": b"forged" for one in ("bonds", "bond_batches")}
    here.folder.write_round(name, forged)
    found = control_fdr_online(last_state(here, DAYS[2]), bonds(*OLD), RULES, DAYS[2])
    (finding,) = found.findings
    assert (finding.code, finding.subject) == ("BND-004", name)
    assert told(found, "a")["called_on"] == DAYS[0]  # from the round before that


def test_level_is_shared_between_kinds_of_pairs_that_are_tested_together() -> None:
    rows = bonds(*((f"a{k}", "z", 0.01) for k in range(10))).with_columns(
        is_unrelated=pl.Series([False] + [True] * 9)
    )
    weighted = weighted_p(rows)
    assert weighted[0] < 0.01 < weighted[1]
    assert abs((0.01 / weighted).mean() - 1) < 1e-9


@pytest.mark.hazard("H-427")
def test_pairs_of_people_who_were_both_there_are_tested_though_no_row_tells() -> None:
    """The round before kept one row, which waits; a and z, b and z were tested unseen."""
    people = frame_of(
        BOND_PEOPLE,
        ({"participant": who, "stratum": "x", "first_tested": day}
         for who, day in (("a", DAYS[0]), ("b", DAYS[1]), ("c", DAYS[0]), ("z", DAYS[0]))),
    )  # fmt: skip
    pairs = bonds(("c", "z", None)).select(*KEY, *KEPT)
    earlier = replace(no_tests(), pairs=pairs, people=people)
    rows = (("a", "z", 1e-9), ("b", "z", 1e-9), ("c", "z", 1e-9), ("d", "z", 0.5))
    found = control_fdr_online(earlier, bonds(*rows), RULES, DAYS[2], bonds(*rows))
    assert found.facts["pairs tested for the first time"] == 2  # c, which waited, and d
    assert [told(found, who)["first_tested"] for who in "abcd"] == [
        DAYS[0], DAYS[1], DAYS[2], DAYS[2],
    ]  # fmt: skip
    assert [told(found, who)["called_on"] for who in "abcd"] == [None, None, DAYS[2], None]
    assert found.tables["bond_batches"]["pairs"].to_list() == [2]


def test_people_are_compared_since_the_round_that_first_tested_them() -> None:
    def person(name: str) -> ComparedParticipant:
        return ComparedParticipant(participant=name, stratum="x", sample=name, taken=None)

    first = people_table([person("a"), person("z")], no_tests(), DAYS[0], tested=True)
    assert first["first_tested"].to_list() == [DAYS[0]] * 2
    later = replace(no_tests(), people=first)
    again = people_table([person("a"), person("q")], later, DAYS[1], tested=True)
    assert again["first_tested"].to_list() == [DAYS[0], DAYS[1]]
    assert people_table([person("q")], later, DAYS[1], tested=False)["first_tested"][0] is None
    old = bonds(*OLD).with_columns(first_tested=pl.Series([DAYS[0], DAYS[1], None]))
    unkept = replace(no_tests(), pairs=old.select(*KEY, *KEPT))
    told_ = people_table([person(one) for one in "abcz"], unkept, DAYS[2], tested=True)
    assert told_["first_tested"].to_list() == [DAYS[0], DAYS[1], DAYS[2], DAYS[0]]
