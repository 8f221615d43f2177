from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nanoward.audit.receipts import Head
from nanoward.base.entries import Entry, OrderIntended, OwnLimitSet, SignerRevoked
from nanoward.base.entries.council import CouncilPaused, CouncilPauseEnded
from nanoward.flows.desk.execute_order import OrderOutcome
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.flows.orders.send_order import TRIES, send_order
from nanoward.ports.ledger import Record
from nanoward.testing.desks import (
    NOW,
    NURSE,
    PETRA,
    Bay,
    asked_of,
    bay_of,
    key_of,
    signed,
)
from nanoward.testing.fakes import MemoryLedger
from nanoward.testing.way_out import WayOut


def send(bay: Bay, **changes: Any) -> OrderOutcome:
    changes.setdefault("issued", bay.clock.now())
    return send_order(bay.desk, bay.book, asked_of(**changes), actor="nurse")


def test_an_order_is_intended_before_it_is_sent_and_read_back_after() -> None:
    bay = bay_of()
    before = len(bay.kinds())
    assert send(bay) == OrderOutcome(order="O1", outcome="done", value=4.0, reasons=())
    told = [one.kind.split(".")[1] for one in bay.desk.ledger.records()]
    assert told[-4:] == [
        "OrderRequested",
        "OrderIntended",
        "OrderAcknowledged",
        "OrderReadBack",
    ]
    assert len(bay.kinds()) == before + 4
    assert bay.agents.effects() == [("O1", "P1", "set", "rate", 4.0)]


@pytest.mark.hazard("H-20")
@pytest.mark.parametrize(
    "changes",
    [
        {"value": float("nan")},
        {"value": 1e9},
        {"unit": "mg/h"},
        {"participant": "P9"},
        {"agent": "A2"},
        {"setting": "dwell"},
        {"requested_by": "petra"},
        {"key": "unknown", "signature": ""},
        {"issued": NOW - timedelta(minutes=6)},
    ],
)
def test_what_the_gate_refuses_reaches_no_driver_and_stands_on_the_ledger(
    changes: dict[str, Any],
) -> None:
    bay = bay_of()
    answer = send(bay, **changes)
    assert (answer.outcome, answer.value) == ("refused", None)
    assert answer.reasons
    assert bay.agents.effects() == []
    assert bay.kinds()[-3:] != ["OrderIntended"]
    assert "OrderRefused" in bay.kinds()


def test_an_identifier_is_used_once() -> None:
    bay = bay_of()
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    answer = send(bay, value=5.0)
    assert "seen before" in answer.reasons[0]
    assert len(bay.agents.effects()) == 1
    assert bay.book.status["O1"] == "done"  # what it did stays as it was


def test_an_unknown_outcome_makes_the_next_order_wait_and_the_newest_stays() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["lost"])
    assert send(bay).outcome == "unanswered"
    for name in ("O2", "O3"):
        bay.clock.advance(timedelta(seconds=1))
        assert send(bay, order=name).outcome == "queued"
    late = send(bay, order="O4", issued=NOW)
    assert late.outcome == "refused"
    assert [one.order for one in bay.book.queue("P1").waiting] == ["O3"]
    assert bay.book.status["O2"] == "over"
    assert len(bay.agents.effects()) == 1
    assert send(bay, order="Q1", participant="P2").outcome == "done"


@pytest.mark.hazard("H-21")
def test_less_and_stop_go_out_while_an_outcome_is_unknown() -> None:
    bay = bay_of()
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    bay.agents.misbehave("P1", ["silent"])
    assert send(bay, order="O2", value=6.0).outcome == "unanswered"
    bay.clock.advance(timedelta(seconds=1))
    less = send(bay, order="O3", kind="less", value=5.0, role="participant")
    assert (less.outcome, less.value) == ("done", 4.0)  # 6 may never have run
    assert bay.book.open_order("P1") == "O2"
    stop = send(bay, order="S", kind="stop", value=None)
    assert stop.outcome == "done"
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0


def test_a_partners_agent_needs_a_key_of_that_scope() -> None:
    bay = bay_of(owner="acme")
    claims = send(bay, scopes=("acme",))
    assert claims.reasons == ("the key may not set agents of acme",)
    assert send(bay, order="O2", requested_by="petra").outcome == "done"


def test_a_book_folded_anew_says_the_same() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["", "lost"])
    for number in range(4):
        send(bay, order=f"O{number}", value=float(number))
        bay.clock.advance(timedelta(seconds=1))
    again = OrderState().refresh(bay.desk)
    assert again.status == bay.book.status
    assert again.leases == bay.book.leases
    assert again.queues == bay.book.queues
    assert [one.order for one in again.owed()] == ["O1"]


