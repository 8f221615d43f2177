import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.base.entries import ReadingTaken
from nanoward.control.gate import (
    Allowed,
    Lease,
    Range,
    ReadingSpec,
    Refused,
    SettingSpec,
    Situation,
    decide,
    exposure,
    strength,
    weakest_running,
)
from nanoward.control.orders import Order

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SPEC = SettingSpec(
    setting="rate",
    unit="ug/h",
    range=Range(low=0.0, high=50.0),
    default=0.0,
    step=0.5,
    rise_per_h=10.0,
    exposure_per_day=100.0,
    lease_s=1200,
    who=frozenset({"staff", "participant"}),
    reading=ReadingSpec(quantity="pulse", unit="/min", plausible=Range(low=30.0, high=220.0)),
)


def pulse(at: datetime, value: float = 70.0, **changes: Any) -> ReadingTaken:
    taken = ReadingTaken(participant="P1", quantity="pulse", value=value, unit="/min", at=at)
    return replace(taken, **changes)


def ago(*, s: float = 0, h: float = 0) -> datetime:
    return NOW - timedelta(seconds=s, hours=h)


def held(value: float, *, hours: float = 2.0, still_s: float = 60) -> Lease:
    return Lease(value=value, start=ago(h=hours), end=NOW + timedelta(seconds=still_s))


def situation(**changes: Any) -> Situation:
    return replace(
        Situation(
            participant="P1",
            agent="A1",
            owner="ours",
            person_class="adult",
            closed=(),
            signed=True,
            spec=SPEC,
            own=None,
            certified=Range(low=0.0, high=20.0),
            driver=Range(low=0.0, high=40.0),
            reading=pulse(ago(s=60)),
            leases=(),
            latest=None,
            known=False,
            kill_open=False,
        ),
        **changes,
    )


def order(value: float | None = 4.0, **changes: Any) -> Order:
    return replace(
        Order(
            order="O1",
            participant="P1",
            agent="A1",
            setting="rate",
            kind="set",
            value=value,
            unit="ug/h",
            lease_s=600,
            issued=NOW,
            requested_by="nurse",
            role="staff",
            scopes=("ours",),
        ),
        **changes,
    )


def value_of(state: Situation, asked: Order) -> float:
    answer = decide(state, asked, NOW)
    assert isinstance(answer, Allowed), answer.reasons
    return answer.value


def why_not(state: Situation, asked: Order) -> str:
    answer = decide(state, asked, NOW)
    assert isinstance(answer, Refused)
    assert answer.reasons
    return " · ".join(answer.reasons)


def test_an_order_within_every_limit_goes_out_as_asked() -> None:
    answer = decide(situation(), order(4.0), NOW)
    expires = NOW + timedelta(seconds=600)
    assert answer == Allowed(order="O1", value=4.0, expires=expires, reasons=())


@pytest.mark.hazard("H-20")
@pytest.mark.parametrize("value", [50.5, 51.0, 1e9, -0.5, -1e9])
def test_a_value_outside_the_spec_is_refused_and_never_cut_to_fit(value: float) -> None:
    assert "outside the spec" in why_not(situation(), order(value))


@pytest.mark.hazard("H-20")
def test_a_value_in_another_unit_is_refused() -> None:
    assert "not mg/h" in why_not(situation(), order(4.0, unit="mg/h"))
    assert "ug/h" in why_not(situation(), order(4.0, setting="dwell"))


def test_an_order_without_a_value_is_refused() -> None:
    assert "outside the spec" in why_not(situation(), order(None))


