from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.bonds import BondRules, called_bonds, stratum_bonds

Make = Callable[..., Any]
RULES = BondRules()


def judged(world: Any) -> pl.DataFrame:
    people, aligned, factors = world
    return called_bonds(stratum_bonds(people, aligned, factors, {}, RULES), RULES)[0]


def household(bonds: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("a").str.slice(1).cast(pl.Int64) // 2
    return bonds.with_columns(number.alias("house")).filter(
        number == pl.col("b").str.slice(1).cast(pl.Int64) // 2
    )


def test_without_transmission_p_values_of_households_hold_their_level_on_both_sides(
    world: Make,
) -> None:
    p = np.concatenate(
        [
            household(judged(world(seed, 12, linked=0)))["p_value"].to_numpy()
            for seed in range(60)
        ]
    )
    assert len(p) == 720
    assert 0.02 < (p <= 0.05).mean() < 0.08
    assert 0.42 < (p <= 0.5).mean() < 0.58


@pytest.mark.hazard("H-06")
def test_without_transmission_few_worlds_hold_any_link(world: Make) -> None:
    alarms = [judged(world(seed, 12, linked=0))["linked"].any() for seed in range(100, 160)]
    assert np.mean(alarms) <= 0.10  # 5 % expected, 60 worlds


def test_known_links_are_recovered_and_false_ones_are_rare(world: Make) -> None:
    """Strangers' closest relatives lie some 10 differences away, linked people 0 to 2."""
    true = false = missed = 0
    for seed in range(200, 212):
        pairs = household(judged(world(seed, 30, linked=12, rate=200.0)))
        linked, real = pairs["linked"].to_numpy(), pairs["house"].to_numpy() < 12
        true += int((linked & real).sum())
        false += int((linked & ~real).sum())
        missed += int((~linked & real).sum())
    assert true / (true + missed) >= 0.85
    assert false / (true + false) <= 0.06


def test_where_strangers_are_as_close_as_links_little_is_called_and_little_of_it_is_false(
    world: Make,
) -> None:
    shares, recalls = [], []
    for seed in range(300, 340):
        called = household(judged(world(seed, 30, linked=12))).filter(pl.col("linked"))
        wrong = (called["house"] >= 12).sum()
        shares.append(wrong / max(called.height, 1))
        recalls.append((called.height - wrong) / 12)
    assert 0.1 < np.mean(recalls) < 0.6
    assert np.mean(shares) <= 0.06


def test_the_order_of_rows_changes_nothing(world: Make) -> None:
    people, aligned, factors = world(7, 8, linked=3)
    straight = stratum_bonds(people, aligned, factors, {}, RULES)
    turned = stratum_bonds(
        people, aligned.sample(fraction=1, shuffle=True, seed=1), factors[::-1], {}, RULES
    )
    assert straight.equals(turned)


def test_a_pair_scores_the_same_from_both_sides_and_a_closer_pair_scores_higher(
    world: Make,
) -> None:
    bonds = judged(world(3, 8, linked=2)).drop_nulls("score")
    ordered = bonds.sort("differing")
    assert (np.diff(ordered["score"].to_numpy()) <= 1e-9).all()
    assert (ordered["a"] < ordered["b"]).all()


def test_pairs_without_contact_are_told_to_be_undecided_and_never_linked(world: Make) -> None:
    people, aligned, factors = world(3, 8, linked=2)
    bonds, doubts = called_bonds(stratum_bonds(people, aligned, factors, {}, RULES), RULES)
    same = household(bonds)
    apart = bonds.join(same, on=["a", "b"], how="anti")
    assert not apart["linked"].any()
    assert any("no recorded contact" in one.question for one in doubts)
    assert bonds.columns == [column.name for column in BONDS.columns]


def test_too_few_unrelated_pairs_are_said_to_be_too_few(world: Make) -> None:
    people, aligned, factors = world(3, 2, linked=2)  # 4 people, 4 unrelated pairs
    bonds, doubts = called_bonds(stratum_bonds(people, aligned, factors, {}, RULES), RULES)
    assert not bonds["linked"].any()
    said = [one.reason for one in doubts if one.subject == "all"]
    assert len(said) == 1
    assert said[0].startswith("even equal genomes would be no link: a pair here needs p <= 0.0")
    assert "4 unrelated pairs of the 4 in all strata" in said[0]


def test_without_any_unrelated_pair_there_is_no_score_and_no_p_value(world: Make) -> None:
    people, aligned, factors = world(3, 1, linked=1)
    bonds, doubts = called_bonds(stratum_bonds(people, aligned, factors, {}, RULES), RULES)
    assert bonds.select("score", "p_value", "q_value", "linked").row(0) == (None,) * 4
    assert bonds["n_null"].to_list() == [0]
    assert doubts


@pytest.mark.parametrize("linked", [0, 6])
def test_people_of_one_lot_are_linked_by_new_factors_not_by_being_alike(
    world: Make, linked: int
) -> None:
    lot = BondRules(lot_is_common_source=True)
    people, aligned, factors = world(5, 10, linked=linked, rate=0.0)
    pairs = stratum_bonds(people, aligned, factors, {}, lot)
    bonds, _ = called_bonds(pairs, lot)
    assert not bonds.filter(pl.col("shared") == 0)["linked"].any()
