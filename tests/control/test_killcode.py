from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nanoward.base.entries import (
    DrillHeld,
    Entry,
    FlushDecided,
    FlushSampled,
    KillAcknowledged,
    KillApproved,
    KillEnded,
    KillFailed,
    KillIntended,
    KillReleased,
    KillRequested,
    KillReviewed,
    KillSignatureRefused,
    KillUnanswered,
)
from nanoward.control.kill_bytes import order_bytes, signed_bytes
from nanoward.control.kill_roles import roles_needed
from nanoward.control.kill_state import KillState, Moment, Signer
from nanoward.control.killcode import (
    IllegalStepError,
    after,
    begun,
    clock_step_s,
    is_voided,
    may_approve,
    may_break_glass,
    may_clear,
    may_fire,
    may_release,
    may_request,
    may_resend,
)

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAN = "ab" * 32
ANNA = Signer(name="anna", roles=frozenset({"physician"}), key="ka")
BEN = Signer(name="ben", roles=frozenset({"safety_officer"}), key="kb")
CARA = Signer(name="cara", roles=frozenset({"council"}), key="kc")
DAN = Signer(name="dan", roles=frozenset({"physician", "safety_officer"}), key="kd")


def at(seconds: float = 0, *, wall: float = 0) -> Moment:
    """A moment after the start; `wall` is how far the clock of day was set ahead."""
    return Moment(wall=START + timedelta(seconds=seconds + wall), monotonic_s=100 + seconds)


def request(**changes: Any) -> KillRequested:
    return replace(
        KillRequested(
            order="K1",
            agent="A1",
            spec_sha256="cd" * 32,
            owner="ours",
            lot="L1",
            participants=("P1", "P2"),
            mechanism="inducer",
            dose=1.0,
            unit="mg",
            reason="study end",
            requested_by="anna",
            not_before=START,
            expires=START + timedelta(minutes=15),
            plan_sha256=PLAN,
            ledger_size=3,
            ledger_hash="00" * 32,
            expected_escapees=2e-3,
            monotonic_s=100.0,
        ),
        **changes,
    )


LOTS = {f"P{number}": "L1" for number in range(1, 20)}


def approval(by: Signer, as_: str, **changes: Any) -> KillApproved:
    made = KillApproved(order="K1", signer=by.name, role=as_, key=by.key, signature="00")
    return replace(made, **changes)


def state(*entries: Entry, **changes: Any) -> KillState:
    found = begun(request(**changes), START)
    for entry in entries:
        found = after(found, entry, START)
    return found


SIGNED = (approval(ANNA, "physician"), approval(BEN, "safety_officer"))
RELEASED = (
    *SIGNED,
    KillReleased(order="K1", break_glass=False, released_by=("anna", "ben")),
)
INTENDED = KillIntended(order="K1", participant="P1", driver="sim")
UNANSWERED = KillUnanswered(order="K1", participant="P1", reason="silent")
ACKED = KillAcknowledged(order="K1", participant="P1", at=START, monotonic_s=100.0)
FAILED = KillFailed(order="K1", participant="P1", reason="refused")
ENDED = KillEnded(order="K1", how="withdrawn", reason="better")


def decided(outcome: str, **changes: Any) -> FlushDecided:
    made = FlushDecided(
        order="K1",
        participant="P1",
        outcome=outcome,
        response="yes",
        residual=0.0,
        earliest=None,
        latest=None,
        reasons=(),
    )
    return replace(made, **changes)


def release(found: KillState, **changes: Any) -> str:
    asked = {"revoked": frozenset(), "plan_sha256": PLAN, "now": at(9)} | changes
    return " · ".join(may_release(found, **asked))


# ---- asking ----------------------------------------------------------------------------------