@pytest.mark.hazard("H-22")
@pytest.mark.parametrize(
    ("state", "asked", "reason"),
    [
        ({}, {"participant": "P2"}, "another participant"),
        ({"spec": None}, {}, "no such setting"),
        ({}, {"agent": "A2"}, "another agent"),
        ({"owner": "acme"}, {}, "may not set agents of acme"),
        ({}, {"scopes": ()}, "may not set agents of ours"),
        ({}, {"role": "visitor"}, "visitor may not set"),
        ({}, {"role": "participant", "requested_by": "P2"}, "nobody else"),
        ({"closed": ("no consent is on record",)}, {}, "no consent is on record"),
        ({"closed": ("standing held: order needs cleared",)}, {}, "standing held"),
        ({"signed": False}, {}, "no key that the programme knows"),
        ({"person_class": "child"}, {}, "no limits for class child"),
        ({"kill_open": True}, {}, "kill code was released"),
        ({"driver": None}, {}, "cannot be reached"),
        ({"known": True}, {}, "seen before"),
        ({"reading": None}, {}, "no fresh reading of pulse"),
        ({"reading": pulse(ago(s=60), 900.0)}, {}, "900 /min, is not plausible"),
        ({"reading": pulse(ago(s=60), 29.9)}, {}, "is not plausible"),
        ({"reading": pulse(ago(s=60), float("nan"))}, {}, "is not plausible"),
        ({"reading": pulse(ago(s=60), unit="Hz")}, {}, "is read in /min, not Hz"),
        ({"reading": pulse(ago(s=60), quantity="mood")}, {}, "is read in /min"),
        ({"spec": replace(SPEC, reading=None)}, {}, "names no quantity"),
        ({"latest": NOW}, {}, "newer order"),
        ({"latest": NOW + timedelta(seconds=1)}, {}, "newer order"),
    ],
)
def test_each_missing_permission_refuses(
    state: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    assert reason in why_not(situation(**state), order(**asked))


def test_a_refusal_gives_every_reason() -> None:
    answer = decide(situation(closed=("one", "two"), signed=False, known=True), order(), NOW)
    assert len(answer.reasons) == 4


@pytest.mark.hazard("H-73")
def test_whoever_did_not_sign_has_no_role_to_be_judged_by() -> None:
    told = why_not(situation(signed=False), order(role="", scopes=()))
    assert told == "no key that the programme knows has signed the order"


@pytest.mark.parametrize(
    ("age_s", "allowed"), [(-31, False), (-30, True), (0, True), (300, True), (301, False)]
)
def test_an_order_is_neither_late_nor_from_the_future(age_s: int, allowed: bool) -> None:
    assert isinstance(decide(situation(), order(issued=ago(s=age_s)), NOW), Allowed) == allowed


@pytest.mark.parametrize(
    ("age_s", "allowed"), [(-301, False), (-300, True), (0, True), (900, True), (901, False)]
)
def test_a_reading_is_neither_old_nor_from_the_future(age_s: int, allowed: bool) -> None:
    state = situation(reading=pulse(ago(s=age_s)))
    assert isinstance(decide(state, order(), NOW), Allowed) == allowed


def test_an_order_newer_than_the_last_is_let_through() -> None:
    assert value_of(situation(latest=ago(s=1)), order()) == 4.0


# ---- limits that cut -------------------------------------------------------------------------


def test_without_a_lease_in_the_last_hour_the_rise_begins_at_the_default() -> None:
    answer = decide(situation(), order(30.0), NOW)
    assert isinstance(answer, Allowed)
    assert answer.value == 10.0
    assert answer.reasons == ("cut to 10 ug/h from the default: rate of change",)


@pytest.mark.parametrize(
    ("leases", "most"),
    [
        ((held(8.0),), 18.0),
        ((held(8.0, hours=1.0),), 18.0),  # exactly the hour
        ((held(8.0, hours=0.99),), 10.0),  # a gap at the start
        ((held(8.0, still_s=0),), 18.0),  # ends now
        ((held(8.0, still_s=-1),), 10.0),  # ended: a gap at the end
        ((Lease(value=8.0, start=ago(h=2), end=ago(s=1800)), held(9.0, hours=0.5)), 18.0),
        ((Lease(value=8.0, start=ago(h=2), end=ago(s=1801)), held(9.0, hours=0.5)), 10.0),
        ((held(8.0), Lease(value=2.0, start=ago(s=600), end=ago(s=300), certain=False)), 12.0),
        ((replace(held(8.0), certain=False),), 10.0),
        ((Lease(value=1.0, start=ago(h=3), end=ago(h=1)), held(9.0, hours=1.0)), 19.0),
        ((held(9.0), Lease(value=1.0, start=NOW, end=NOW + timedelta(hours=1))), 19.0),
    ],
)
def test_strength_rises_by_no_more_than_the_spec_within_any_hour(
    leases: tuple[Lease, ...], most: float
) -> None:
    roomy = replace(SPEC, exposure_per_day=1e6)
    assert value_of(situation(leases=leases, spec=roomy), order(30.0)) == most


def test_the_exposure_of_24_hours_is_counted_and_cuts() -> None:
    # 4 ug/h for 24 h of which 2 h are older: 88; left 12 over a lease of 600 s: 72, so no cut
    lease = Lease(value=4.0, start=ago(h=26), end=ago(h=2))
    state = situation(leases=(lease,))
    assert exposure(state, SPEC, NOW) == pytest.approx(88.0)
    assert value_of(state, order(9.0)) == 9.0
    # with 99.5 gone, 0.5 is left: 3 ug/h for 600 s
    state = situation(leases=(replace(lease, value=99.5 / 22),))
    answer = decide(state, order(9.0), NOW)
    assert isinstance(answer, Allowed)
    assert answer.value in (2.5, 3.0)  # 99.5/22 is not exact
    assert "exposure" in answer.reasons[0]
    # with all gone nothing is left, and never a negative amount
    state = situation(leases=(replace(lease, value=6.0),))
    assert value_of(state, order(9.0)) == 0.0


def test_the_exposure_of_a_shorter_lease_leaves_more_strength() -> None:
    state = situation(spec=replace(SPEC, exposure_per_day=1.0))
    assert value_of(state, order(9.0, lease_s=600)) == 6.0
    assert value_of(state, order(9.0, lease_s=1200)) == 3.0
    assert value_of(state, order(9.0, lease_s=9999)) == 3.0  # the spec cuts the lease first


def test_only_what_ran_within_the_day_and_before_now_counts_as_exposure() -> None:
    leases = (
        Lease(value=6.0, start=ago(h=30), end=ago(h=24)),
        Lease(value=6.0, start=ago(h=1), end=NOW + timedelta(hours=3)),
        Lease(value=6.0, start=NOW, end=NOW + timedelta(hours=3)),
        Lease(value=-2.0, start=ago(h=4), end=ago(h=3), certain=False),
    )
    assert exposure(situation(leases=leases), SPEC, NOW) == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("person", "most"),
    [("adult", 40.0), ("adolescent", 25.0), ("frail", 25.0), ("pregnant", 0)],
)
def test_the_class_of_the_person_cuts(person: str, most: float) -> None:
    roomy = replace(SPEC, rise_per_h=1e6, exposure_per_day=1e6)
    assert value_of(situation(person_class=person, spec=roomy), order(50.0)) == most


