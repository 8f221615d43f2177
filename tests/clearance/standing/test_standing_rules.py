from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.standing.standing_rules import (
    CLEARED,
    HELD,
    RECALLED,
    Event,
    Person,
    Result,
    Standing,
    person_at_cutoff,
    standing_of,
)

DAY = date(2026, 3, 1)
POLICY = Policy()


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)


WELL = Person(
    participant="p",
    consents=(day(-40),),
    admitted=day(-30),
    medical=tuple(day(n) for n in range(-40, 60, 7)),
    psychological=tuple(day(n) for n in range(-40, 60, 7)),
)


def at(person: Person, on: date = DAY, policy: Policy = POLICY) -> Standing:
    return standing_of(person, policy, on)


def test_a_person_who_agreed_was_admitted_and_is_well_is_cleared() -> None:
    found = at(WELL)
    assert found.standing == "cleared"
    assert found.since == day(-30)
    assert found.reasons[1] == f"consent signed on {day(-40)}"


def test_without_a_consent_on_record_nobody_is_cleared() -> None:
    found = at(replace(WELL, consents=()))
    assert (found.standing, found.reasons[0]) == ("held", "no consent on record")
    elsewhere = Policy(consent="elsewhere")
    assert at(replace(WELL, consents=()), policy=elsewhere).standing == "cleared"


def test_before_admission_a_person_is_screened() -> None:
    assert at(replace(WELL, admitted=None)).standing == "screened"
    assert at(WELL, day(-35)).standing == "screened"


@pytest.mark.parametrize(
    ("event", "told", "word"),
    [
        ("WITHDRAWAL BY SUBJECT", "withdrawn", "withdrawn"),
        ("DEATH", "died", "died"),
        ("COMPLETED", "completed", "completed"),
        ("SCREEN FAILURE", "screened", "screened"),
        ("ADVERSE EVENT", "recalled", "recalled"),
        ("PHYSICIAN DECISION", "recalled", "recalled"),
    ],
)
def test_leaving_ends_it_from_its_day_on(event: str, told: str, word: str) -> None:
    person = replace(WELL, leaving=((day(0), event, told),))
    assert at(person, day(-1)).standing == "cleared"
    found = at(person)
    assert (found.standing, found.since) == (word, DAY)
    assert at(person, day(300)).standing == word
    assert not any("assessment" in one for one in at(person, day(300)).reasons)


def test_a_withdrawal_without_a_readable_day_counts_at_once() -> None:
    person = replace(WELL, leaving=((None, "WITHDRAWAL BY SUBJECT", "withdrawn"),))
    assert at(person).standing == "withdrawn"


def test_joining_again_is_a_new_consent_and_only_a_later_one() -> None:
    left = ((day(-5), "WITHDRAWAL BY SUBJECT", "withdrawn"),)
    person = replace(WELL, leaving=left)
    assert at(person).standing == "withdrawn"
    assert at(replace(person, consents=(day(-40), day(-5)))).standing == "withdrawn"
    assert at(replace(person, consents=(day(-40), day(-2)))).standing == "cleared"
    assert at(replace(person, consents=(day(-40), day(2)))).standing == "withdrawn"


def bad(offset: int | None, level: int, series: str = "Anemia") -> Result:
    when = None if offset is None else day(offset)
    return Result(series=series, day=when, level=level, told=f"{series} {level} on {when}")


def test_a_grade_holds_until_a_later_milder_result_of_the_same_term() -> None:
    person = replace(WELL, results=(bad(-20, HELD), bad(-10, RECALLED), bad(-3, CLEARED)))
    assert [at(person, day(n)).standing for n in (-21, -20, -11, -10, -4, -3)] == [
        "cleared",
        "held",
        "held",
        "recalled",
        "recalled",
        "cleared",
    ]
    assert at(person, day(-4)).since == day(-10)
    assert at(person).since == day(-3)
    other = replace(WELL, results=(bad(-20, HELD), bad(-3, CLEARED, "Hyperkalemia")))
    assert at(other).standing == "held"


def test_the_gravest_of_several_results_of_one_day_counts() -> None:
    person = replace(WELL, results=(bad(-3, CLEARED), bad(-3, HELD), bad(-9, HELD)))
    assert at(person).standing == "held"
    assert at(person).since == day(-9)


def test_a_result_without_a_day_holds_for_ever() -> None:
    person = replace(WELL, results=(bad(None, HELD), bad(-3, CLEARED)))
    assert at(person).standing == "held"