@pytest.mark.hazard("H-21")
def test_less_is_never_a_duplicate_and_of_an_unknown_setting_it_stops() -> None:
    bay = bay_of()
    send(bay)
    less = send(bay, kind="less", value=2.0)  # under the identifier of the order it lessens
    assert (less.order, less.outcome, less.value) == ("O1+", "done", 2.0)
    assert set(bay.book.leases[("P1", "rate")]) == {"O1", "O1+"}
    stop = send(bay, kind="less", value=2.0, setting=None)
    assert (stop.outcome, stop.value) == ("done", 0.0)
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0


@pytest.mark.hazard("H-73")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 5.0}, "no key that the programme knows"),
        ({"lease_s": 1200}, "no key that the programme knows"),
        ({"order": "O2"}, "no key that the programme knows"),
        ({"requested_by": "anna"}, "no key that the programme knows"),
        ({"requested_by": "P1", "role": "participant"}, "no key that the programme knows"),
        ({"signature": ""}, "no key that the programme knows"),
        ({"key": "", "signature": ""}, "no key that the programme knows"),
        ({"key": PETRA.key}, "no key that the programme knows"),
    ],
)
def test_a_set_is_what_a_known_key_signed_to_the_last_value(
    changes: dict[str, Any], reason: str
) -> None:
    bay = bay_of()
    told = send_order(bay.desk, bay.book, asked_of() | changes, actor="eve")
    assert reason in told.reasons[0]
    assert bay.agents.effects() == []


@pytest.mark.hazard("H-73")
def test_role_and_scope_are_the_programmes_words_and_not_the_askers() -> None:
    bay = bay_of()
    claims = asked_of(role="participant", scopes=("acme",))
    assert send_order(bay.desk, bay.book, claims, actor="nurse").outcome == "done"
    entry = bay.book.requested["O1"]
    assert (entry.role, entry.scopes, entry.key) == ("staff", ("ours",), NURSE.key)


@pytest.mark.hazard("H-73")
def test_a_participant_sets_their_own_agent_with_the_key_of_their_consent() -> None:
    bay = bay_of()
    mine = asked_of(requested_by="P1", value=3.0)
    assert send_order(bay.desk, bay.book, mine, actor="P1").outcome == "done"
    theirs = signed(asked_of(order="O2", participant="P2", requested_by="P1"), key_of("P1"))
    assert "no key" in send_order(bay.desk, bay.book, theirs, actor="P1").reasons[0]


@pytest.mark.hazard("H-73")
def test_a_revoked_key_sets_nothing() -> None:
    bay = bay_of()
    void = SignerRevoked(signer="nurse", key=NURSE.key, reason="lost")
    bay.desk.lane.append([void], actor="anna", at=NOW)
    assert "no key" in send(bay).reasons[0]


@pytest.mark.hazard("H-21")
@pytest.mark.parametrize("kind", ["less", "stop"])
def test_nobody_is_asked_who_they_are_who_lessens_or_stops(kind: str) -> None:
    bay = bay_of()
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    unsigned = {"order": "S", "kind": kind, "value": 1.0, "requested_by": "somebody"}
    told = send(bay, **unsigned, key="", signature="", role="x", scopes=())
    assert told.outcome == "done"
    assert bay.agents.read("P1", "rate", bay.clock.now()) <= 1.0


@pytest.mark.hazard("H-97")
def test_no_set_passes_for_somebody_who_stands_in_the_spool(tmp_path: Path) -> None:
    bay, way = bay_of(), WayOut(tmp_path)
    bay = replace(bay, desk=replace(bay.desk, spool=way.spool))
    assert send(bay).outcome == "done"
    asked = {"notice": "n", "wish": "leave", "participant": "P1"}
    give_notices(way.spool, [notice_from(asked, way.clock)], way.clock)
    refused = send(bay, order="O2")
    assert refused.outcome == "refused"
    assert "asked to leave" in refused.reasons[0]
    assert send(bay, order="O3", kind="less", value=0.0).outcome == "done"
    assert send(bay, order="O4", participant="P2").outcome == "done"
    way.close()