def test_the_persons_own_limit_cuts_staff_too() -> None:
    state = situation(own=Range(low=0.0, high=3.0))
    assert value_of(state, order(4.0)) == 3.0
    assert value_of(state, order(1.0, kind="less")) == 0.0  # nothing runs


def test_a_limit_that_leaves_out_the_default_leaves_nothing() -> None:
    assert value_of(situation(own=Range(low=2.0, high=3.0)), order(4.0)) == 0.0
    assert value_of(situation(driver=Range(low=2.0, high=30.0)), order(4.0)) == 0.0


def test_the_drivers_limit_cuts() -> None:
    assert value_of(situation(driver=Range(low=0.0, high=2.2)), order(4.0)) == 2.0


def test_a_participant_raises_only_inside_the_certified_range() -> None:
    own = {"role": "participant", "requested_by": "P1"}
    state = situation(certified=Range(low=0.0, high=6.0))
    assert value_of(state, order(9.0, **own)) == 6.0
    assert value_of(state, order(9.0)) == 9.0  # staff are not bound by it
    assert value_of(situation(certified=None), order(9.0, **own)) == 0.0
    state = situation(certified=None, leases=(held(8.0),))
    assert value_of(state, order(9.0, **own)) == 8.0  # what runs may run on


def test_a_setting_that_only_staff_may_set_is_refused_to_the_participant() -> None:
    staff = replace(SPEC, who=frozenset({"staff"}))
    asked = order(1.0, role="participant", requested_by="P1")
    assert "participant may not set" in why_not(situation(spec=staff), asked)


