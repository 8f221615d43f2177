from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.plan import Plan
from nanoward.base.tables import SHIFTS, STOPPING, WEEKS
from nanoward.flows.clear_participants import clear_participants
from nanoward.flows.outcome import Materials, Outcome
from nanoward.flows.watch_people import watch_people
from nanoward.ports.site import Site
from nanoward.testing.sites import memory_site

START = date(2026, 1, 5)
DAY = START + timedelta(days=7 * 26)
RULE = {"event": "severe", "risk": 0.1, "alpha": 0.05, "most": 40, "within_days": 28}
CHANGE = {"scales": ["A", "B"], "control_arms": ["Placebo"], "load": "AGENT"}


def site() -> Site:
    return memory_site(plan(), {}, now=datetime(2026, 8, 1, tzinfo=UTC))


def plan(**more: Any) -> Plan:
    clearance = {"psychological_weeks": 0, "consent": "elsewhere", **more}
    return Plan(name="t", title="T", sha256="0" * 64, sections={"clearance": clearance})


def materials() -> Materials:
    """Twelve people: six on placebo; P0 changes by 3 SD in week 15, P0 to P3 have an event."""
    rng = np.random.default_rng(7)
    names = [f"P{at}" for at in range(12)]
    arms = ["Agent"] * 6 + ["Placebo"] * 6
    ex = {"USUBJID": names, "EXSTDTC": [START.isoformat()] * 12}
    dm = {"USUBJID": names, "ARM": arms, "SITEID": ["1", "2"] * 6}
    ae = {"USUBJID": names[:4], "AESEQ": [1.0] * 4, "AEDECOD": ["RASH"] * 4,
          "AESEV": ["SEVERE"] * 4,
          "AESTDTC": [(START + timedelta(days=3)).isoformat()] * 4}  # fmt: skip
    qs: list[dict[str, Any]] = []
    for place, who in enumerate(names):
        for week in range(26):
            up = 3.0 if place == 0 and week >= 15 else 0.0
            qs += [
                {"USUBJID": who, "QSTESTCD": code, "QSSTRESN": 10 + up + float(rng.normal()),
                 "QSDTC": (START + timedelta(days=7 * week)).isoformat()}
                for code in ("A", "B")
            ]  # fmt: skip
    weeks = [(START + timedelta(days=7 * at)).isoformat() for at in range(3)]
    lb = {"USUBJID": ["P0"] * 3, "LBTESTCD": ["AGENT"] * 3, "LBSTRESN": [1.0, 2.0, 3.0],
          "LBDTC": weeks}  # fmt: skip
    tables = {"DM": pl.DataFrame(dm), "EX": pl.DataFrame(ex), "AE": pl.DataFrame(ae),
              "QS": pl.DataFrame(qs), "LB": pl.DataFrame(lb)}  # fmt: skip
    named = {f"sdtm.{name}": table for name, table in tables.items()}
    return Materials(tables=named, sources={role: f"{role}-1" for role in named})


def watched(where: Site | None = None, **more: Any) -> Outcome:
    asked, told, at = plan(**more), materials(), where or site()
    cleared = clear_participants(at, asked, told, DAY)
    return watch_people(at, asked, told, cleared, DAY, 7)


def test_a_plan_that_asks_for_nothing_gets_nothing() -> None:
    assert watched() == Outcome()


def test_a_rule_is_walked_by_arm_and_says_stop() -> None:
    found = watched(stopping={"rash": {**RULE, "by": "arm"}}).tables["stopping"]
    assert found.columns == [one.name for one in STOPPING.columns]
    agent = found.filter(pl.col("scope") == "Agent")
    assert agent["events"].drop_nulls().to_list() == [0, 0, 0, 4, 4, 4]
    assert agent["stops"].all()
    assert "STOP" in agent["told"][0]
    placebo = found.filter(pl.col("scope") == "Placebo")
    assert placebo["events"].drop_nulls().to_list() == [0] * 6
    assert not placebo["stops"].any()


def test_a_rule_can_watch_sites_or_the_whole_programme() -> None:
    rules = {"all": RULE, "each": {**RULE, "by": "site"}}
    found = watched(stopping=rules).tables["stopping"]
    scopes = found.select("rule", "scope").unique().sort("rule", "scope").rows()
    assert scopes == [("all", "programme"), ("each", "1"), ("each", "2")]


def test_who_changed_is_found_and_controls_are_not_judged() -> None:
    found = watched(change=CHANGE).tables
    assert found["shifts"].columns == [one.name for one in SHIFTS.columns]
    assert found["shifts"]["participant"].to_list() == [f"P{at}" for at in range(6)]
    (row,) = found["shifts"].filter("changed").to_dicts()
    assert row["participant"] == "P0"
    assert abs((row["began"] - START).days / 7 - 15) <= 1
    assert row["seen"] >= row["began"]


def test_what_a_chart_needs_stands_in_weeks() -> None:
    found = watched(change=CHANGE).tables["weeks"]
    assert found.columns == [one.name for one in WEEKS.columns]
    counts = dict(found.filter(pl.col("participant") == "P0").group_by("kind").len().rows())
    assert counts["score"] == 52
    assert counts["load"] == 3
    assert 15 <= counts["scan"] <= 26


def test_too_few_people_for_norms_is_an_open_question() -> None:
    told = watched(change={**CHANGE, "control_arms": ["nobody"]})
    assert told.tables["shifts"].is_empty()
    assert [one.question for one in told.undecided] == ["who has changed?"]


def test_a_second_round_recalls() -> None:
    where = site()
    first = watched(where, change=CHANGE, stopping={"rash": RULE})
    again = watched(where, change=CHANGE, stopping={"rash": RULE})
    assert (first.computed, again.computed, again.recalled) == (1, 0, 1)
    for name, table in first.tables.items():
        assert table.equals(again.tables[name])