class MeddledLedger(MemoryLedger):
    """Somebody else writes right before, or right after, an intent is appended."""

    def __init__(self, *, before: Sequence[Entry] = (), after: Sequence[Entry] = ()) -> None:
        super().__init__()
        self.first, self.last = list(before), list(after)

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        intent = any(isinstance(one, OrderIntended) for one in entries)
        if intent and self.first:
            super().append([self.first.pop(0)], actor="ben", at=at)
        head = super().append(entries, actor=actor, at=at, after=after)
        if intent and self.last:
            super().append([self.last.pop(0)], actor="ben", at=at)
        return head


class ReadThenWritten(MemoryLedger):
    """Somebody else writes right after it was read, before the gate begins."""

    late: Entry | None = None

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        told = list(super().records(after=after, kind=kind))
        if self.late is not None:
            entry, self.late = self.late, None
            self.append([entry], actor="ben", at=NOW)
        return iter(told)


@pytest.mark.hazard("H-245")
def test_what_landed_after_the_book_was_read_counts_as_after() -> None:
    ledger = ReadThenWritten()
    bay = bay_of(ledger=ledger)
    ledger.late = paused()
    told = send(bay)
    assert told.outcome == "refused"
    assert bay.agents.effects() == []


def paused(name: str = "z-1") -> CouncilPaused:
    return CouncilPaused(
        pause=name, role="member", reason="r", at=NOW, meets_by=NOW, by="ben", signature="s"
    )


@pytest.mark.hazard("H-245")
def test_a_pause_between_the_gate_and_the_intent_refuses_the_set() -> None:
    bay = bay_of(ledger=MeddledLedger(before=[paused()]))
    told = send(bay)
    assert (told.outcome, told.value) == ("refused", None)
    assert any("the council has paused" in one for one in told.reasons)
    assert bay.agents.effects() == []
    assert "OrderIntended" not in bay.kinds()
    assert bay.kinds().count("OrderRequested") == 1


@pytest.mark.hazard("H-245")
def test_a_pause_between_the_intent_and_the_driver_stops_the_set() -> None:
    bay = bay_of(ledger=MeddledLedger(after=[paused()]))
    told = send(bay)
    assert told.outcome == "failed"
    assert any("the council has paused" in one for one in told.reasons)
    assert bay.agents.effects() == []
    assert bay.book.leases[("P1", "rate")] == {}
    ended = CouncilPauseEnded(pause="z-1", pack="k", at=NOW, by="anna")
    bay.desk.ledger.append([ended], actor="anna", at=NOW)
    bay.clock.advance(timedelta(seconds=1))
    assert send(bay, order="O2").outcome == "done"


@pytest.mark.hazard("H-245")
def test_what_lowers_or_stops_goes_out_whoever_writes_meanwhile() -> None:
    bay = bay_of(ledger=MeddledLedger())
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    assert isinstance(bay.desk.ledger, MeddledLedger)
    bay.desk.ledger.first = [paused()]
    less = send(bay, order="L", kind="less", value=2.0, role="participant")
    assert (less.outcome, less.value) == ("done", 2.0)
    assert "CouncilPaused" in bay.kinds()
    assert send(bay, order="S", kind="stop", value=None).outcome == "done"


def test_what_does_not_concern_the_order_only_asks_the_gate_again() -> None:
    limits = [OwnLimitSet(participant="P2", setting="rate", low=0.0, high=3.0, unit="ug/h")] * 3
    bay = bay_of(ledger=MeddledLedger(before=limits))
    assert send(bay).outcome == "done"
    own = OwnLimitSet(participant="P1", setting="rate", low=0.0, high=3.0, unit="ug/h")
    bay = bay_of(ledger=MeddledLedger(before=[own]))
    assert send(bay).value == 3.0  # as the limit says that landed meanwhile


def test_a_ledger_that_never_rests_refuses_what_sets() -> None:
    limits = [OwnLimitSet(participant="P2", setting="rate", low=0.0, high=3.0, unit="ug/h")] * (
        TRIES + 1
    )
    bay = bay_of(ledger=MeddledLedger(before=limits))
    told = send(bay)
    assert told.outcome == "refused"
    assert "the ledger moved" in told.reasons[0]
    assert bay.agents.effects() == []


def test_another_order_that_was_intended_meanwhile_makes_this_one_wait() -> None:
    other = OrderIntended(
        order="X", participant="P1", driver="sim", setting="rate", kind="set", value=1.0,
        unit="ug/h", issued=NOW - timedelta(seconds=1), expires=NOW + timedelta(minutes=5),
        reasons=(),
    )  # fmt: skip
    bay = bay_of(ledger=MeddledLedger(before=[other]))
    assert send(bay).outcome == "queued"