@pytest.mark.parametrize(
    ("asked_s", "granted_s"), [(1, 1), (1200, 1200), (1201, 1200), (10**9, 1200)]
)
def test_a_lease_is_never_longer_than_the_spec_allows(asked_s: int, granted_s: int) -> None:
    answer = decide(situation(), order(lease_s=asked_s), NOW)
    assert isinstance(answer, Allowed)
    assert answer.expires == NOW + timedelta(seconds=granted_s)


def test_no_spec_can_allow_a_lease_of_more_than_half_an_hour() -> None:
    state = situation(spec=replace(SPEC, lease_s=86_400))
    answer = decide(state, order(lease_s=86_400), NOW)
    assert isinstance(answer, Allowed)
    assert answer.expires == NOW + timedelta(seconds=1800)


@pytest.mark.parametrize(
    ("asked", "sent"), [(4.49, 4.0), (4.5, 4.5), (4.99, 4.5), (0.3, 0.0), (0.5, 0.5)]
)
def test_rounding_goes_towards_the_default(asked: float, sent: float) -> None:
    assert value_of(situation(), order(asked)) == sent


TWO_SIDED = replace(SPEC, range=Range(low=-20.0, high=40.0), default=10.0, step=0.1)


@pytest.mark.parametrize(
    ("asked", "sent"), [(10.37, 10.3), (9.63, 9.7), (10.3, 10.3), (-15.0, 0.0), (35.0, 20.0)]
)
def test_a_default_within_the_range_is_approached_from_both_sides(
    asked: float, sent: float
) -> None:
    state = situation(spec=TWO_SIDED, driver=Range(low=-100.0, high=100.0))
    assert value_of(state, order(asked)) == pytest.approx(sent)


def test_each_side_has_its_own_limit() -> None:
    roomy = replace(TWO_SIDED, rise_per_h=1e6, exposure_per_day=1e6)
    state = situation(spec=roomy, driver=Range(low=-5.0, high=30.0))
    assert value_of(state, order(-20.0)) == -5.0
    assert value_of(state, order(40.0)) == 30.0


# ---- stop and less ---------------------------------------------------------------------------

WORST: dict[str, Any] = {
    "closed": ("consent was withdrawn on 2026-11-01",),
    "signed": False,
    "reading": None,
    "driver": None,
    "known": True,
    "kill_open": True,
    "person_class": "unknown",
    "owner": "acme",
    "latest": NOW + timedelta(hours=1),
    "own": Range(low=0.0, high=1.0),
}


@pytest.mark.hazard("H-21")
def test_a_stop_waits_for_nothing_and_takes_the_default() -> None:
    stop = order(None, kind="stop", role="", scopes=(), issued=ago(h=9), agent="?", unit="?")
    assert value_of(situation(**WORST), stop) == 0.0
    assert value_of(situation(**WORST | {"spec": TWO_SIDED}), stop) == 10.0
    assert value_of(situation(**WORST | {"spec": None}), stop) == 0.0
    answer = decide(situation(), stop, NOW)
    assert isinstance(answer, Allowed)
    assert answer.expires == NOW + timedelta(seconds=1800)


@pytest.mark.hazard("H-21")
def test_less_waits_for_nothing() -> None:
    less = order(2.0, kind="less", role="participant", scopes=(), issued=ago(h=9))
    state = situation(**WORST | {"leases": (held(8.0),), "own": None})
    assert value_of(state, less) == 2.0


