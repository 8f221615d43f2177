"""Two gates, several drivers, clocks that step, keys that are revoked: any step at any time.

Whoever asks `clearance may` and whoever sends an order must hear the same of a person at every
step; and what is open is compared with books that the machine keeps itself.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.adapters.drivers.simulated import SimulatedAgents
from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    FlushDecided,
    FlushSampled,
    SignerRevoked,
    StandingDecided,
)
from nanoward.clearance.consent.permissions import permission
from nanoward.control.orders import order_of
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.desk.order_context import situation_of
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    KillRefusedError,
    approve_kill,
    request_kill,
)
from nanoward.flows.killcode.verify_flush import SampleRefusedError, record_sample
from nanoward.flows.orders.enrol_carrier import EnrolmentRefusedError, enrol_carrier
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import (
    NURSE,
    SIGNERS,
    approval_of,
    asked_of,
    bay_of,
    driver_config,
    fresh_reading,
    signed,
)

PEOPLE = st.sampled_from(["P1", "P2"])
VERSIONS = ("1", "2")
STEPS = (1, 60, 900, 86_400, 8 * 86_400, 15 * 86_400, -1, -3600, -2 * 86_400)


class Gates(RuleBasedStateMachine):
    """The machine's own books: who is open by the rules as a person would read them."""

    def __init__(self) -> None:
        super().__init__()
        bay = bay_of()
        self.old = SimulatedAgents(driver_config(bay.desk.plan, "old"))
        old = JournalledDriver("old", self.old, DriverJournal(None))
        self.desk = replace(bay.desk, drivers={**bay.desk.drivers, "old": old})
        self.bay, self.book, self.clock = bay, bay.book, bay.clock
        self.version = ""
        self.number = 0
        self.revoked: set[str] = set()
        self.told: dict[str, tuple[tuple[object, ...], tuple[str, ...]]] = {}

    def put(self, entry: object, lane: bool = False) -> None:
        ledger = self.desk.lane if lane else self.desk.ledger
        ledger.append([entry], actor="machine", at=self.clock.now())  # type: ignore[list-item]
        self.book.refresh(self.desk)

    def name(self) -> str:
        self.number += 1
        return f"O{self.number}"

    # ---- what happens to people ------------------------------------------------------------

    @rule(seconds=st.sampled_from(STEPS))
    def time_steps(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule(version=st.sampled_from(VERSIONS), valid=st.sampled_from([None, 7]))
    def document(self, version: str, valid: int | None) -> None:
        self.version = version
        self.put(
            ConsentDocumentIssued(
                document_sha256=version,
                version=version,
                issued=self.desk.today(),
                needed=("take part",),
                optional=(),
                questions=0,
                pass_mark=0,
                least_reading_s=0,
                valid_days=valid,
            )
        )

    @rule(who=PEOPLE)
    def sign(self, who: str) -> None:
        self.put(
            ConsentSigned(
                participant=who,
                document_sha256=self.version,
                version=self.version,
                signed=self.desk.today(),
                uses=("take part",),
            )
        )

    @rule(who=PEOPLE, off=st.booleans())
    def demand(self, who: str, off: bool) -> None:
        today = self.desk.today()
        self.put(
            ConsentRenewalDemanded(participant=who, demanded=today, reason="r", agent_off=off)
        )

    @rule(who=PEOPLE, uses=st.sampled_from([(), ("take part",), ("other",)]))
    def withdraw(self, who: str, uses: tuple[str, ...]) -> None:
        self.put(ConsentWithdrawn(participant=who, withdrawn=self.desk.today(), uses=uses))

    @rule(
        who=PEOPLE,
        word=st.sampled_from(["cleared", "cleared", "cleared", "held", "recalled"]),
        days=st.sampled_from([0, 0, 1, -10]),
    )
    def round(self, who: str, word: str, days: int) -> None:
        day = self.desk.today() - timedelta(days=days)
        self.put(
            StandingDecided(participant=who, standing=word, as_of=day, since=None, reasons=())
        )

    @rule(who=PEOPLE)
    def read(self, who: str) -> None:
        fresh_reading(self.desk, who)
        self.book.refresh(self.desk)

    @rule(key=st.sampled_from([NURSE.key, *(one.key for one in SIGNERS.values())]))
    def revoke(self, key: str) -> None:
        if len(self.revoked) < 2:
            self.revoked.add(key)
            self.put(SignerRevoked(signer="", key=key, reason=""), lane=True)

    # ---- what people ask for ---------------------------------------------------------------

    @rule(who=PEOPLE, driver=st.sampled_from(["sim", "old"]), second=st.booleans())
    def enrol(self, who: str, driver: str, second: bool) -> None:
        carrier = replace(self.book.carriers[who], driver=driver, signed=())
        keys = [NURSE, *([SIGNERS["anna"]] if second else [])]
        try:
            enrol_carrier(self.desk, self.book, carrier, keys=keys, actor="nurse")
        except EnrolmentRefusedError:
            return
        assert not {one.key for one in keys} & self.revoked
        assert not self.book.kill_open(who)

    @rule(
        who=PEOPLE,
        value=st.sampled_from([2.0, 5.0, 40.0]),
        by=st.sampled_from(["nurse", "nobody", "petra", "cara"]),
        fault=st.sampled_from(["", "", "", "silent", "lost"]),
    )
    def set(self, who: str, value: float, by: str, fault: str) -> None:
        asked = asked_of(
            order=self.name(),
            participant=who,
            value=value,
            issued=self.clock.now(),
            requested_by=by,
            key="",
            signature="",
        )
        if by != "nobody":
            asked = signed(asked, SIGNERS["cara"] if by == "cara" else None)
        self.misbehave(who, fault)
        kill, may = self.book.kill_open(who), self.may(who)
        outcome = send_order(self.desk, self.book, asked, actor=by).outcome
        if outcome in ("done", "unanswered", "doubted"):
            assert may == ()
            assert by == "nurse"
            assert NURSE.key not in self.revoked
            assert not kill

    @rule(who=PEOPLE)
    def lessen(self, who: str) -> None:
        asked = asked_of(
            order=self.name(), participant=who, kind="less", value=1.0, key="", signature=""
        )
        self.misbehave(who, "")
        assert send_order(self.desk, self.book, asked, actor="anybody").outcome != "refused"

    @rule(who=PEOPLE, fault=st.sampled_from(["", "", "silent", "lost", "lying"]))
    def stop(self, who: str, fault: str) -> None:
        self.misbehave(who, fault)
        asked = asked_of(
            order=self.name(), participant=who, kind="stop", value=None, key="", signature=""
        )
        told = send_order(self.desk, self.book, asked, actor="anybody")
        assert told.outcome != "refused"
        if told.outcome == "done":
            for agents in (self.bay.agents, self.old):
                assert agents.read(who, "rate", self.clock.now()) == 0.0

    @rule()
    def resume(self) -> None:
        resume_orders(self.desk, self.book, actor="lane")
        resume_kills(self.desk, self.book, actor="lane")

    @rule(who=PEOPLE, fault=st.sampled_from(["", "silent", "lost"]))
    def kill(self, who: str, fault: str) -> None:
        asked = KillOrderRequest(
            participants=(who,), mechanism="inducer", reason="", requested_by="anna"
        )
        try:
            request = request_kill(self.desk, self.book, asked, actor="anna")
            for name in ("anna", "ben"):
                approve_kill(self.desk, self.book, approval_of(request, name), actor=name)
            self.misbehave(who, fault)
            fire_kill(self.desk, self.book, request.order, actor="anna")
        except KillRefusedError:
            return
        assert not {SIGNERS[name].key for name in ("anna", "ben")} & self.revoked

    @rule(outcome=st.sampled_from(["cleared", "escaped"]))
    def decide(self, outcome: str) -> None:
        for order, state in list(self.book.kills.items()):
            for who, word in state.people.items():
                if word == "acknowledged":
                    decided = FlushDecided(
                        order=order,
                        participant=who,
                        outcome=outcome,
                        response="yes",
                        residual=0.0,
                        earliest=None,
                        latest=None,
                        reasons=(),
                    )
                    self.put(decided, lane=True)
                    return

    @rule(
        name=st.sampled_from(["S1", "s-1", "S 1", "S2", "-"]),
        assay=st.sampled_from(["culture", "cultures"]),
        found=st.booleans(),
    )
    def sample(self, name: str, assay: str, found: bool) -> None:
        for order, state in self.book.kills.items():
            for who in state.people:
                taken = FlushSampled(
                    order=order,
                    participant=who,
                    sample=name,
                    assay=assay,
                    matrix="stool",
                    taken=self.clock.now(),
                    valid=True,
                    detected=found,
                    count=None,
                    locus="intact",
                )
                known = {
                    "".join(c for c in one.sample.lower() if c.isalnum())
                    for one in self.book.samples.get((order, who), ())
                }
                try:
                    record_sample(self.desk, self.book, taken, actor="lab")
                except SampleRefusedError:
                    return
                assert assay == "culture"
                if not found:
                    assert "".join(c for c in name.lower() if c.isalnum()) not in known
                return

    def misbehave(self, who: str, fault: str) -> None:
        for agents in (self.bay.agents, self.old):
            agents.misbehave(who, [fault] if fault else [])

    def may(self, who: str) -> tuple[str, ...]:
        """What `clearance may WHO order` answers, from the ledger alone."""
        key = (who, self.desk.ledger.head().size, self.desk.today())  # all that is read
        if self.told.get(who, ((), ()))[0] != key:
            self.told[who] = (key, self.asked_anew(who))
        return self.told[who][1]

    def asked_anew(self, who: str) -> tuple[str, ...]:
        known = on_record(self.desk.ledger, who)
        return permission(
            known.consent,
            known.stood,
            "order",
            self.desk.today(),
            lasts=self.desk.standing_lasts,
        ).reasons

    @invariant()
    def both_gates_say_the_same_of_everybody(self) -> None:
        for who in ("P1", "P2"):
            plain = asked_of(
                participant=who, key="", signature=""
            )  # nothing closed asks for it
            order, _ = order_of(plain, received=self.clock.now())
            assert order is not None
            assert situation_of(self.desk, self.book, order).closed == self.may(who)

    @invariant()
    def nothing_fires_twice(self) -> None:
        for agents in (self.bay.agents, self.old):
            kills = [name for name, _, kind, _, _ in agents.effects() if kind == "kill"]
            assert len(kills) == len(set(kills))

    def teardown(self) -> None:
        again = OrderState().refresh(self.desk)
        assert again.status == self.book.status
        assert {who: again.people.drivers_to_stop(who) for who in ("P1", "P2")} == {
            who: self.book.people.drivers_to_stop(who) for who in ("P1", "P2")
        }


Gates.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, derandomize=True, deadline=None
)
TestGates = pytest.mark.hazard("H-66")(Gates.TestCase)