def event(**more: object) -> Person:
    told = {
        "term": "Rash",
        "started": day(-9),
        "ended": None,
        "severity": "mild",
        "serious": False,
    }
    return replace(WELL, events=(Event(**(told | more)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({}, "cleared"),
        ({"severity": "moderate"}, "cleared"),
        ({"severity": "severe"}, "held"),
        ({"serious": True}, "held"),
        ({"severity": None}, "held"),
        ({"severity": "life-threatening"}, "recalled"),
        ({"severity": "severe", "ended": day(-1)}, "cleared"),
        ({"severity": "severe", "ended": day(0)}, "held"),
        ({"severity": "severe", "started": None}, "held"),
        ({"severity": "severe", "started": day(1)}, "cleared"),
    ],
)
def test_ongoing_events_hold_by_severity_and_seriousness(
    more: dict[str, object], word: str
) -> None:
    assert at(event(**more)).standing == word


def test_a_missed_assessment_holds_from_the_day_after_it_was_due() -> None:
    person = replace(WELL, medical=(day(-40), day(-14)), psychological=WELL.psychological)
    assert at(person).standing == "cleared"
    found = at(person, day(1))
    assert (found.standing, found.since) == ("held", day(1))
    assert found.reasons == (f"no medical assessment for 2 weeks, the last on {day(-14)}",)
    assert at(person, day(-20)).standing == "held"  # between the two
    assert at(person, day(100), Policy(medical_weeks=0, psychological_weeks=0)).standing == (
        "cleared"
    )


def test_without_any_assessment_nobody_is_cleared() -> None:
    found = at(replace(WELL, psychological=()))
    assert found.reasons == ("no psychological assessment on record",)


def test_every_reason_is_told_and_the_deciding_one_first() -> None:
    person = replace(
        event(severity="severe"), results=(bad(-2, RECALLED),), consents=(), medical=()
    )
    found = at(person)
    assert found.standing == "recalled"
    assert found.reasons[0].startswith("Anemia")
    assert len(found.reasons) == 4


def test_held_since_reaches_back_over_reasons_that_follow_on() -> None:
    person = replace(
        WELL, results=(bad(-20, HELD), bad(-10, CLEARED), bad(-10, HELD, "Hyperkalemia"))
    )
    assert at(person).since == day(-20)


def test_only_the_latest_result_of_a_term_is_given_as_the_reason() -> None:
    person = replace(WELL, results=(bad(-20, HELD), bad(-10, HELD)))
    found = at(person)
    assert found.reasons == (f"Anemia {HELD} on {day(-10)}",)
    assert found.since == day(-20)


# ---- laws ---------------------------------------------------------------------------------

days = st.integers(-30, 30).map(day)
maybe = st.none() | days
results = st.builds(
    Result,
    series=st.sampled_from(["Anemia", "Hyperkalemia"]),
    day=maybe,
    level=st.sampled_from([CLEARED, HELD, RECALLED]),
    told=st.sampled_from(["x", "y"]),
)
events = st.builds(
    Event,
    term=st.just("Rash"),
    started=maybe,
    ended=maybe,
    severity=st.sampled_from([None, "mild", "severe", "life-threatening"]),
    serious=st.booleans(),
)
leavings = st.tuples(
    maybe,
    st.sampled_from(["X"]),
    st.sampled_from(["completed", "died", "withdrawn", "recalled", "screened"]),
)
several_days = st.lists(days, max_size=6).map(lambda some: tuple(sorted(some)))
persons = st.builds(
    Person,
    participant=st.just("p"),
    consents=several_days,
    admitted=maybe,
    leaving=st.lists(leavings, max_size=2).map(tuple),
    medical=several_days,
    psychological=several_days,
    results=st.lists(results, max_size=5).map(tuple),
    events=st.lists(events, max_size=4).map(tuple),
)


@given(persons, st.lists(events, max_size=3), st.lists(leavings, max_size=2))
def test_another_event_or_another_leaving_never_improves_a_standing(
    person: Person, more: list[Event], left: list[tuple[date | None, str, str]]
) -> None:
    worse = replace(person, events=(*person.events, *more), leaving=(*person.leaving, *left))
    assert at(worse).weight >= at(person).weight


@given(persons, st.lists(results, max_size=3))
@pytest.mark.hazard("H-10")
def test_a_doubtful_or_bad_result_of_a_new_kind_never_improves_a_standing(
    person: Person, more: list[Result]
) -> None:
    new = tuple(replace(one, series="new") for one in more)
    assert at(replace(person, results=(*person.results, *new))).weight >= at(person).weight


@given(persons, persons)
def test_a_standing_does_not_depend_on_anything_later(person: Person, other: Person) -> None:
    """Facts dated after the day may be anything: the answer stays."""
    later = replace(
        person_at_cutoff(person, DAY),
        consents=(
            *person_at_cutoff(person, DAY).consents,
            *(d for d in other.consents if d > DAY),
        ),
        medical=(
            *person_at_cutoff(person, DAY).medical,
            *(d for d in other.medical if d > DAY),
        ),
        results=(
            *person_at_cutoff(person, DAY).results,
            *(one for one in other.results if one.day and one.day > DAY),
        ),
        leaving=(
            *person_at_cutoff(person, DAY).leaving,
            *(one for one in other.leaving if one[0] and one[0] > DAY),
        ),
        events=(
            *person_at_cutoff(person, DAY).events,
            *(one for one in other.events if one.started and one.started > DAY),
        ),
    )
    assert at(later) == at(person)


@given(persons)
@pytest.mark.hazard("H-04")
def test_cleared_means_consented_admitted_and_assessed(person: Person) -> None:
    if at(person).standing == "cleared":
        assert any(one <= DAY for one in person.consents)
        assert person.admitted is not None
        assert person.admitted <= DAY
        for kind in (person.medical, person.psychological):
            assert any(day(-14) <= one <= DAY for one in kind)


@pytest.mark.parametrize(("on", "told"), [(day(-3), str(day(-3))), (None, "an unknown day")])
def test_a_refusal_is_told_with_its_day(on: date | None, told: str) -> None:
    found = at(replace(WELL, refusals=((on, "refused to go on"),)))
    assert found.standing == "held"
    assert found.reasons[0] == f"refused to go on on {told}"


@pytest.mark.parametrize(
    ("event", "standing"),
    [("WITHDRAWAL BY SUBJECT", "cleared"), ("LOST TO FOLLOW-UP", "withdrawn")],
)
def test_a_new_consent_takes_back_a_withdrawal_and_finds_nobody_who_was_lost(
    event: str, standing: str
) -> None:
    left = replace(WELL, leaving=((day(-20), event, "withdrawn"),))
    again = replace(left, consents=(day(-40), day(-10)))
    assert at(left).standing == "withdrawn"
    assert at(again).standing == standing