@pytest.mark.parametrize(
    ("leases", "asked", "sent"),
    [
        ((held(8.0),), 8.0, 8.0),
        ((held(8.0),), 9.0, 8.0),
        ((held(8.0),), 7.7, 7.5),
        ((held(8.0),), -1.0, 0.0),
        ((), 5.0, 0.0),
        ((held(8.0), replace(held(3.0), certain=False)), 5.0, 3.0),
        ((replace(held(8.0), certain=False),), 5.0, 0.0),
        ((held(8.0, still_s=0),), 5.0, 0.0),
    ],
)
def test_less_never_raises_what_may_be_running(
    leases: tuple[Lease, ...], asked: float, sent: float
) -> None:
    state = situation(leases=leases)
    assert value_of(state, order(asked, kind="less")) == sent


@pytest.mark.hazard("H-21")
@pytest.mark.parametrize(
    ("still_s", "second_s", "granted_s"), [(60, 90, 60), (900, 90, 90), (900, 5000, 600)]
)
def test_less_never_runs_longer_than_what_it_lessens(
    still_s: float, second_s: float, granted_s: int
) -> None:
    """Else "less" by nothing, again and again, would renew a lease past every check."""
    leases = (held(8.0, still_s=still_s), replace(held(8.0, still_s=second_s), certain=False))
    answer = decide(situation(leases=leases), order(8.0, kind="less"), NOW)
    assert isinstance(answer, Allowed)
    assert answer.expires == NOW + timedelta(seconds=granted_s)


def test_less_says_why_it_was_lowered_further() -> None:
    answer = decide(situation(leases=(held(8.0),)), order(9.0, kind="less"), NOW)
    assert answer.reasons == ("less never raises what may be running",)


@pytest.mark.parametrize("changes", [{"value": None}, {"unit": "mg/h"}, {"setting": "dwell"}])
def test_less_that_cannot_be_read_is_the_default(changes: dict[str, Any]) -> None:
    state = situation(leases=(held(8.0),))
    answer = decide(state, replace(order(2.0, kind="less"), **changes), NOW)
    assert isinstance(answer, Allowed)
    assert answer.value == 0.0
    assert "could not be read" in answer.reasons[0]


def test_less_keeps_within_the_persons_and_the_drivers_limit() -> None:
    less = order(7.0, kind="less")
    assert value_of(situation(leases=(held(8.0),), own=Range(low=0, high=6)), less) == 6.0
    assert value_of(situation(leases=(held(8.0),), driver=Range(low=0, high=5)), less) == 5.0


def test_the_weakest_of_what_may_run_is_counted_on_its_own_side() -> None:
    state = situation(spec=TWO_SIDED, leases=(held(14.0),))
    assert weakest_running(state, TWO_SIDED, NOW, 1.0) == 4.0
    assert weakest_running(state, TWO_SIDED, NOW, -1.0) == 0.0
    assert strength(TWO_SIDED, 14.0) == strength(TWO_SIDED, 6.0) == 4.0


# ---- values that cannot exist ---------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.0), (math.nan, 1.0), (0.0, math.nan)])
def test_a_range_is_not_empty(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="empty range"):
        Range(low=low, high=high)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": 0.0},
        {"step": math.nan},
        {"rise_per_h": 0.0},
        {"rise_per_h": math.inf},
        {"exposure_per_day": -1.0},
        {"lease_s": 0},
        {"default": -0.1},
        {"default": 50.1},
        {"default": math.nan},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_when_it_is_made(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="rate"):
        replace(SPEC, **changes)


# ---- laws ------------------------------------------------------------------------------------

LEASES = st.lists(
    st.builds(
        lambda value, start, length, certain: Lease(
            value=value, start=ago(s=start), end=ago(s=start - length), certain=certain
        ),
        st.floats(-20, 40),
        st.integers(0, 100_000),
        st.integers(1, 7200),
        st.booleans(),
    ),
    max_size=6,
).map(tuple)
RANGES = st.tuples(st.floats(-30, 50), st.floats(-30, 50)).map(
    lambda ends: Range(low=min(ends), high=max(ends))
)
STATES = st.builds(
    situation,
    spec=st.sampled_from([SPEC, TWO_SIDED]),
    leases=LEASES,
    own=st.none() | RANGES,
    certified=st.none() | RANGES,
    driver=RANGES,
    person_class=st.sampled_from(["adult", "adolescent", "frail", "pregnant"]),
)
ORDERS = st.builds(
    order,
    st.floats(allow_nan=True) | st.floats(-30, 60) | st.none(),
    kind=st.sampled_from(["set", "set", "less", "stop"]),
    role=st.sampled_from(["staff", "participant"]),
    requested_by=st.just("P1"),
    lease_s=st.integers(1, 4000),
)