def test_a_sound_request_may_be_made() -> None:
    assert may_request(request(), seen=False, lots=LOTS, now=at()) == ()


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expires": START + timedelta(seconds=901)}, "at most 15"),
        ({"expires": START}, "at most 15"),
        ({"participants": ()}, "people are none"),
        ({"participants": ("P1", "P1")}, "named twice"),
        ({"participants": ("P1", "X")}, "does not carry"),
        ({"lot": "L2"}, "carries another lot"),
        ({"dose": float("nan")}, "dose"),
        ({"dose": 0.0}, "dose"),
        ({"mechanism": ""}, "mechanism"),
        ({"monotonic_s": 99.0}, "another clock"),
        ({"not_before": START + timedelta(seconds=3)}, "from the moment"),
        ({"not_before": START - timedelta(seconds=3)}, "from the moment"),
    ],
)
def test_a_request_that_is_not_bound_is_refused(changes: dict[str, Any], reason: str) -> None:
    answer = may_request(request(**changes), seen=False, lots=LOTS, now=at())
    assert reason in " · ".join(answer)


def test_a_request_is_made_once_and_not_after_it_expired() -> None:
    assert "seen before" in may_request(request(), seen=True, lots=LOTS, now=at())[0]
    late = Moment(wall=START + timedelta(minutes=15), monotonic_s=100.0)
    assert "expired" in " ".join(may_request(request(), seen=False, lots=LOTS, now=late))


def test_the_signed_bytes_change_with_every_part_of_the_order_and_with_who_signs() -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"order": "K2"},
        {"agent": "A2"},
        {"spec_sha256": "0"},
        {"lot": "L2"},
        {"participants": ("P1",)},
        {"mechanism": "light"},
        {"dose": 2.0},
        {"expires": START},
        {"plan_sha256": "0"},
        {"ledger_hash": "1"},
    )
    texts = {
        signed_bytes(request(), signer="anna", role="physician"),
        signed_bytes(request(), signer="ben", role="physician"),
        signed_bytes(request(), signer="anna", role="safety_officer"),
        *(signed_bytes(request(**one), signer="anna", role="physician") for one in changes),
    }
    assert len(texts) == 3 + len(changes)
    assert all(text.startswith(b"killcode-v1\0") for text in texts)
    assert order_bytes(request()).startswith(b'{"agent":"A1"')


# ---- signing ---------------------------------------------------------------------------------


def approve(found: KillState, one: KillApproved, **changes: Any) -> str:
    asked: dict[str, Any] = {"signer": ANNA, "verified": True, "now": at(9)} | changes
    return " · ".join(may_approve(found, one, **asked))


def test_a_good_signature_counts() -> None:
    assert approve(state(), approval(ANNA, "physician")) == ""


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    ("one", "changes", "reason"),
    [
        (approval(ANNA, "physician", order="K2"), {}, "another order"),
        (approval(ANNA, "physician"), {"signer": None}, "no key that counts"),
        (approval(ANNA, "physician"), {"verified": False}, "does not verify"),
        (approval(ANNA, "safety_officer"), {}, "may not sign as"),
        (approval(ANNA, "physician", key="kb"), {}, "another person's"),
        (approval(ANNA, "physician", signer="ben"), {}, "another person's"),
        (approval(ANNA, "physician"), {"now": at(900)}, "expired"),
        (approval(ANNA, "physician"), {"now": at(-1)}, "not valid yet"),
    ],
)
def test_a_signature_that_is_wrong_does_not_count(
    one: KillApproved, changes: dict[str, Any], reason: str
) -> None:
    assert reason in approve(state(), one, **changes)


def test_nobody_signs_twice_even_in_two_roles_or_under_two_names() -> None:
    found = state(approval(DAN, "physician"))
    again = approval(DAN, "safety_officer")
    assert "signed already" in approve(found, again, signer=DAN)
    twin = replace(DAN, name="dora")
    assert "key has signed" in approve(found, approval(twin, "safety_officer"), signer=twin)
    other = replace(DAN, key="k2")
    assert "dan has signed" in approve(found, approval(other, "safety_officer"), signer=other)


@pytest.mark.hazard("H-77")
def test_one_person_with_two_keys_and_two_names_is_one_person() -> None:
    first = approval(ANNA, "physician", person="007")
    second = approval(BEN, "safety_officer", person="007")
    assert "signed already" in approve(state(first), second, signer=BEN)
    assert "fewer than 2 people" in release(state(first, second))
    with pytest.raises(IllegalStepError):
        state(first, second, RELEASED[-1])


