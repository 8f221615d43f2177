"""Leaving at once: one append, every gate, and nothing but protection afterwards."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nanoward.base.entries import (
    KINDS,
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    StandingDecided,
    entry_of,
    kind_of,
)
from nanoward.base.entries.control import OrderIntended, OrderRequested
from nanoward.base.plan import Plan
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.consent.permissions import (
    ACTS,
    ALWAYS,
    RecordedStanding,
    permission,
    standing_after,
)
from nanoward.flows.consent.permit_act import permit_act
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import MemoryLedger, SteppedClock
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64,
    version="1.0",
    issued=date(2026, 1, 1),
    needed=("take part",),
    optional=("share data",),
    questions=3,
    pass_mark=3,
    least_reading_s=60,
    valid_days=None,
)


def signing(who: str) -> ConsentSigned:
    return ConsentSigned(
        participant=who,
        document_sha256=DOCUMENT.document_sha256,
        version="1.0",
        signed=NOW.date(),
        uses=("take part", "share data"),
        printed_name=f"name of {who}",
        identified_by="id and password",
        explained_by="clinician",
        witnessed_by="advocate",
        read_s=90,
        answered_right=3,
    )


def cleared(who: str) -> StandingDecided:
    return StandingDecided(
        participant=who, standing="cleared", as_of=NOW.date(), since=None, reasons=()
    )


def opened(*people: str) -> Ports:
    ports = memory_site(Plan(name="ward", title="ward", sha256=""), {}, now=NOW)
    ports.ledger.append([DOCUMENT], actor="council", at=NOW)
    for who in people:
        sign_consent(ports, signing(who), by="console")
        ports.ledger.append([cleared(who)], actor="round", at=NOW)
    return ports


def kinds(ports: Ports, after: int) -> list[str]:
    return [record.kind for record in ports.ledger.records(after=after)]


@pytest.mark.hazard("H-62")
def test_one_append_closes_every_gate_and_refuses_what_was_waiting() -> None:
    ports = opened("p")
    order = {"participant": "p", "setting": "dose", "kind": "set", "unit": "mg", "issued": NOW}
    asked = {"agent": "a", "lease_s": 600, "requested_by": "x", "role": "staff", "scopes": ()}
    ports.ledger.append(
        [
            OrderRequested(order="o1", value=1.0, **order, **asked),
            OrderRequested(order="o2", value=2.0, **order, **asked),
            OrderIntended(order="o2", value=2.0, driver="d", expires=NOW, reasons=(), **order),
        ],
        actor="console",
        at=NOW,
    )
    before = ports.ledger.head().size
    told = withdraw_participant(ports, "p", by="p", channel="spoken")
    assert kinds(ports, before) == [
        "clearance.ConsentWithdrawn",
        "clearance.GatesClosed",
        "clearance.StandingDecided",
        "control.OrderRefused",
        "exit.ReturnOwed",
        "exit.FollowUpOwed",
    ]
    assert told.everything
    assert (told.refused, told.to_flush) == (("o1",), ("o2",))
    assert {"dose", "order", "visit", "message", "data use", "sample"} <= set(told.closed)
    assert {"safety follow-up", "flush", "pay owed"} <= set(told.open)
    assert "pay reduction" in told.closed


@pytest.mark.hazard("H-62")
def taken_over(ledger: Ledger, other: MemoryLedger) -> None:
    """The records of a ledger in another one, whose own `append` is not asked."""
    for one in ledger.records():
        entry = entry_of(one.kind, one.body, KINDS)
        MemoryLedger.append(other, [entry], actor=one.actor, at=one.at)


def test_a_failed_append_leaves_nothing_half_closed() -> None:
    ports = opened("p")
    before = ports.ledger.head()

    class Full(MemoryLedger):
        def append(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
            raise OSError("disk full")

    broken = Full()
    taken_over(ports.ledger, broken)
    object.__setattr__(ports, "ledger", broken)
    with pytest.raises(OSError, match="disk full"):
        withdraw_participant(ports, "p", by="p")
    assert ports.ledger.head() == before


@pytest.mark.hazard("H-62")
def test_what_the_person_is_told_is_what_the_gate_does() -> None:
    """carp 233, mozilla-rally 408: a leave dialog that told something untrue."""
    ports = opened("p")
    left = withdraw_participant(ports, "p", by="p")
    assert set(left.closed) | set(left.open) == set(ACTS)
    for act in ACTS:
        allowed = permit_act(ports, "p", act, by="nurse", use="take part").allowed
        assert allowed == (act in left.open), act
        assert allowed != (act in left.closed), act


def test_every_word_leaves_a_record_that_cannot_be_unsaid() -> None:
    """MyStudies 3007: an audit event that was missing; episphere 935: writes after leaving."""
    ports = opened("p")
    start = ports.ledger.head().size
    permit_act(ports, "p", "message", by="nurse")
    withdraw_participant(ports, "p", by="p")
    permit_act(ports, "p", "message", by="nurse")
    sign_consent(ports, signing("p"), by="console")
    assert kinds(ports, start) == [
        "clearance.ActPermitted",
        "clearance.ConsentWithdrawn",
        "clearance.GatesClosed",
        "clearance.StandingDecided",
        "exit.ReturnOwed",
        "exit.FollowUpOwed",
        "clearance.ActRefused",
        "clearance.ConsentSigned",
        "clearance.StandingDecided",
    ]
    word = list(ports.ledger.records(after=start))[1]
    assert word.body["withdrawn"] == NOW.date().isoformat()  # MyStudies 1651, 1561


def test_somebody_unknown_to_the_record_may_leave_and_leave_again() -> None:
    ports = opened()
    assert withdraw_participant(ports, "stranger", by="stranger").everything
    first = on_record(ports.ledger, "stranger").consent.withdrawn
    assert isinstance(ports.clock, SteppedClock)
    ports.clock.advance(timedelta(days=3))
    withdraw_participant(ports, "stranger", by="stranger")
    assert on_record(ports.ledger, "stranger").consent.withdrawn == first


def test_taking_back_one_use_keeps_the_person_in() -> None:
    ports = opened("p")
    told = withdraw_participant(ports, "p", by="p", uses=["share data"])
    assert not told.everything
    assert permit_act(ports, "p", "dose", by="staff").allowed
    assert not permit_act(ports, "p", "data use", by="staff", use="share data").allowed
    assert withdraw_participant(ports, "p", by="p", uses=["take part"]).everything


def test_joining_again_is_a_new_consent_and_begins_as_screened() -> None:
    ports = opened("p")
    withdraw_participant(ports, "p", by="p")
    sign_consent(ports, signing("p"), by="console")
    known = on_record(ports.ledger, "p")
    assert known.standing == "screened"
    assert len(known.consent.history) == 3
    assert not permit_act(ports, "p", "dose", by="staff").allowed  # the round decides first


def test_one_persons_leaving_concerns_nobody_else() -> None:
    ports = opened("p", "q")
    withdraw_participant(ports, "p", by="p")
    assert permit_act(ports, "q", "dose", by="staff").allowed


class Ward(RuleBasedStateMachine):
    """Two people who sign, doubt, act and leave in any order; the model is one set."""

    people = st.sampled_from(["p", "q"])

    def __init__(self) -> None:
        super().__init__()
        self.site = opened("p", "q")
        self.gone: set[str] = set()
        self.words = dict.fromkeys(("p", "q"), 1)

    @rule(who=people, channel=st.sampled_from(["spoken", "paper"]))
    def leave(self, who: str, channel: str) -> None:
        withdraw_participant(self.site, who, by=who, channel=channel)
        self.gone.add(who)
        self.words[who] += 1

    @rule(who=people)
    def take_back_one_use(self, who: str) -> None:
        withdraw_participant(self.site, who, by=who, uses=["share data"])
        self.words[who] += 1

    @rule(who=people)
    def join(self, who: str) -> None:
        sign_consent(self.site, signing(who), by="console")
        self.gone.discard(who)
        self.words[who] += 1

    @rule(who=people)
    def be_cleared_by_a_round(self, who: str) -> None:
        self.site.ledger.append([cleared(who)], actor="round", at=self.site.clock.now())

    @rule(who=people, act=st.sampled_from(ACTS))
    def act(self, who: str, act: str) -> None:
        allowed = permit_act(self.site, who, act, by="staff", use="take part").allowed
        if act in ALWAYS:
            assert allowed
        elif who in self.gone:
            assert not allowed

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        assert isinstance(self.site.clock, SteppedClock)
        self.site.clock.advance(timedelta(days=days))

    @invariant()
    def history_is_whole(self) -> None:
        for who, words in self.words.items():
            known = on_record(self.site.ledger, who)
            assert len(known.consent.history) == words
            assert (known.consent.withdrawn is not None) == (who in self.gone)


Ward.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestWard = pytest.mark.hazard("H-62")(Ward.TestCase)


@pytest.mark.hazard("H-62")
def test_in_twenty_thousand_random_orders_of_events_nothing_passes_after_leaving() -> None:
    """20,000 sequences of 14 events each, folded entry by entry as the ledger would be."""
    rng = random.Random(7)
    accepted_after = refused_after = 0
    for _ in range(20_000):
        state, standing = Consent(participant="p"), RecordedStanding()
        state = consent_after(state, DOCUMENT)
        day = NOW.date()
        gone = False
        for _ in range(14):
            day += timedelta(days=rng.randrange(3))
            entry = event(rng, day)
            if entry is not None:
                state = consent_after(state, entry)
                gone = isinstance(entry, ConsentWithdrawn) or (
                    gone and not isinstance(entry, ConsentSigned)
                )
                standing = standing_after(standing, entry, "p")
            act = ACTS[rng.randrange(len(ACTS))]
            allowed = permission(
                state, standing, act, day, lasts=timedelta(days=14), use="take part"
            ).allowed
            if act in ALWAYS:
                assert allowed, act
            elif gone:
                accepted_after += allowed
                refused_after += not allowed
        assert all(kind_of(one).startswith("clearance.Consent") for one in state.history)
    assert accepted_after == 0
    assert refused_after > 50_000


def event(rng: random.Random, day: date) -> Entry | None:
    match rng.randrange(5):
        case 0:
            return ConsentWithdrawn(participant="p", withdrawn=day)
        case 1:
            return signing("p")
        case 2:
            return cleared("p")
        case _:
            return None


@pytest.mark.hazard("H-99")
def test_one_notice_is_on_the_ledger_once_however_often_it_is_carried() -> None:
    ports = opened("p")
    for _ in range(3):
        withdraw_participant(ports, "p", by="p", notice="n1")
    words = [one.body for one in ports.ledger.records(kind=kind_of(ConsentWithdrawn))]
    assert [one["notice"] for one in words] == ["n1"]
    withdraw_participant(ports, "p", by="p", notice="n2")  # said again is said again
    assert len(list(ports.ledger.records(kind=kind_of(ConsentWithdrawn)))) == 2
    assert len(list(ports.ledger.records(kind="exit.ReturnOwed"))) == 1


@pytest.mark.hazard("H-101")
def test_both_writings_of_a_name_are_one_person() -> None:
    ports = opened("Jos\u00e9")
    told = withdraw_participant(ports, " Jose\u0301 ", by="x")
    assert told.participant == "Jos\u00e9"
    assert on_record(ports.ledger, "Jos\u00e9").standing == "withdrawn"


def test_whoever_appends_first_is_looked_up_before_gates_are_closed() -> None:
    ports = opened("p")

    class Busy(MemoryLedger):
        moved = 2

        def append(self, entries, **how):  # type: ignore[no-untyped-def]
            if self.moved and how.get("after") is not None:
                self.moved -= 1
                super().append([cleared("q")], actor="round", at=NOW)
            return super().append(entries, **how)

    busy = Busy()
    taken_over(ports.ledger, busy)
    object.__setattr__(ports, "ledger", busy)
    withdraw_participant(ports, "p", by="p")
    assert busy.moved == 0
    assert len(list(busy.records(kind=kind_of(ConsentWithdrawn)))) == 1


def test_whoever_leaves_is_owed_the_way_home_within_a_month_of_leaving() -> None:
    ports = opened("p")
    before = ports.ledger.head().size
    withdraw_participant(ports, "p", by="p", channel="spoken")
    (owed,) = [one.body for one in ports.ledger.records(after=before)
               if one.kind == "exit.ReturnOwed"]  # fmt: skip
    since, due = (date.fromisoformat(owed[name]) for name in ("since", "due"))
    assert since == NOW.date()
    assert timedelta(0) < due - since <= timedelta(31)
