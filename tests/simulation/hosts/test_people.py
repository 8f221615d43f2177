import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.simulation.hosts.people import NEVER, household_sizes, simulated_people
from nanoward.simulation.study import Study

studies = st.builds(
    Study,
    participants=st.integers(12, 90),
    weeks=st.integers(12, 40),
    seed=st.integers(0, 2**32),
)


@given(seed=st.integers(0, 2**32), people=st.integers(1, 200))
def test_households_hold_everybody_once(seed: int, people: int) -> None:
    sizes = household_sizes(np.random.default_rng(seed), people)
    assert sum(sizes) == people
    assert all(1 <= size <= 4 for size in sizes)


@settings(max_examples=40, deadline=None)
@given(study=studies)
def test_nobody_is_dosed_before_consent_or_after_leaving(study: Study) -> None:
    people = simulated_people(study)
    assert len(people) == study.participants
    assert len({person.name for person in people}) == study.participants
    for person in people:
        assert 0 <= person.consent <= study.days
        if person.is_dosed:
            assert person.consent < person.first <= person.last <= person.leaves(study)
            assert person.arm
        else:
            assert person.arm == ""
            assert person.fate in ("failed", "waiting")


@settings(max_examples=40, deadline=None)
@given(study=studies)
def test_who_takes_part_has_not_left_and_who_left_has_a_day(study: Study) -> None:
    for person in simulated_people(study):
        assert (person.gone == NEVER) == (person.fate in ("ongoing", "waiting"))
        assert person.gone <= study.days


def test_a_household_is_at_one_site(world) -> None:
    sites: dict[str, set[str]] = {}
    for person in world.people:
        sites.setdefault(person.household, set()).add(person.site)
    assert all(len(found) == 1 for found in sites.values())