def test_nothing_is_signed_after_release_or_end() -> None:
    one = approval(CARA, "council")
    assert "released already" in approve(state(*RELEASED), one, signer=CARA)
    assert "it ended" in approve(state(ENDED), one, signer=CARA)


# ---- releasing -------------------------------------------------------------------------------


def test_two_people_in_two_roles_release() -> None:
    assert release(state(*SIGNED)) == ""
    assert roles_needed(request()) == {"physician", "safety_officer"}


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    "signed",
    [
        (),
        (approval(ANNA, "physician"),),
        (approval(ANNA, "physician"), approval(DAN, "physician")),
        (approval(BEN, "safety_officer"), approval(DAN, "safety_officer")),
        (approval(ANNA, "physician"), approval(CARA, "council")),
        (approval(DAN, "physician"), approval(DAN, "safety_officer")),
        (approval(DAN, "physician"), approval(DAN, "safety_officer", signer="dora")),
        (approval(DAN, "physician"), approval(DAN, "safety_officer", key="k2")),
    ],
)
def test_fewer_than_two_people_in_two_roles_never_release(
    signed: tuple[KillApproved, ...],
) -> None:
    assert release(state(*signed)) != ""


@pytest.mark.parametrize(
    "changes",
    [{"owner": "acme"}, {"participants": tuple(f"P{number}" for number in range(1, 12))}],
)
def test_a_large_cohort_or_a_partners_agent_needs_the_council_too(
    changes: dict[str, Any],
) -> None:
    assert "council" in release(state(*SIGNED, **changes))
    assert release(state(*SIGNED, approval(CARA, "council"), **changes)) == ""


@pytest.mark.hazard("H-78")
def test_a_cohort_is_none_the_smaller_for_being_asked_for_in_parts() -> None:
    assert release(state(*SIGNED), asked_for=10) == ""
    assert "council" in release(state(*SIGNED), asked_for=11)
    assert release(state(*SIGNED, approval(CARA, "council")), asked_for=11) == ""
    with pytest.raises(IllegalStepError):
        state(*SIGNED, replace(RELEASED[-1], people=11))


def test_ten_people_are_no_large_cohort() -> None:
    ten = tuple(f"P{number}" for number in range(1, 11))
    assert release(state(*SIGNED, participants=ten)) == ""


@pytest.mark.hazard("H-23")
def test_a_revoked_signer_voids_what_is_unreleased() -> None:
    assert "revoked" in release(state(*SIGNED), revoked=frozenset({"kb"}))
    assert is_voided(state(*SIGNED), revoked=frozenset({"kb"}))
    assert not is_voided(state(*SIGNED), revoked=frozenset({"kc"}))
    assert is_voided(state(*RELEASED), revoked=frozenset({"kb"}))
    assert is_voided(state(*RELEASED, INTENDED), revoked=frozenset({"kb"}))  # P2 waits
    alone = state(*RELEASED, INTENDED, participants=("P1",))
    assert not is_voided(alone, revoked=frozenset({"kb"}))
    assert not is_voided(state(*SIGNED, ENDED), revoked=frozenset({"kb"}))


def test_other_rules_than_those_it_was_asked_under_release_nothing() -> None:
    assert "rules changed" in release(state(*SIGNED), plan_sha256="0")


def test_what_was_released_or_ended_is_not_released_again() -> None:
    assert "released already" in release(state(*RELEASED))
    assert "withdrawn" in release(state(*SIGNED, ENDED))


@pytest.mark.hazard("H-24")
@pytest.mark.parametrize(
    ("now", "releases"),
    [
        (at(9), True),
        (at(899), True),
        (at(900), False),
        (at(9, wall=2), True),
        (at(9, wall=-2), True),
        (at(9, wall=2.1), False),
        (at(9, wall=-2.1), False),
        (at(9, wall=-10), False),
        (at(901, wall=-600), False),
        (Moment(wall=START + timedelta(seconds=9), monotonic_s=0.0), False),
    ],
)
def test_a_clock_that_was_set_freezes_the_release(now: Moment, releases: bool) -> None:
    assert (release(state(*SIGNED), now=now) == "") == releases


