"""The flush rule on simulated people whose truth is known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nanoward.control.flush import (
    FlushRule,
    PlannedSample,
    RouteSpec,
    Sample,
    clearance_forecast,
    flush_verdict,
)
from nanoward.testing.flushes import (
    Course,
    FlushScenario,
    flush_outcomes,
    followed,
    three_negatives,
)

TRIGGER = datetime(2026, 11, 23, tzinfo=UTC)
ROUTES = (("culture", "stool"), ("ddpcr", "stool"))
WARDS = {
    g: FlushScenario(
        doubling_h=g,
        believed_h=g,
        clumping=r,
        cells=1e9,
        escape=1e-9,
        every_h=every,
        prior=0.63,
    )
    for g, r, every in ((0.7, 0.3, 12), (4, 0.1, 12), (12, 0.3, 12), (48, 1.0, 24))
}
TIMES = {0.7: 20, 4: 40, 12: 60, 48: 70}


def rule_of(ward: FlushScenario) -> FlushRule:
    spec = RouteSpec(
        lod=ward.lod,
        fraction=ward.fraction,
        clumping=ward.clumping,
        alpha=ward.alpha,
        beta=ward.beta,
    )
    return FlushRule(
        routes=dict.fromkeys(ROUTES, spec),
        doubling_h=ward.believed_h,
        half_life_h=ward.half_life_h,
        capacity=ward.cells,
        prior=ward.prior,
    )


def samples_of(course: Course, person: int, upto: int) -> list[Sample]:
    return [
        Sample(
            route=ROUTES[t % 2],
            taken=TRIGGER + timedelta(hours=float(course.hours[t])),
            valid=bool(course.valid[person, t]),
            detected=bool(course.detected[person, t]),
        )
        for t in range(upto)
    ]


@pytest.mark.hazard("H-26")
@pytest.mark.parametrize("g", WARDS)
def test_false_clearance_is_rare_and_escapes_are_caught(g: float) -> None:
    ward = WARDS[g]
    course = followed(ward, 6000, np.random.default_rng(7), times=TIMES[g])
    found, three = flush_outcomes(ward, course), three_negatives(course)
    alive = course.survivors > 0
    assert 0.6 < alive.mean() < 0.66  # 1 - exp(-1)
    assert (alive & ~np.isnan(found.cleared_h)).mean() <= 1e-3
    assert (~np.isnan(found.escaped_h))[alive].mean() >= 0.999
    assert np.isnan(found.escaped_h[~alive]).all()
    clean = found.cleared_h[~alive]
    assert (~np.isnan(clean)).mean() > 0.99
    assert np.nanmedian(clean) <= 1.3 * np.nanmedian(found.optimum_h[~alive])
    wrong = (alive & ~np.isnan(three)).mean()
    assert wrong > (0.6 if g >= 12 else 0.001)  # the rule that fails, beside it


def test_a_rule_that_believes_in_faster_survivors_than_there_are_clears_wrongly() -> None:
    """The simulation can fail: with a wrong doubling time the rule is caught at it."""
    ward = FlushScenario(doubling_h=48, believed_h=4, clumping=1, cells=1e9, escape=1e-9)
    course = followed(ward, 1000, np.random.default_rng(7), times=40)
    assert (
        (course.survivors > 0) & ~np.isnan(flush_outcomes(ward, course).cleared_h)
    ).mean() > 0.3


@pytest.mark.parametrize("g", [4, 12])
def test_both_implementations_of_the_rule_agree_on_every_person_and_day(g: float) -> None:
    ward = WARDS[g]
    course = followed(ward, 12, np.random.default_rng(11), times=TIMES[g])
    found, rule = flush_outcomes(ward, course), rule_of(ward)
    for person in range(12):
        words = {}
        for t in range(TIMES[g]):
            verdict = flush_verdict(rule, TRIGGER, samples_of(course, person, t + 1))
            words.setdefault(verdict.outcome, float(course.hours[t]))
            if verdict.outcome != "verifying":
                break
        for word, hours in (("cleared", found.cleared_h), ("escaped", found.escaped_h)):
            assert words.get(word, np.nan) == pytest.approx(hours[person], nan_ok=True)


def test_the_forecast_of_clearance_holds_in_nine_of_ten_people() -> None:
    ward = FlushScenario(
        doubling_h=4, believed_h=4, clumping=0.3, cells=1e9, escape=0, every_h=12, invalid=0.1
    )
    planned = [
        PlannedSample(taken=TRIGGER + timedelta(hours=12 * (t + 1)), route=ROUTES[t % 2])
        for t in range(40)
    ]
    forecast = clearance_forecast(rule_of(ward), TRIGGER, (), planned, invalid=0.1)
    assert forecast.earliest is not None
    assert forecast.latest is not None
    low, high = (
        (one - TRIGGER) / timedelta(hours=1) for one in (forecast.earliest, forecast.latest)
    )
    assert low < high < 2 * low
    course = followed(ward, 2000, np.random.default_rng(3), times=40)
    cleared = flush_outcomes(ward, course).cleared_h
    assert ((cleared >= low) & (cleared <= high)).mean() >= 0.9
