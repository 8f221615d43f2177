"""The watch of a round: only what the plan asks for, the same however often it is held."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
)
from nanoward.base.plan import Plan
from nanoward.base.tables import CHANGES, COURSES, DUE, SITES, STAIRS, STOPPING
from nanoward.clearance.policy.policy import BadClearanceRuleError
from nanoward.flows.clearance.clear_participants import clear_participants
from nanoward.flows.clearance.watch_people import held_consents, people_gone, watch_people
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.round.record_decisions import record_decisions
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.statistics.change_point import NullScores, simulated_null_scores
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

DAY = date(2026, 6, 1)
START = date(2026, 1, 5)
SCALES = ("PHQ9TOT", "GAD7TOT", "VOLTOT", "SLEEP")
STOP = {"name": "severe", "event": "severe", "risk": 0.1, "people": 30}
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=date(2026, 1, 1),
    needed=("take part",),
    optional=(),
    questions=0,
    pass_mark=0,
    least_reading_s=0,
    valid_days=None,
)
OPEN = "CLR-072"  # doses of these people have no end


def signed(who: str, day: date = START, **more: Any) -> ConsentSigned:
    return ConsentSigned(
        participant=who, document_sha256="a" * 64, version="1.0", signed=day, **more
    )


def tables() -> dict[str, pl.DataFrame]:
    """Twelve control people and one who changes at week ten; one severe event."""
    rng = np.random.default_rng(2)
    scores = simulated_null_scores(NullScores(scales=4), 13, 20, rng)
    scores[12, 10:, :] += 4.0
    names = [f"c{n:02d}" for n in range(12)] + ["p"]
    qs = pl.DataFrame(
        [
            {
                "USUBJID": who,
                "QSTESTCD": scale,
                "QSSTRESN": float(scores[n, week, place]),
                "QSDTC": (START + timedelta(weeks=week)).isoformat(),
            }
            for n, who in enumerate(names)
            for week in range(20)
            for place, scale in enumerate(SCALES)
        ]
    )
    dm = pl.DataFrame(
        {"USUBJID": names, "ARM": ["Placebo"] * 12 + ["low"], "SITEID": ["1", "2"] * 6 + ["1"]}
    )
    ex = pl.DataFrame({"USUBJID": names, "EXSTDTC": [START.isoformat()] * 13})
    ae = pl.DataFrame(
        {"USUBJID": ["p"], "AETERM": ["rash"], "AESEV": ["SEVERE"], "AESTDTC": ["2026-01-10"]}
    )
    return {"sdtm.DM": dm, "sdtm.EX": ex, "sdtm.AE": ae, "sdtm.QS": qs}


def held(
    ports: Ports, given: dict[str, pl.DataFrame], day: date = DAY, **rules: Any
) -> Outcome:
    plan = Plan(
        name="w",
        title="w",
        sha256="",
        sections={"clearance": {"consent": "elsewhere", "medical_weeks": 0} | rules},
    )
    materials = Materials(tables=given, sources={role: f"{role}-1" for role in given})
    cleared = clear_participants(ports, plan, materials, day)
    return watch_people(ports, plan, materials, cleared, day, 7)


def ward() -> Ports:
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    return memory_site(Plan(name="w", title="w", sha256=""), {}, now=now)


RULES = {"scales": list(SCALES), "control_arms": ["Placebo"], "stopping": [STOP]}


def test_every_table_has_its_shape_and_what_is_not_asked_for_is_not_there() -> None:
    found = held(ward(), tables(), weekly=["psychological"], **RULES)
    for shape in (STOPPING, STAIRS, CHANGES, COURSES, SITES, DUE):
        assert found.tables[shape.name].columns == [one.name for one in shape.columns]
    assert set(held(ward(), tables()).tables) == {"sites"}
    assert held(ward(), {}).tables == {}


def test_a_change_is_a_finding_and_asks_for_a_consent_with_the_agent_off() -> None:
    ports = ward()
    ports.ledger.append([DOCUMENT, signed("p")], actor="x", at=ports.clock.now())
    found = held(ports, tables(), **RULES)
    (entry,) = found.entries
    assert isinstance(entry, ConsentRenewalDemanded)
    assert (entry.participant, entry.agent_off) == ("p", True)
    assert {one.code for one in found.findings} - {OPEN} == {"CLR-061", "CLR-064"}
    assert found.tables["consents"].select("participant", "status").rows() == [("p", "renewal")]
    record_decisions(ports, found.entries, actor="round")
    again = held(ports, tables(), **RULES)
    assert (again.computed, again.recalled) == (0, 1)
    for name, table in found.tables.items():
        assert table.equals(again.tables[name])
    before = ports.ledger.head()
    record_decisions(ports, again.entries, actor="round")
    assert ports.ledger.head() == before  # said once
    ports.ledger.append([signed("p", DAY, agent_off=True)], actor="x", at=ports.clock.now())
    third = held(ports, tables(), **RULES)
    assert third.tables["consents"]["status"].to_list() == ["active"]
    record_decisions(ports, third.entries, actor="round")
    assert on_record(ports.ledger, "p").consent.status(DAY) == "active"


@pytest.mark.hazard("H-65")
def test_a_rule_that_says_stop_is_an_error_of_the_round() -> None:
    given = tables()
    names = given["sdtm.DM"]["USUBJID"][:6]
    given["sdtm.AE"] = pl.DataFrame({"USUBJID": names}).with_columns(
        AETERM=pl.lit("rash"), AESEV=pl.lit("SEVERE"), AESTDTC=pl.lit("2026-01-10")
    )
    found = held(ward(), given, stopping=[STOP])
    assert found.facts["stopping rules that say stop"] == 1
    assert [one.severity for one in found.findings if one.code == "CLR-060"] == ["error"]
    with pytest.raises(BadClearanceRuleError):
        held(ward(), given, stopping=[STOP | {"event": "odd"}])


def test_consents_are_those_of_the_day_with_what_they_allow() -> None:
    ports = ward()
    left = ConsentWithdrawn(participant="q", withdrawn=date(2026, 3, 1))
    entries = [DOCUMENT, signed("p", uses=("take part",)), signed("q"), left]
    ports.ledger.append(entries, actor="x", at=ports.clock.now())
    now = held_consents(ports.ledger, DAY).select("participant", "status", "uses").rows()
    assert now == [("p", "active", ["take part"]), ("q", "withdrawn", [])]
    then = held_consents(ports.ledger, date(2026, 2, 1))
    assert then.select("participant", "status").rows() == [("p", "active"), ("q", "active")]
    assert held_consents(ports.ledger, date(2025, 12, 1)).is_empty()


def test_turned_goals_and_flagged_sites_are_told() -> None:
    given = tables()
    goals = pl.DataFrame(
        {
            "USUBJID": ["p", "p"],
            "QSTESTCD": ["GOAL1", "GOAL1"],
            "QSSTRESN": [4.0, 0.0],
            "QSDTC": ["2026-01-05", "2026-05-01"],
        }
    )
    given["sdtm.QS"] = pl.concat([given["sdtm.QS"], goals])
    found = held(ward(), given, goals="GOAL")
    assert [one.code for one in found.findings if one.code != OPEN] == ["CLR-062"]


def test_signs_of_pressure_around_signatures_are_told() -> None:
    ports, at = ward(), datetime(2026, 1, 5, 9, tzinfo=UTC)
    entries = [
        DOCUMENT,
        signed("p", at=at, explained_by="employer"),
        signed("q", at=at + timedelta(minutes=20)),
        signed("c00", at=at + timedelta(days=1)),
    ]
    ports.ledger.append(entries, actor="x", at=ports.clock.now())
    rules = {
        "powers": {"p": ["employer"]},
        "lodging": {"p": "house 1", "q": "house 1", "c00": "house 2"},
    }
    found = held(ports, tables(), **rules)
    told = sorted(one.message for one in found.findings if one.code == "CLR-040")
    assert told == [
        "sign of pressure on p: all 2 people of house 1 signed within an hour",
        "sign of pressure on p: explained by employer, who holds power over the person",
        "sign of pressure on q: all 2 people of house 1 signed within an hour",
    ]
    assert not [one for one in held(ports, tables()).findings if one.code == "CLR-040"]
    for wrong in ({"powers": {"p": "employer"}}, {"lodging": ["house 1"]}):
        with pytest.raises(BadClearanceRuleError):
            held(ports, tables(), **wrong)


@pytest.mark.hazard("H-251")
def test_nothing_is_asked_of_the_dead_the_completed_and_those_who_withdrew() -> None:
    words = ["cleared", "held", "died", "completed", "withdrawn"]
    standing = pl.DataFrame({"participant": list("abcde"), "standing": words})
    assert people_gone(standing) == {"c", "d", "e"}
    assert people_gone(None) == frozenset()