def test_the_step_between_two_clocks_is_measured() -> None:
    assert clock_step_s(request(), at(60)) == 0
    assert clock_step_s(request(), at(60, wall=5)) == 5
    assert clock_step_s(request(), at(60, wall=-5)) == 5


def glass(found: KillState, signer: Signer | None = ANNA, **changes: Any) -> str:
    asked = {"verified": True, "revoked": frozenset(), "plan_sha256": PLAN, "now": at(9)}
    signed = changes.pop("approval", approval(signer or ANNA, "physician"))
    return " · ".join(may_break_glass(found, signed, signer=signer, **asked | changes))


@pytest.mark.hazard("H-75")
def test_one_physician_breaks_the_glass_by_a_signature_made_for_it() -> None:
    alone = state(participants=("P1",))
    assert glass(alone) == ""
    assert "as one that breaks the glass" in glass(alone, verified=False)
    assert "no key that counts" in glass(alone, None)
    assert "another person's" in glass(alone, BEN, approval=approval(ANNA, "physician"))
    assert "more than one" in glass(state())
    assert "only a physician" in glass(alone, BEN)
    assert "only a physician" in glass(alone, approval=approval(ANNA, "council"))
    other = replace(approval(ANNA, "physician"), order="K2")
    assert "another order" in glass(alone, approval=other)
    signed = state(approval(ANNA, "physician"), participants=("P1",))
    assert "revoked" in glass(signed, revoked=frozenset({"ka"}))
    assert "expired" in glass(alone, now=at(900))


def misuse(number: int, key: str = "ka") -> KillSignatureRefused:
    return KillSignatureRefused(
        order="K1", signer="anna", key=key, reason="", signature=f"s{number}"
    )


@pytest.mark.hazard("H-76")
def test_a_key_is_locked_by_what_it_signed_itself_and_never_for_another() -> None:
    five = state(*(misuse(number) for number in range(5)), participants=("P1",))
    assert "misused too often" in approve(five, approval(ANNA, "physician"))
    assert "misused too often" in glass(five)
    assert approve(five, approval(BEN, "safety_officer"), signer=BEN) == ""
    assert (
        approve(state(*(misuse(number) for number in range(4))), approval(ANNA, "physician"))
        == ""
    )
    rubbish = [replace(misuse(0), signature="") for _ in range(99)]
    again = [misuse(0) for _ in range(99)]
    for found in (state(*rubbish), state(*again)):
        assert approve(found, approval(ANNA, "physician")) == ""
    mine = approval(ANNA, "physician")
    replayed = replace(misuse(0), signature=mine.signature)
    assert state(mine, replayed).misused == {}


# ---- firing ----------------------------------------------------------------------------------


def fire(
    found: KillState,
    who: str = "P1",
    now: Moment | None = None,
    revoked: frozenset[str] = frozenset(),
) -> str:
    return " · ".join(may_fire(found, who, revoked=revoked, now=now or at(9)))


@pytest.mark.hazard("H-79")
def test_a_key_revoked_after_the_release_fires_nothing_and_sends_nothing_again() -> None:
    assert "revoked" in fire(state(*RELEASED), revoked=frozenset({"ka"}))
    assert fire(state(*RELEASED), revoked=frozenset({"kc"})) == ""
    owed = state(*RELEASED, INTENDED, UNANSWERED)
    assert "revoked" in resend(owed, revoked=frozenset({"kb"}))
    glass_ = KillReleased(
        order="K1", break_glass=True, released_by=("dan",), key="kd", signature="00"
    )
    broken = state(glass_, participants=("P1",))
    assert "revoked" in fire(broken, revoked=frozenset({"kd"}))
    assert fire(broken, revoked=frozenset({"ka"})) == ""


def test_what_was_released_may_be_fired_at_whom_it_names() -> None:
    assert fire(state(*RELEASED)) == ""
    assert fire(state(*RELEASED), now=at(899.9)) == ""


