import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.control.flush import (
    FlushRule,
    PlannedSample,
    RouteSpec,
    Sample,
    chance_seen,
    clearance_forecast,
    flush_verdict,
    most_lost,
    negative_run,
    once_each,
    residual,
    sample_name,
)

TRIGGER = datetime(2026, 11, 23, tzinfo=UTC)
CULTURE, DDPCR = ("culture", "stool"), ("ddpcr", "stool")
SPEC = RouteSpec(lod=3, fraction=1e-3, clumping=1.0, alpha=8.0, beta=2.0)
RULE = FlushRule(
    routes={CULTURE: SPEC, DDPCR: SPEC},
    doubling_h=4.0,
    half_life_h=2.0,
    capacity=1e11,
    prior=0.5,
)
W_H = 4 * (math.log2(3000) + 3)  # 58.2


def sample(hours: float, **changes: Any) -> Sample:
    made = Sample(
        route=CULTURE,
        taken=TRIGGER + timedelta(hours=hours),
        valid=True,
        detected=False,
        locus="intact",
    )
    return replace(made, **changes)


def negatives(last_h: float, *, every: float = 12.0, first: float = 12.0) -> list[Sample]:
    count = int((last_h - first) / every) + 1
    return [
        sample(first + every * n, route=(CULTURE, DDPCR)[n % 2]) for n in range(max(count, 0))
    ]


def verdict(*samples: Sample, rule: FlushRule = RULE) -> tuple[str, str]:
    found = flush_verdict(rule, TRIGGER, samples)
    return found.outcome, " · ".join(found.reasons)


def test_window_and_washout_are_those_of_the_formula() -> None:
    assert RULE.washout == timedelta(hours=10)
    assert RULE.window / timedelta(hours=1) == pytest.approx(W_H)
    wider = replace(RULE, routes={CULTURE: SPEC, DDPCR: replace(SPEC, fraction=1e-4)})
    assert wider.window / timedelta(hours=1) == pytest.approx(4 * (math.log2(30_000) + 3))


@pytest.mark.parametrize(
    ("alpha", "beta", "k", "missed"),
    [(8, 2, 3, 0.018), (8, 2, 5, 0.003), (1.6, 0.4, 3, 0.056), (1.6, 0.4, 12, 0.008)],
)
def test_more_of_the_same_sample_does_not_help_where_people_differ(
    alpha: float, beta: float, k: int, missed: float
) -> None:
    """E[(1-s)^k] = B(a, b+k) / B(a, b): by hand, against the rule's numbers."""
    exact = math.exp(
        math.lgamma(beta + k)
        - math.lgamma(alpha + beta + k)
        - math.lgamma(beta)
        + math.lgamma(alpha + beta)
    )
    assert exact == pytest.approx(missed, rel=0.08)
    full = replace(SPEC, alpha=alpha, beta=beta, clumping=1e6)
    rule = replace(RULE, routes={CULTURE: full})
    run = [sample(10_000 + n) for n in range(k)]
    assert residual(rule, TRIGGER, run) == pytest.approx(exact / (1 + exact), rel=1e-6)


@pytest.mark.parametrize(
    ("hours", "clumping", "lod", "expected"),
    [
        # ten doublings: 1024 cells, 1.024 in the sample; Poisson P(>=3) by hand
        (50, 1e7, 3, 1 - math.exp(-1.024) * (1 + 1.024 + 1.024**2 / 2)),
        (50, 1e7, 1, 1 - math.exp(-1.024)),
        # geometric, r = 1: P(>=3) = (m / (1+m))^3
        (50, 1.0, 3, (1.024 / 2.024) ** 3),
        (10, 1.0, 1, 0.001 / 1.001),
        (9.99, 1.0, 1, 0.0),
        (1e6, 1.0, 3, (1e8 / (1e8 + 1)) ** 3),  # never more than the capacity
    ],
)
def test_the_chance_of_seeing_a_survivor_is_that_of_the_model(
    hours: float, clumping: float, lod: int, expected: float
) -> None:
    spec = replace(SPEC, clumping=clumping, lod=lod)
    found = chance_seen(RULE, spec, timedelta(hours=hours))
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_person_is_cleared_only_when_everything_holds() -> None:
    for hours in range(12, 120, 12):
        assert verdict(*negatives(hours))[0] == "verifying"
    assert verdict(*negatives(120)) == ("cleared", "")
    assert flush_verdict(RULE, TRIGGER, negatives(120)).residual <= 1e-3


