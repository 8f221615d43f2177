import numpy as np

from nanoward.bonds.people import Person
from nanoward.bonds.significance import (
    families_of,
    largest_called,
    matched_p_values,
    pair_classes,
    q_values,
    unrelated_pairs,
)
from nanoward.maths.tails import Step


def person(name: str, *apart: str | None) -> Person:
    return Person(participant=name, stratum="x", sample=name, taken=None, apart=apart)


def test_a_contact_a_shared_home_or_an_unknown_home_keep_a_pair_out_of_the_null() -> None:
    people = (person("a", "1"), person("b", "1"), person("c", "2"), person("d", None))
    found = unrelated_pairs(people, {("a", "c"): ("shift",), ("x", "y"): ("room",)})
    pairs = {
        (people[i].participant, people[j].participant) for i, j in np.argwhere(np.triu(found))
    }
    assert pairs == {("b", "c")}


def test_a_programme_that_records_no_homes_goes_by_contacts_alone() -> None:
    people = (person("a", None), person("b", None))
    assert unrelated_pairs(people, {})[0, 1]
    assert not unrelated_pairs(people, {("a", "b"): ("room",)})[0, 1]


def test_strangers_do_not_drown_those_who_met() -> None:
    p = np.array([0.01, 0.02, *np.linspace(0.01, 1, 100)])
    strangers = np.array([False, False, *[True] * 100])
    q = q_values(p, families_of(strangers, ~strangers))
    np.testing.assert_allclose(q[:2], [0.02 * 0.52 / 0.5] * 2)
    assert (q[2:] > 0.9).all()


def test_pairs_of_one_lot_that_are_alike_for_it_are_measured_by_their_own_kind() -> None:
    rng = np.random.default_rng(3)
    classes = np.repeat([0, 1], 1000)
    scores = rng.normal(0, 1, 2000) + 3 * classes
    null = np.arange(2000) % 2 == 0
    step = Step(size=5.0, rate=0.1)
    p = matched_p_values(scores, null, classes, step)
    of_lot = (classes == 1) & ~null
    assert 0.03 < (p[of_lot] <= 0.05).mean() < 0.07
    blind = matched_p_values(scores, null, np.zeros(2000, int), step)
    assert (blind[of_lot] <= 0.05).mean() > 0.09


def test_what_is_one_lot_or_one_run_makes_four_classes_and_unknown_is_different() -> None:
    people = [
        Person(participant=n, stratum="x", sample=n, taken=None, lot=lot, run=run)
        for n, lot, run in (("a", "L", "R"), ("b", "L", "R"), ("c", "L", ""), ("d", "", ""))
    ]
    classes = pair_classes(people)
    assert (classes[0, 1], classes[0, 2], classes[2, 3], classes[0, 3]) == (3, 1, 0, 0)


def test_the_level_reached_is_the_largest_p_that_was_called() -> None:
    p = np.array([0.01, 0.02, 0.9])
    assert largest_called(p, np.array([0.03, 0.03, 0.9]), 0.05) == 0.02
    assert largest_called(p, np.array([0.3, 0.3, 0.9]), 0.06) == 0.02
