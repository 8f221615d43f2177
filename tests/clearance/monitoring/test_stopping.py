"""Stopping rules in use: designs, states in words, exposure time, dose steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.monitoring.stopping import (
    BadStoppingRuleError,
    StoppingRule,
    default_risks,
    design,
    dose_steps,
    power_curve,
    rate_is_too_high,
    states_by,
    stopping_state,
)

PLANNED = design(StoppingRule(risk=0.1, alpha=0.05, most=30))


@pytest.mark.parametrize(
    ("people", "events", "told"),
    [
        (14, 3, "3 of 14; stops at 5 of 16"),
        (16, 5, "5 of 16; STOP: the limit is 5 of 16"),
        (0, 0, "0 of 0; stops at 2 of 2"),
        (30, 1, "1 of 30; can stop no more within 30"),
    ],
)
def test_the_state_is_told_in_a_sentence(people: int, events: int, told: str) -> None:
    assert stopping_state(PLANNED, people, events).told == told


def test_pending_people_count_by_the_share_of_their_window() -> None:
    state = stopping_state(PLANNED, 14, 4, [0.5, 0.75])
    assert state.people == 15.25
    assert not state.stop
    assert stopping_state(PLANNED, 10, 4).stop
    assert not stopping_state(PLANNED, 10, 4, [0.5, 0.5]).stop  # 4 of 11: the limit is 5


def test_a_part_of_a_person_never_makes_the_rule_laxer() -> None:
    assert PLANNED.stop_at(10.9) == PLANNED.stop_at(10)


@given(st.integers(0, 30), st.integers(0, 30))
def test_more_events_never_take_a_stop_back(people: int, events: int) -> None:
    if events > people:
        with pytest.raises(BadStoppingRuleError):
            stopping_state(PLANNED, people, events)
        return
    now = stopping_state(PLANNED, people, events)
    if now.stop and events < people:
        assert stopping_state(PLANNED, people, events + 1).stop
    if now.stops_at:
        more = now.stops_at[0] - events
        assert stopping_state(PLANNED, people + more, events + more).stop
        if more > 1:
            assert not stopping_state(PLANNED, people + more - 1, events + more - 1).stop


def test_a_power_curve_grows_with_the_true_risk() -> None:
    rows = power_curve(PLANNED, default_risks(PLANNED.rule))
    stops = [row["stops"] for row in rows]
    assert stops == sorted(stops)
    assert rows[1]["stops"] <= 0.05 < rows[2]["stops"]


@pytest.mark.parametrize(
    "given",
    [
        {"risk": 0.0, "alpha": 0.05, "most": 10},
        {"risk": 0.1, "alpha": 0.05, "most": 0},
        {"risk": 0.1, "alpha": 0.05, "most": 10, "family": "sprt"},
        {"risk": 0.1, "alpha": 0.05, "most": 10, "family": "sprt", "against": 0.05},
        {"risk": 0.1, "alpha": 0.05, "most": 10, "family": "beta-binomial"},
        {"risk": 0.1, "alpha": 0.05, "most": 10, "family": "hunch"},
    ],
)
def test_a_rule_that_cannot_be_designed_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(BadStoppingRuleError):
        StoppingRule(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {"family": "obf"},
        {"family": "wang-tsiatis", "delta": 0.25},
        {"family": "sprt", "against": 0.3},
        {"family": "maxsprt"},
        {"family": "beta-binomial", "prior": (2.0, 18.0)},
    ],
)
def test_every_family_gives_a_design_that_keeps_alpha(more: dict[str, object]) -> None:
    rule = StoppingRule(risk=0.1, alpha=0.05, most=30, **more)  # type: ignore[arg-type]
    (row,) = power_curve(design(rule), [0.1])
    assert 0 < row["stops"] <= 0.05


def test_the_beta_binomial_design_of_the_field_notes() -> None:
    """BB(2, 18), 30 people: 3 of 3, 4 of 4 to 10, 5 to 17, 6 to 24, 7 to 30."""
    found = design(
        StoppingRule(risk=0.1, alpha=0.05, most=30, family="beta-binomial", prior=(2.0, 18.0))
    )
    assert found.boundary.stop_at[2:].tolist() == [3, *[4] * 7, *[5] * 7, *[6] * 7, *[7] * 6]
    powers = [round(row["stops"], 4) for row in power_curve(found, [0.1, 0.2, 0.3])]
    assert powers == [0.0486, 0.4609, 0.8694]


def test_exposure_time_is_judged_by_the_gamma_posterior() -> None:
    stop, probability = rate_is_too_high(0, 0.0, rate=1.0, prior=(1.0, 1.0), certainty=0.9)
    assert not stop
    assert probability == pytest.approx(0.36788, abs=1e-5)  # exp(-1)
    stop, probability = rate_is_too_high(9, 2.0, rate=1.0, prior=(1.0, 1.0), certainty=0.9)
    assert stop
    assert probability > 0.99


def test_boin_limits_of_the_published_table() -> None:
    steps = dose_steps(0.30)
    assert (round(steps.up, 3), round(steps.down, 3)) == (0.236, 0.359)
    assert [steps.step(3, events) for events in range(4)] == ["up", "stay", "down", "down"]
    with pytest.raises(BadStoppingRuleError):
        dose_steps(0.3, too_low=0.4)


def test_every_lot_and_site_has_a_state_of_its_own() -> None:
    told = states_by(PLANNED, {"lot B": (10, 4), "lot A": (10, 1)})
    assert list(told) == ["lot A", "lot B"]
    assert told["lot B"].stop
    assert not told["lot A"].stop