@pytest.mark.hazard("H-26")
def test_k_negatives_within_the_window_clear_nobody() -> None:
    many = [
        sample(11 + n / 50, route=(CULTURE, DDPCR)[n % 2]) for n in range(50 * 47)
    ]  # 2350 negatives in 47 h
    outcome, reasons = verdict(*many)
    assert outcome == "verifying"
    assert "window since the first negative" in reasons
    assert "washed out" in reasons


DENSE = [sample(68 + n, route=(CULTURE, DDPCR)[n % 2]) for n in range(60)]


def test_each_condition_alone_holds_clearance_back() -> None:
    assert verdict(*DENSE) == ("cleared", "")
    assert "first negative" in verdict(*DENSE[1:])[1]
    # the trigger washes out later: the same run, counted from there
    slow = replace(RULE, half_life_h=2.0 + 13.8)
    assert "washed out" in verdict(*DENSE, rule=slow)[1]
    one_route = [replace(one, route=CULTURE) for one in DENSE]
    assert "fewer than two routes" in verdict(*one_route)[1]
    blind = replace(RULE, routes={CULTURE: SPEC, DDPCR: replace(SPEC, alpha=0.01, beta=9.0)})
    culture = replace(SPEC, alpha=1.6, beta=0.4)
    blind = replace(blind, routes={**blind.routes, CULTURE: culture})
    assert "residual" in verdict(*DENSE, rule=blind)[1]


def test_the_ends_of_the_windows_count() -> None:
    even = RouteSpec(lod=1, fraction=2**-7, clumping=1e6, alpha=80.0, beta=2.0)
    rule = replace(RULE, routes=dict.fromkeys((CULTURE, DDPCR), even))
    assert rule.window == timedelta(hours=40)
    run = [sample(10 + 2.5 * n, route=(CULTURE, DDPCR)[n % 2]) for n in range(17)]
    assert run[-1].taken - TRIGGER == timedelta(hours=50)
    assert verdict(*run, rule=rule) == ("cleared", "")
    assert verdict(*run[:-1], rule=rule)[0] == "verifying"
    early = [replace(one, taken=one.taken - timedelta(seconds=1)) for one in run]
    assert "washed out" in verdict(*early, rule=rule)[1]
    assert verdict(*run, sample(50, detected=True), rule=rule)[0] == "escaped"
    assert verdict(*run[:-1], sample(49.99, detected=True), rule=rule)[0] == "verifying"


def test_an_early_negative_on_a_second_route_tells_nothing() -> None:
    run = [*DENSE, sample(12, route=DDPCR)]
    late = [replace(one, route=CULTURE) for one in DENSE]
    assert "fewer than two routes" in verdict(*late, sample(12, route=DDPCR))[1]
    assert verdict(*run)[0] == "cleared"


@pytest.mark.hazard("H-29")
def test_a_positive_after_the_window_is_an_escape() -> None:
    assert verdict(sample(10 + W_H, detected=True))[0] == "escaped"
    assert "after the window" in verdict(*negatives(120), sample(121, detected=True))[1]
    assert verdict(sample(10 + W_H - 0.1, detected=True))[0] == "verifying"
    found = flush_verdict(RULE, TRIGGER, [*negatives(120), sample(121, detected=True)])
    assert found.residual == 1.0


def test_growing_again_is_an_escape_before_the_window_ends() -> None:
    plus, minus = sample(30, detected=True), sample(20)
    assert "twice in a row" in verdict(minus, plus, sample(31, detected=True))[1]
    assert verdict(minus, plus)[0] == "verifying"
    assert verdict(minus, plus, sample(30.5), sample(31, detected=True))[0] == "verifying"
    # before the trigger washed out counts bounce about the limit of detection
    early = (sample(9), sample(9.9, detected=True), sample(31, detected=True))
    assert verdict(*early)[0] == "verifying"
    # still falling: no negative came before
    assert verdict(sample(12, detected=True), sample(24, detected=True))[0] == "verifying"