@pytest.mark.hazard("H-23")
def test_it_is_not_fired_unreleased_or_out_of_scope_or_late_or_twice() -> None:
    assert "not released" in fire(state(*SIGNED))
    assert "does not name P3" in fire(state(*RELEASED), "P3")
    assert "expired" in fire(state(*RELEASED), now=at(900))
    assert "second clock" in fire(state(*RELEASED), now=at(901, wall=-60))
    assert "expired" in fire(state(*RELEASED), now=at(9, wall=900))
    edge = at(899.5, wall=0.5)  # the wall clock is at the end, the other is not
    assert fire(state(*RELEASED), now=edge) == "it has expired"
    restarted = Moment(wall=START + timedelta(seconds=9), monotonic_s=99.0)
    assert "second clock" in fire(state(*RELEASED), now=restarted)
    assert "already" in fire(state(*RELEASED, INTENDED))
    assert "already" in fire(state(*RELEASED, INTENDED, FAILED))
    assert "withdrawn" in fire(state(*RELEASED, ENDED))
    assert fire(state(*RELEASED, INTENDED), "P2") == ""


def resend(
    found: KillState, now: Moment | None = None, revoked: frozenset[str] = frozenset()
) -> str:
    return " · ".join(may_resend(found, "P1", revoked=revoked, now=now or at(9)))


def test_a_sealed_code_is_not_held_to_the_clock_of_the_machine_that_issued_it() -> None:
    sealed = replace(RELEASED[-1], sealed=True)
    elsewhere = Moment(wall=START + timedelta(seconds=60), monotonic_s=1e6)
    assert resend(state(*SIGNED, sealed, INTENDED), now=elsewhere) == ""
    assert "second clock" in resend(state(*RELEASED, INTENDED), now=elsewhere)
    assert "expired" in resend(state(*SIGNED, sealed, INTENDED), now=at(900))


def test_only_what_is_owed_is_sent_again_and_only_in_time() -> None:
    assert resend(state(*RELEASED, INTENDED)) == ""
    assert resend(state(*RELEASED, INTENDED, UNANSWERED)) == ""
    assert resend(state(*RELEASED, INTENDED, ENDED)) == ""
    assert "nothing is owed" in resend(state(*RELEASED))
    assert "nothing is owed" in resend(state(*RELEASED, INTENDED, ACKED))
    assert "expired" in resend(state(*RELEASED, INTENDED), at(900))


@pytest.mark.hazard("H-26")
def test_nobody_is_cleared_before_it_was_fired_and_the_window_passed() -> None:
    window = timedelta(hours=48)
    fired = state(*RELEASED, INTENDED, ACKED)

    def clear(found: KillState, *, wall: float = 0, lab: float = 0, boot: float = 0) -> str:
        now = Moment(wall=START + window + timedelta(seconds=wall), monotonic_s=100 + boot)
        sampled = START + window + timedelta(seconds=lab)
        return " · ".join(may_clear(found, "P1", window=window, sampled=sampled, now=now))

    full = window.total_seconds()
    assert clear(fired, boot=full) == ""
    assert "slowest survivor" in clear(fired, wall=-1, boot=full)
    assert "no sample" in clear(fired, lab=-1, boot=full)
    assert "second clock" in clear(fired, boot=full - 1)
    assert "second clock" in clear(fired, boot=0)
    assert clear(fired, boot=-1) == ""  # the machine was started anew
    for found in (state(*RELEASED), state(*RELEASED, INTENDED, UNANSWERED)):
        assert "not known" in clear(found, boot=full)


# ---- folding ---------------------------------------------------------------------------------


def test_each_step_is_seen_in_the_state() -> None:
    found = state(*RELEASED, INTENDED)
    assert found.people == {"P1": "intended", "P2": "waiting"}
    assert found.released_at == START
    later = START + timedelta(seconds=5)
    found = after(found, UNANSWERED, later)
    assert found.people["P1"] == "unanswered"
    assert found.since["P1"] == START  # still counts from the intent
    found = after(found, ACKED, later)
    assert (found.people["P1"], found.since["P1"]) == ("acknowledged", later)
    assert after(found, KillReviewed(order="K1", reviewed_by="cara", note=""), later).reviewed
    assert after(found, ENDED, later).ended == ENDED


