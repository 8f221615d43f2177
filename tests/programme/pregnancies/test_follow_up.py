"""Contacts follow what was learnt: births are heard of within a week, whatever the term."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.programme.pregnancies.test_cases import DAY, dated, ended, reported

from nanoward.base.entries.pregnancies import InfantSeen
from nanoward.programme.pregnancies.cases import PregnancyCase, pregnancy_register
from nanoward.programme.pregnancies.follow_up import (
    LearntTerm,
    infant_rows,
    is_beyond_term,
    is_closed,
    next_contacts,
)
from nanoward.programme.pregnancies.term_model import BIRTH
from nanoward.simulation.worlds.pregnancy_worlds import PregnancyWorld, simulated_pregnancies


def case_of(conceived: date, day: date = DAY) -> PregnancyCase:
    register = pregnancy_register(
        [reported(day=day), dated(conceived, conceived + timedelta(6))]
    )
    return register.case("c")


def test_four_weekly_then_weekly_from_the_learnt_quantile() -> None:
    known = case_of(DAY - timedelta(30))
    term = LearntTerm(earliest_d=200.0, latest_d=240.0)
    (due,) = next_contacts(known, term)
    assert due.due == DAY + timedelta(28)
    known.last_asked = DAY + timedelta(150)
    assert next_contacts(known, term)[0].due == DAY + timedelta(170)  # the quantile comes first
    known.last_asked = DAY + timedelta(171)
    assert next_contacts(known, term)[0].due == DAY + timedelta(178)


def test_while_nothing_is_learnt_it_is_weekly_from_the_twentieth_week() -> None:
    known = case_of(DAY - timedelta(140))
    assert next_contacts(known, LearntTerm())[0].due == DAY + timedelta(7)
    undated = pregnancy_register([reported()]).case("c")
    assert next_contacts(undated, LearntTerm())[0].due == DAY + timedelta(7)


def test_a_child_is_asked_for_until_two_years_and_a_case_closes() -> None:
    register = [reported(), ended()]
    term = LearntTerm()
    kinds = []
    for months in (0, 1, 6, 12, 24):
        known = pregnancy_register(register).case("c")
        (due,) = next_contacts(known, term)
        kinds.append((due.kind, due.months))
        register.append(
            InfantSeen(case="c", participant=due.participant, day=due.due, months=months,
                       state="well", anomaly="none", by="n")
        )  # fmt: skip
    assert kinds == [("after birth", 0), *(("infant", m) for m in (1, 6, 12, 24))]
    assert is_closed(pregnancy_register(register).case("c"), term)
    loss = pregnancy_register([reported(), ended("spontaneous loss")]).case("c")
    assert is_closed(loss, term)


@pytest.mark.hazard("H-349")
def test_a_pregnancy_beyond_what_was_learnt_is_an_alarm() -> None:
    known = case_of(DAY - timedelta(250))
    assert is_beyond_term(known, LearntTerm(earliest_d=180, latest_d=230), DAY)
    assert not is_beyond_term(known, LearntTerm(earliest_d=280, latest_d=360), DAY)
    assert not is_beyond_term(known, LearntTerm(), DAY)
    assert is_beyond_term(known, LearntTerm(), DAY + timedelta(80))


def days_late(world: PregnancyWorld, term: LearntTerm) -> list[int]:
    """How late each birth is heard of, contacts being made on the day that they are due."""
    late = []
    for one in simulated_pregnancies(world):
        if one.cause != BIRTH:
            continue
        begin = DAY - timedelta(one.record.entry)
        known = case_of(begin)
        known.conception = known.conception and type(known.conception)(
            earliest=begin, latest=begin + timedelta(one.record.width - 1), evidence="t",
            assumes_growth=False,
        )  # fmt: skip
        born = begin + timedelta(one.conceived + int(one.ends))
        while (due := next_contacts(known, term)[0].due) < born:
            known.last_asked = due
        late.append((due - born).days)
    return late


@pytest.mark.hazard("H-349")
@pytest.mark.parametrize(("mean", "sd"), [(266.0, 9.8), (210.0, 14.0), (322.0, 21.0)])
def test_births_are_heard_of_within_a_week_for_every_term(mean: float, sd: float) -> None:
    """P3. Learnt: by the true quantiles; not learnt: by nothing at all."""
    world = PregnancyWorld(seed=31, pregnancies=120, mean_d=mean, sd_d=sd)
    for term in (LearntTerm(earliest_d=mean - 1.96 * sd, latest_d=mean + 3 * sd), LearntTerm()):
        late = days_late(world, term)
        assert len(late) > 80
        assert np.quantile(late, 0.95) <= 7
        assert np.median(late) <= 4


def test_a_child_missed_at_six_months_and_seen_at_twelve_is_asked_for_at_24() -> None:
    known = case_of(DAY - timedelta(270))
    known.ends[1] = replace(ended(), infant="i-1")

    def seen(months: int, state: str = "well", anomaly: str = "none") -> InfantSeen:
        day = DAY + timedelta(round(months * 30.4375) + 8)
        return InfantSeen(case="c", participant="i-1", day=day, months=months, state=state,
                          anomaly=anomaly, by="n")  # fmt: skip

    assert infant_rows(known, DAY)[0]["state"] == "not seen"
    known.infants += [seen(0), seen(6, "not reached"), seen(12, anomaly="confirmed")]
    (due,) = next_contacts(known, LearntTerm())
    assert due.months == 24
    (row,) = infant_rows(known, DAY + timedelta(400))
    assert (row["seen"], row["missing"], row["skipped"]) == ([0, 12], [], [1, 6])
    assert row["anomaly"] == "confirmed"
    (late,) = infant_rows(known, DAY + timedelta(740))
    assert late["missing"] == [24]
    known.infants.append(seen(24))
    (whole,) = infant_rows(known, DAY + timedelta(800))
    assert (whole["state"], whole["missing"], whole["next"]) == ("complete", [], None)
    assert is_closed(known, LearntTerm())