@pytest.mark.hazard("H-29")
@pytest.mark.parametrize("locus", ["altered", "low"])
def test_a_changed_kill_locus_is_an_escape_at_any_time(locus: str) -> None:
    outcome, reasons = verdict(*negatives(120), sample(1, detected=True, locus=locus))
    assert outcome == "escaped"
    assert f"kill locus is {locus}" in reasons
    assert verdict(*negatives(120), sample(1, locus="unread"))[0] == "cleared"


def test_an_invalid_sample_is_nothing() -> None:
    assert verdict(*[replace(one, valid=False) for one in negatives(120)])[0] == "verifying"
    assert verdict(*negatives(120), sample(119, valid=False, detected=True))[0] == "cleared"
    assert verdict(*negatives(120), sample(119, valid=False, locus="altered"))[0] == "cleared"
    assert verdict(*negatives(120), sample(-1, detected=True, locus="altered"))[0] == "cleared"
    strange = sample(119, detected=True, route=("hearsay", "stool"))
    assert verdict(*negatives(120), strange)[0] == "escaped"  # so does a positive
    read = replace(strange, route=("sequencing", "catalogue"), locus="altered")
    assert verdict(*negatives(120), read)[0] == "escaped"  # a changed locus counts anywhere


def test_without_a_negative_nothing_is_said() -> None:
    assert verdict() == ("verifying", "no valid negative since the last positive")
    assert negative_run([sample(1), sample(2, detected=True)]) == ()
    assert len(negative_run([sample(1, detected=True), sample(2), sample(3)])) == 2


def test_a_positive_starts_the_run_anew() -> None:
    broken = [*negatives(60), sample(61, detected=True)]
    assert verdict(*broken)[1] == "no valid negative since the last positive"
    again = negatives(168, first=72.0)
    assert "since the first negative" in verdict(*broken, *again[:4])[1]
    assert verdict(*broken, *again)[0] == "cleared"


def test_samples_may_come_in_any_order() -> None:
    found = [*negatives(120), sample(30, detected=True)]
    assert verdict(*found) == verdict(*reversed(found))


@pytest.mark.parametrize(
    ("prior", "counts_as"), [(0.0, 0.5), (0.5, 0.5), (0.7, 0.7), (0.99, 0.99), (1.0, 0.99)]
)
def test_a_prior_is_held_within_what_an_escape_rate_can_tell(
    prior: float, counts_as: float
) -> None:
    assert residual(replace(RULE, prior=prior), TRIGGER, ()) == pytest.approx(counts_as)


@pytest.mark.parametrize(
    ("counts", "response"),
    [
        ([(1, 1000.0), (72, 100.0)], "yes"),
        ([(1, 1000.0), (72, 101.0)], "no"),
        ([(1, 1000.0), (73, 1.0)], "unknown"),
        ([(1, 1000.0), (24, 50.0), (48, 900.0)], "yes"),
        ([(1, 1000.0)], "unknown"),
        ([(1, None), (24, 5.0)], "unknown"),
        ([(1, 0.0), (24, 0.0)], "unknown"),
        ([(1, 1000.0), (24, None), (48, 3.0)], "yes"),
    ],
)
def test_a_response_is_one_log_in_time_and_is_not_clearance(
    counts: list[tuple[float, float | None]], response: str
) -> None:
    samples = [sample(hours, detected=True, count=count) for hours, count in counts]
    assert flush_verdict(RULE, TRIGGER, samples).response == response


@pytest.mark.parametrize(
    "changes",
    [{"lod": 0.5}, {"fraction": 0.0}, {"fraction": 1.1}, {"clumping": 0.0}, {"alpha": 0.0}],
)
def test_a_route_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no route"):
        replace(SPEC, **changes)
    assert replace(SPEC, lod=1, fraction=1.0)


@pytest.mark.parametrize(
    "changes",
    [{"doubling_h": 0.0}, {"half_life_h": -1.0}, {"capacity": 0.0}, {"routes": {}}],
)
def test_a_rule_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be given"):
        replace(RULE, **changes)


