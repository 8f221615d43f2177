from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.base.entries import (
    BondDropped,
    BondFound,
    ConsentSigned,
    RecommendationRefused,
    RoundHeld,
    SettingAdjusted,
    StandingDecided,
    kind_of,
)
from nanoward.base.plan import Plan
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.flows.round.record_decisions import record_decisions
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site
from nanoward.testing.way_out import WayOut

START = datetime(2026, 11, 23, tzinfo=UTC)


def a_site() -> Ports:
    return memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=START)


def standing(day: int, what: str = "cleared") -> StandingDecided:
    return StandingDecided(
        participant="P1", standing=what, as_of=date(2026, 11, day), since=None, reasons=("ok",)
    )


BOND = BondFound(
    a="P1", b="P2", stratum="", score=9.5, p_value=0.001, q_value=0.01, n_null=999, contact=""
)


def test_the_same_decision_is_recorded_once() -> None:
    ports = a_site()
    first = record_decisions(ports, [standing(23), BOND], actor="round")
    assert record_decisions(ports, [standing(23), BOND], actor="round") == first
    assert ports.ledger.head().size == 2


def test_a_new_day_or_a_new_word_is_a_new_record() -> None:
    ports = a_site()
    record_decisions(ports, [standing(23)], actor="round")
    record_decisions(ports, [standing(30)], actor="round")
    record_decisions(ports, [standing(30, "held")], actor="round")
    assert ports.ledger.head().size == 3


@pytest.mark.hazard("H-62")
def test_a_round_of_a_past_day_brings_nobody_back_who_has_left_since() -> None:
    ports = a_site()
    record_decisions(ports, [standing(23, "withdrawn")], actor="withdrawal")
    record_decisions(ports, [standing(16, "cleared")], actor="round")
    (record,) = ports.ledger.records()
    assert record.body["standing"] == "withdrawn"


@pytest.mark.hazard("H-66")
def test_a_graver_standing_of_a_past_day_is_never_left_out() -> None:
    ports = a_site()
    record_decisions(ports, [standing(23)], actor="round")
    record_decisions(ports, [standing(16, "recalled")], actor="round")
    assert [one.body["standing"] for one in ports.ledger.records()] == ["cleared", "recalled"]


@pytest.mark.hazard("H-66")
def test_a_standing_dated_after_today_blocks_nothing() -> None:
    """A ledger of an earlier version may hold one: a round for ten days ahead."""
    ports = a_site()
    ahead = replace(standing(23), as_of=date(2026, 12, 3))
    ports.ledger.append([ahead], actor="round", at=START)
    record_decisions(ports, [standing(23, "cleared")], actor="round")
    assert ports.ledger.head().size == 2


def test_bonds_that_nobody_looked_for_are_not_dropped() -> None:
    ports = a_site()
    record_decisions(ports, [BOND], actor="round")
    record_decisions(ports, [standing(23)], actor="round", bonds_looked_for=False)
    assert ports.ledger.head().size == 2


def test_a_bond_that_is_not_found_again_is_dropped_once_and_may_return() -> None:
    ports = a_site()
    record_decisions(ports, [BOND], actor="round")
    record_decisions(ports, [], actor="round")
    record_decisions(ports, [], actor="round")
    record_decisions(ports, [BOND], actor="round")
    kinds = [record.kind for record in ports.ledger.records()]
    assert kinds == [kind_of(BondFound), kind_of(BondDropped), kind_of(BondFound)]


def test_a_report_refers_to_the_last_decision_however_often_it_is_made() -> None:
    ports = a_site()
    head = record_decisions(ports, [standing(23)], actor="round")
    held = RoundHeld(round="r", as_of=date(2026, 11, 23), report_sha256="", tables=())
    ports.ledger.append([held], actor="round", at=START)
    assert record_decisions(ports, [standing(23)], actor="round") == head


def test_every_move_of_a_setting_is_recorded_once_beside_the_recommendation() -> None:
    ports = a_site()
    refused = RecommendationRefused(participant="P1", setting="dose", reason="too little data")
    moves = [
        SettingAdjusted(
            participant="P1", setting="dose", value=value, unit="mg", at=START.replace(day=day)
        )
        for day, value in ((20, 5.0), (21, 7.5), (21, 5.0))
    ]
    for _ in range(3):
        record_decisions(ports, [refused, *moves], actor="round")
    assert ports.ledger.head().size == 4


@pytest.mark.hazard("H-100")
def test_a_round_brings_nobody_back_who_left_while_it_was_computed(tmp_path: Path) -> None:
    ports = memory_site(Plan(name="w", title="w", sha256=""), {}, now=START)
    way = WayOut(tmp_path)
    object.__setattr__(ports, "spool", way.spool)
    for who in ("P1", "P2", "P3"):
        sign = ConsentSigned(
            participant=who, document_sha256="", version="1", signed=START.date()
        )
        ports.ledger.append([sign], actor="c", at=START)
    decided = [standing_of(who, "cleared") for who in ("P1", "P2", "P3")]
    withdraw_participant(ports, "P1", by="P1")  # reached the ledger meanwhile
    asked = {"notice": "n", "wish": "leave", "participant": "P2"}  # the spool alone
    give_notices(way.spool, [notice_from(asked, ports.clock)], ports.clock)
    record_decisions(ports, decided, actor="round")
    cleared = [
        one.body["participant"]
        for one in ports.ledger.records(kind="clearance.StandingDecided")
        if one.body["standing"] == "cleared"
    ]
    assert cleared == ["P3"]
    sign = ConsentSigned(participant="P1", document_sha256="", version="1", signed=START.date())
    ports.ledger.append([sign, standing_of("P1", "screened")], actor="c", at=START)
    record_decisions(ports, decided, actor="round")  # who signed anew may be cleared again
    assert on_record(ports.ledger, "P1").standing == "cleared"
    way.close()


def standing_of(who: str, word: str) -> StandingDecided:
    return StandingDecided(
        participant=who, standing=word, as_of=START.date(), since=None, reasons=()
    )