def sample(**changes: Any) -> FlushSampled:
    made = FlushSampled(
        order="K1",
        participant="P1",
        sample="S1",
        assay="culture",
        matrix="stool",
        taken=START,
        valid=True,
        detected=False,
        count=None,
        locus="intact",
    )
    return replace(made, **changes)


def test_only_valid_samples_after_firing_count_as_sampled() -> None:
    fired = state(*RELEASED, INTENDED, ACKED)
    assert after(fired, sample(), START).sampled == {"P1"}
    assert after(fired, sample(valid=False), START).sampled == frozenset()
    assert after(state(*RELEASED), sample(), START).sampled == frozenset()


def test_cleared_may_become_escaped_but_escaped_never_cleared() -> None:
    fired = state(*RELEASED, INTENDED, ACKED)
    assert after(fired, decided("verifying"), START).people["P1"] == "acknowledged"
    cleared = after(fired, decided("cleared"), START)
    assert cleared.people["P1"] == "cleared"
    assert after(cleared, decided("cleared"), START) == cleared
    escaped = after(cleared, decided("escaped"), START)
    assert escaped.people["P1"] == "escaped"
    with pytest.raises(IllegalStepError):
        after(escaped, decided("cleared"), START)


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    ("before", "entry"),
    [
        (SIGNED[:1], RELEASED[-1]),
        ((SIGNED[0], approval(DAN, "physician")), RELEASED[-1]),
        (RELEASED, RELEASED[-1]),
        ((*SIGNED, ENDED), RELEASED[-1]),
        (SIGNED[1:], KillReleased(order="K1", break_glass=True, released_by=("ben",))),
        (SIGNED[:1], KillReleased(order="K1", break_glass=True, released_by=("anna",))),
        (RELEASED, approval(CARA, "council")),
        ((ENDED,), SIGNED[0]),
        (SIGNED, INTENDED),
        (SIGNED, ACKED),
        (RELEASED, ACKED),
        (RELEASED, UNANSWERED),
        (RELEASED, FAILED),
        (RELEASED, replace(INTENDED, participant="P9")),
        ((*RELEASED, INTENDED), INTENDED),
        ((*RELEASED, INTENDED, ACKED), INTENDED),
        ((*RELEASED, INTENDED, FAILED), ACKED),
        ((*RELEASED, ENDED), INTENDED),
        ((ENDED,), ENDED),
        (SIGNED, KillReviewed(order="K1", reviewed_by="cara", note="")),
        (RELEASED, decided("cleared")),
        (RELEASED, decided("escaped")),
        ((), DrillHeld(drill="D", mechanism="m", tries=1, failures=0)),
    ],
)
def test_a_step_that_the_protocol_does_not_allow_breaks_the_record(
    before: tuple[Entry, ...], entry: Entry
) -> None:
    found = state(*before)
    with pytest.raises(IllegalStepError):
        after(found, entry, START)


def test_what_was_fired_is_still_answered_after_it_ended() -> None:
    found = state(*RELEASED, INTENDED, ENDED, ACKED)
    assert found.people == {"P1": "acknowledged", "P2": "waiting"}


def test_break_glass_is_folded_for_one_participant() -> None:
    alone = KillReleased(order="K1", break_glass=True, released_by=("anna",))
    assert state(SIGNED[0], alone, participants=("P1",)).released == alone


# ---- everything at once ----------------------------------------------------------------------

PEOPLE = (
    ANNA,
    BEN,
    CARA,
    DAN,
    Signer(name="dora", roles=DAN.roles, key="kd"),  # the same key under another name
    Signer(name="anna berg", roles=BEN.roles, key="k5", person="anna"),  # anna, renamed
)