# ---- forecast --------------------------------------------------------------------------------


def plan(count: int = 40) -> list[PlannedSample]:
    return [PlannedSample(taken=one.taken, route=one.route) for one in negatives(12.0 * count)]


def test_the_forecast_is_what_the_rule_will_say() -> None:
    sure = clearance_forecast(RULE, TRIGGER, (), plan(), invalid=0.0)
    assert sure.earliest == sure.latest == TRIGGER + timedelta(hours=120)
    doubtful = clearance_forecast(RULE, TRIGGER, (), plan(), invalid=0.2)
    assert doubtful.earliest == sure.earliest
    assert doubtful.latest is not None
    assert TRIGGER + timedelta(hours=120) < doubtful.latest <= TRIGGER + timedelta(hours=192)
    never = clearance_forecast(RULE, TRIGGER, (), plan(4), invalid=0.0)
    assert (never.earliest, never.latest) == (None, None)
    done = clearance_forecast(RULE, TRIGGER, negatives(120), (), invalid=0.0)
    assert done.earliest == TRIGGER + timedelta(hours=120)


@pytest.mark.parametrize(
    ("count", "share", "lost"),
    [(0, 0.1, 0), (10, 0.0, 0), (10, 0.1, 3), (10, 1.0, 10), (1, 0.5, 1)],
)
def test_losses_are_the_95_percent_quantile_of_the_binomial(
    count: int, share: float, lost: int
) -> None:
    assert most_lost(count, share) == lost


# ---- laws ------------------------------------------------------------------------------------

SAMPLES = st.lists(
    st.builds(
        sample,
        st.floats(0, 400),
        route=st.sampled_from([CULTURE, DDPCR]),
        valid=st.booleans(),
        detected=st.sampled_from([False, False, False, True]),
        locus=st.sampled_from(["intact", "intact", "unread", "altered"]),
    ),
    max_size=25,
)


@pytest.mark.hazard("H-26")
@given(SAMPLES)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_nobody_is_ever_cleared_within_the_window_or_beside_a_late_positive(
    samples: list[Sample],
) -> None:
    found = flush_verdict(RULE, TRIGGER, samples)
    assert 0 <= found.residual <= 1
    if found.outcome != "cleared":
        return
    valid = [one for one in samples if one.valid]
    assert max(one.taken for one in valid) - TRIGGER >= RULE.washout + RULE.window
    assert not any(one.detected and one.taken == max(o.taken for o in valid) for one in valid)
    assert len({one.route for one in valid}) == 2


@given(SAMPLES, st.floats(0, 400))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_one_more_negative_never_raises_the_residual(samples: list[Sample], at: float) -> None:
    run = [one for one in samples if not one.detected]
    before = residual(RULE, TRIGGER, run)
    assert residual(RULE, TRIGGER, [*run, sample(at)]) <= before + 1e-12


@pytest.mark.hazard("H-81")
def test_a_sample_entered_again_or_spelt_otherwise_counts_once() -> None:
    first = replace(sample(1), name="S-1")
    again = replace(sample(2), name="s 1")
    assert once_each([first, again]) == (first,)
    assert once_each([replace(first, valid=False), again]) == (again,)
    found = replace(again, detected=True)
    assert once_each([first, found]) == (found,)  # what was missed the first time
    assert once_each([found, first]) == (found,)
    altered = replace(again, locus="altered")
    assert once_each([first, altered]) == (altered,)
    unnamed = sample(3)
    assert once_each([unnamed, unnamed]) == (unnamed, unnamed)  # planned ones have no name
    assert sample_name(" S-1.") == sample_name("s1") == "s1"


@pytest.mark.hazard("H-81")
def test_one_sample_entered_under_many_names_of_days_clears_nobody() -> None:
    """Forty negatives of one tube are one negative."""
    many = [replace(one, name="tube") for one in negatives(120)]
    assert verdict(*many)[0] == "verifying"
    each = [replace(one, name=f"tube {place}") for place, one in enumerate(negatives(120))]
    assert verdict(*each)[0] == "cleared"
