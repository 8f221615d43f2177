import numpy as np

from nanoward.bonds.people import Person
from nanoward.bonds.significance import largest_called, q_values, unrelated_pairs


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
    q = q_values(p, strangers)
    np.testing.assert_allclose(q[:2], [0.02, 0.02])
    assert (q[2:] > 0.9).all()


def test_the_level_reached_is_the_largest_p_that_was_called() -> None:
    p = np.array([0.01, 0.02, 0.9])
    assert largest_called(p, np.array([0.03, 0.03, 0.9]), 0.05) == 0.02
    assert largest_called(p, np.array([0.3, 0.3, 0.9]), 0.06) == 0.02
