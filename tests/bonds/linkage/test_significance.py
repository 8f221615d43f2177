import numpy as np

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.linkage.significance import (
    best_matched,
    depth_classes,
    families_of,
    family_weights,
    matched_p_values,
    p_needed,
    pair_classes,
    q_values,
    unrelated_pairs,
)
from nanoward.maths.statistics.gpd_tail import ScoreGrid


def person(name: str, *apart: str | None) -> ComparedParticipant:
    return ComparedParticipant(
        participant=name, stratum="x", sample=name, taken=None, apart=apart
    )


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
    step = ScoreGrid(size=5.0, rate=0.1)
    p = matched_p_values(scores, null, classes, step)
    of_lot = (classes == 1) & ~null
    assert 0.03 < (p[of_lot] <= 0.05).mean() < 0.07
    blind = matched_p_values(scores, null, np.zeros(2000, int), step)
    assert (blind[of_lot] <= 0.05).mean() > 0.09


def test_what_is_one_lot_or_one_run_makes_four_classes_and_unknown_is_different() -> None:
    people = [
        ComparedParticipant(participant=n, stratum="x", sample=n, taken=None, lot=lot, run=run)
        for n, lot, run in (("a", "L", "R"), ("b", "L", "R"), ("c", "L", ""), ("d", "", ""))
    ]
    classes = pair_classes(people)
    assert (classes[0, 1], classes[0, 2], classes[2, 3], classes[0, 3]) == (3, 1, 0, 0)


def test_samples_are_deep_or_shallow_by_their_reads_else_by_their_breadth() -> None:
    readable = np.array([10, 10, 10, 4])
    depth = np.array([100.0, 200.0, np.nan, np.nan])
    deep = depth_classes(depth, readable)
    # 100 is below the median of 150; of the two without a depth the narrow one is shallow
    assert deep.diagonal().tolist() == [2, 0, 0, 2]
    assert (deep[0, 1], deep[0, 3], deep[1, 2]) == (1, 2, 0)
    assert depth_classes(np.zeros(0), np.zeros(0, int)).shape == (0, 0)


def test_pairs_that_are_alike_because_they_were_read_deeply_are_measured_by_such_pairs() -> (
    None
):
    """Deep samples show more minor alleles, so that two of them share more by chance."""
    rng = np.random.default_rng(5)
    deep = np.repeat([0, 1, 2], 800)
    scores = rng.normal(0, 1, 2400) + 2 * (deep == 0)
    null = np.arange(2400) % 2 == 0
    step = ScoreGrid(size=5.0, rate=0.1)
    plain = np.zeros(2400, np.int64)
    asked = (deep == 0) & ~null
    p = best_matched(scores, null, [plain, deep], step)
    assert 0.02 < (p[asked] <= 0.05).mean() < 0.08
    assert (best_matched(scores, null, [plain], step)[asked] <= 0.05).mean() > 0.09
    nobody, no_class = np.zeros(0), np.zeros(0, np.int64)  # one person makes no pair
    assert len(best_matched(nobody, nobody.astype(bool), [no_class, no_class], step)) == 0


def test_a_p_value_just_below_what_is_needed_is_called_and_one_just_above_is_not() -> None:
    rng = np.random.default_rng(2)
    p = np.concatenate([rng.uniform(0, 1, 60), rng.uniform(0, 2e-4, 8)])
    family = rng.integers(0, 3, len(p))
    q = q_values(p, family)
    needed = p_needed(q, family_weights(p, family), 0.05)
    for one in range(0, len(p), 5):
        for change, called in ((1 - 1e-9, True), (1 + 1e-9, False)):
            moved = p.copy()
            moved[one] = needed[one] * change
            again = q_values(moved, family)[one] <= 0.05
            if called:
                assert again
            elif q[one] > 0.05:  # a call already made may bear more: the others move with it
                assert not again


def test_the_strict_level_is_lower_by_the_harmonic_sum() -> None:
    p = np.array([0.001, 0.02, 0.5, 0.9])
    family = np.zeros(4, np.int64)
    np.testing.assert_allclose(
        q_values(p, family, strict=True)[:2], q_values(p, family)[:2] * (25 / 12)
    )
    weights = family_weights(p, family)
    np.testing.assert_allclose(
        p_needed(np.ones(4), weights, 0.05, strict=True),
        p_needed(np.ones(4), weights, 0.05) / (25 / 12),
    )


def test_no_pairs_have_no_p_values() -> None:
    none = np.zeros(0, np.int64)
    assert (
        best_matched(np.zeros(0), none > 0, [none, none], ScoreGrid(size=5.0, rate=0.1)).size
        == 0
    )