@pytest.mark.hazard("H-20")
@given(STATES, ORDERS)
@settings(max_examples=1000, derandomize=True, deadline=None)
def test_nothing_that_is_let_through_breaks_a_limit(state: Situation, asked: Order) -> None:
    answer = decide(state, asked, NOW)
    spec = state.spec
    assert spec is not None
    if isinstance(answer, Refused):
        assert asked.kind == "set"
        assert answer.reasons
        return
    excess = abs(answer.value - spec.default)
    assert spec.range.low <= answer.value <= spec.range.high
    assert answer.expires <= NOW + timedelta(seconds=1800)
    steps = (answer.value - spec.default) / spec.step
    assert steps == pytest.approx(round(steps), abs=1e-6)
    if excess == 0:
        return
    assert asked.kind != "stop"
    for limit in (state.own, state.driver):
        if limit is not None:
            assert limit.low - 1e-9 <= answer.value <= limit.high + 1e-9
    assert asked.value is not None
    assert excess <= abs(asked.value - spec.default) + 1e-9  # never more than was asked for
    if asked.kind == "set":
        lease_h = (answer.expires - NOW).total_seconds() / 3600
        assert exposure(state, spec, NOW) + excess * lease_h <= spec.exposure_per_day + 1e-6


@given(STATES, ORDERS)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_the_gate_gives_the_same_answer_every_time(state: Situation, asked: Order) -> None:
    assert decide(state, asked, NOW) == decide(state, asked, NOW)


@given(STATES, st.floats(-20, 40), st.floats(-20, 40))
@settings(max_examples=500, derandomize=True, deadline=None)
def test_asking_for_less_never_gives_more(state: Situation, one: float, two: float) -> None:
    assert state.spec is not None
    default = state.spec.default
    near, far = sorted((default + abs(one), default + abs(two)))
    if far > state.spec.range.high:
        return
    assert value_of(state, order(near)) <= value_of(state, order(far))


@pytest.mark.hazard("H-241")
def test_another_programmes_lease_refuses_a_set_and_lets_less_and_stop_through() -> None:
    state = situation(held_by=("annex until noon",))
    assert "another programme's lease stands: annex until noon" in why_not(state, order())
    for kind, value in (("less", 0.0), ("stop", None)):
        answer = decide(state, order(value, kind=kind), NOW)
        assert isinstance(answer, Allowed)


@pytest.mark.hazard("H-247")
def test_a_raise_may_not_rest_on_a_guess_and_what_does_not_raise_may() -> None:
    guessed = situation(guesses=("sdtm.AE",))
    assert why_not(guessed, order(4.0)) == "a raise may not rest on a guess: sdtm.AE"
    running = situation(guesses=("sdtm.AE",), leases=(held(4.0),))
    assert value_of(running, order(4.0)) == 4.0  # goes on
    assert value_of(running, order(2.0)) == 2.0
    assert "a guess" in why_not(running, order(4.5))
    unsure = situation(
        guesses=("sdtm.AE",), leases=(replace(held(4.0), certain=False),)
    )  # nobody knows that 4 runs: it may be a raise
    assert "a guess" in why_not(unsure, order(4.0))
    cut = situation(guesses=("sdtm.AE",), leases=(held(4.0),), own=Range(low=0.0, high=4.0))
    assert value_of(cut, order(9.0)) == 4.0  # what is sent raises nothing
    for kind in ("less", "stop"):
        assert isinstance(decide(guessed, order(2.0, kind=kind), NOW), Allowed)
