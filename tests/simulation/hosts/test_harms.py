import numpy as np
import polars as pl
import pytest

from nanoward.simulation.hosts.exposure import side_effect_chance, simulated_kinetics
from nanoward.simulation.hosts.harms import SIDE_EFFECTS, simulated_harms
from nanoward.simulation.hosts.people import DOSES_MG, simulated_people
from nanoward.simulation.study import Study
from nanoward.simulation.world import World

AE = "data/sdtm/ae.xpt"


def test_side_effects_are_as_frequent_as_the_logistic_curve_of_exposure_says() -> None:
    study = Study(participants=600, weeks=30)
    people = simulated_people(study)
    kinetics = simulated_kinetics(study, people)
    terms = {term for term, _ in SIDE_EFFECTS}
    seen: dict[int, int] = {}
    for harm in simulated_harms(study, people, kinetics):
        seen[harm.person] = seen.get(harm.person, 0) + (harm.term in terms)
    # Weeks near the end are cut where an event would come after leaving: count whole ones.
    expected: dict[bool, list[float]] = {True: [], False: []}
    found: dict[bool, list[int]] = {True: [], False: []}
    for place, person in enumerate(people):
        if person.is_dosed:
            risk = side_effect_chance(kinetics[place].mean_concentration(DOSES_MG[person.arm]))
            weeks = max(0, (person.leaves(study) - 2 - person.first) // 7)
            expected[risk > 0.08].append(risk * weeks)
            found[risk > 0.08].append(seen.get(place, 0))
    for group, numbers in expected.items():
        mean = sum(numbers)
        assert sum(found[group]) == pytest.approx(mean, abs=4 * np.sqrt(mean) + 0.03 * mean)


def test_a_serious_event_is_flagged_and_names_its_criterion(world: World) -> None:
    table = world.tables[AE]
    criterion = pl.any_horizontal(pl.col("AESDTH", "AESHOSP", "AESLIFE") == "Y")
    assert table.filter(criterion != (pl.col("AESER") == "Y")).is_empty()
    assert table.filter(pl.col("AESER") == "Y").height >= 1


def test_events_begin_on_treatment_and_end_after_they_began(world: World) -> None:
    people = {person.name: person for person in world.people}
    for row in world.tables[AE].iter_rows(named=True):
        person = people[row["USUBJID"]]
        assert world.study.day(person.first).isoformat() <= row["AESTDTC"]
        assert row["AESTDTC"] <= world.study.day(person.leaves(world.study)).isoformat()
        if row["AEENDTC"]:
            assert row["AESTDTC"] <= row["AEENDTC"]


def test_whoever_discontinued_or_died_has_an_event_that_says_why(world: World) -> None:
    table = world.tables[AE]
    ended = {person.name for person in world.people if person.fate in ("discontinued", "died")}
    assert ended
    assert set(table.filter(pl.col("AEACN") == "DRUG WITHDRAWN")["USUBJID"]) == ended
    dead = {person.name for person in world.people if person.fate == "died"}
    assert set(table.filter(pl.col("AEOUT") == "FATAL")["USUBJID"]) == dead