class KillMachine(RuleBasedStateMachine):
    """Any step at any time, over a device that may act without answering; checked from outside.

    The machine keeps its own books: who signed what, what the device did, and when, on a clock
    of its own that nobody can set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.true_s, self.wall_s, self.boot_s = 0.0, 0.0, 0.0
        self.revoked: frozenset[str] = frozenset()
        self.signed: list[tuple[str, str, str]] = []
        self.glass: tuple[str, str] | None = None
        self.asked_for = 0
        self.effects: list[tuple[str, float]] = []
        self.acked: dict[str, tuple[float, float]] = {}
        self.alone = self.council = False
        self.found: KillState | None = None

    def now(self) -> Moment:
        wall = START + timedelta(seconds=self.true_s + self.wall_s)
        return Moment(wall=wall, monotonic_s=100 + self.true_s - self.boot_s)

    def put(self, entry: Entry) -> None:
        assert self.found is not None
        self.found = after(self.found, entry, self.now().wall)

    @rule(seconds=st.sampled_from([0.1, 1, 5, 30, 400, 899, 900, 4000, 90_000, 400_000]))
    def time_passes(self, seconds: float) -> None:
        self.true_s += seconds

    @rule(seconds=st.sampled_from([-4000, -600, -3, -1, 1, 3, 600, 4000]))
    def clock_is_set(self, seconds: float) -> None:
        self.wall_s += seconds

    @rule()
    def machine_restarts(self) -> None:
        self.boot_s = self.true_s

    @rule(people=st.sampled_from([("P1",), ("P1", "P2")]), owner=st.sampled_from(["ours", "x"]))
    def ask(self, people: tuple[str, ...], owner: str) -> None:
        if self.found is not None:
            return
        moment = self.now()
        asked = request(
            participants=people,
            owner=owner,
            not_before=moment.wall,
            expires=moment.wall + timedelta(minutes=15),
            monotonic_s=moment.monotonic_s,
        )
        assert may_request(asked, seen=False, lots=LOTS, now=moment) == ()
        self.asked_s, self.found, self.council = (
            self.true_s,
            begun(asked, START),
            owner != "ours",
        )

    @rule(
        signer=st.sampled_from(PEOPLE),
        role=st.sampled_from(["physician", "safety_officer", "council"]),
        sound=st.sampled_from([True, True, True, False]),
    )
    def sign(self, signer: Signer, role: str, sound: bool) -> None:
        if self.found is None:
            return
        one = approval(signer, role, person=signer.person or signer.name)
        known = None if signer.key in self.revoked else signer
        against = may_approve(self.found, one, signer=known, verified=sound, now=self.now())
        if not against:
            assert sound
            self.put(one)
            self.signed.append((signer.person or signer.name, signer.key, role))

    @rule(signer=st.sampled_from(PEOPLE), own=st.booleans())
    def offend(self, signer: Signer, own: bool) -> None:
        """A signature that does not count: the holder's own, or rubbish in their name."""
        if self.found is not None:
            signature = f"{signer.key}{self.true_s}" if own else ""
            refused = KillSignatureRefused(
                order="K1", signer=signer.name, key=signer.key, reason="", signature=signature
            )
            before = self.found.misused
            self.put(refused)
            changed = {
                key for key, many in self.found.misused.items() if before.get(key) != many
            }
            assert changed <= ({signer.key} if own else set())

    @rule(people=st.sampled_from([0, 2, 10, 11, 40]))
    def others_are_asked_for(self, people: int) -> None:
        self.asked_for = people

    @rule(key=st.sampled_from(["ka", "kb", "kd", "k5"]))
    def revoke(self, key: str) -> None:
        self.revoked |= {key}

    @rule()
    def release(self) -> None:
        if self.found is None or may_release(
            self.found,
            revoked=self.revoked,
            plan_sha256=PLAN,
            now=self.now(),
            asked_for=self.asked_for,
        ):
            return
        assert not {key for _, key, _ in self.signed} & self.revoked
        self.council = self.council or self.asked_for > 10
        self.put(
            KillReleased(order="K1", break_glass=False, released_by=(), people=self.asked_for)
        )

    @rule(signer=st.sampled_from(PEOPLE), meant=st.booleans())
    def break_the_glass(self, signer: Signer, meant: bool) -> None:
        """`meant`: signed over the bytes of breaking the glass, not of a release by two."""
        if self.found is None:
            return
        one = approval(signer, "physician")
        known = None if signer.key in self.revoked else signer
        if may_break_glass(
            self.found,
            one,
            signer=known,
            verified=meant,
            revoked=self.revoked,
            plan_sha256=PLAN,
            now=self.now(),
        ):
            return
        assert meant
        assert "physician" in signer.roles
        self.alone, self.glass = True, (signer.name, signer.key)
        self.put(
            KillReleased(
                order="K1",
                break_glass=True,
                released_by=(signer.name,),
                key=signer.key,
                signature="00",
            )
        )

    @rule(
        who=st.sampled_from(["P1", "P2", "P3"]),
        device=st.sampled_from(["answers", "acts silently", "silent"]),
    )
    def fire(self, who: str, device: str) -> None:
        if self.found is None or may_fire(
            self.found, who, revoked=self.revoked, now=self.now()
        ):
            return
        self.no_revoked_key_fires()
        self.put(KillIntended(order="K1", participant=who, driver="sim"))
        self.act(who, device)

    @rule(
        who=st.sampled_from(["P1", "P2"]),
        device=st.sampled_from(["answers", "acts silently", "silent"]),
    )
    def resend(self, who: str, device: str) -> None:
        if self.found is None or may_resend(
            self.found, who, revoked=self.revoked, now=self.now()
        ):
            return
        self.no_revoked_key_fires()
        if any(done == who for done, _ in self.effects):  # read back: it was done
            self.acknowledge(who)
        else:
            self.act(who, device)

    def no_revoked_key_fires(self) -> None:
        keys = {key for _, key, _ in self.signed} | ({self.glass[1]} if self.glass else set())
        assert not keys & self.revoked

    def act(self, who: str, device: str) -> None:
        if device != "silent":
            self.effects.append((who, self.true_s))
        if device == "answers":
            self.acknowledge(who)
        else:
            self.put(KillUnanswered(order="K1", participant=who, reason=device))

    def acknowledge(self, who: str) -> None:
        now = self.now()
        self.put(
            KillAcknowledged(
                order="K1", participant=who, at=now.wall, monotonic_s=now.monotonic_s
            )
        )
        self.acked[who] = (self.true_s, self.wall_s)

    @rule(who=st.sampled_from(["P1", "P2"]), hours=st.sampled_from([1, 24]))
    def clear(self, who: str, hours: int) -> None:
        window, lab = timedelta(hours=hours), START + timedelta(seconds=self.true_s)
        if self.found is None or may_clear(
            self.found, who, window=window, sampled=lab, now=self.now()
        ):
            return
        acked_s, clock = self.acked[who]
        if self.boot_s <= acked_s or clock == self.wall_s:  # else no clock of ours can tell
            assert self.true_s - acked_s >= hours * 3600
        self.put(decided("cleared", participant=who))

    @rule()
    def end(self) -> None:
        if self.found is not None and self.found.ended is None:
            self.put(ENDED)

    @invariant()
    def never_without_two_people_in_two_roles(self) -> None:
        if not self.effects:
            return
        needed = {"physician", "safety_officer"} | ({"council"} if self.council else set())
        people = {name for name, _, _ in self.signed}
        keys = {key for _, key, _ in self.signed}
        roles = {role for _, _, role in self.signed}
        if self.alone:
            assert self.glass is not None
            assert self.found is not None
            assert len(self.found.request.participants) == 1
        else:
            assert needed <= roles
            assert min(len(people), len(keys)) >= len(needed)

    @invariant()
    def at_most_once_in_scope_and_in_time(self) -> None:
        fired = [who for who, _ in self.effects]
        assert len(fired) == len(set(fired))
        if self.found is not None:
            assert set(fired) <= set(self.found.request.participants)
            # a restarted machine cannot know how long it was away; the clock of day then tells
            assert all(when - self.asked_s < 900 + 4000 for _, when in self.effects)
            if self.boot_s == 0:
                assert all(when - self.asked_s < 900 for _, when in self.effects)


TestKillMachine = KillMachine.TestCase
TestKillMachine.settings = settings(
    max_examples=150, stateful_step_count=40, derandomize=True, deadline=None
)
