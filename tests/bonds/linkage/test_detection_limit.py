from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.bonds import BondRules, called_bonds, stratum_bonds
from nanoward.bonds.linkage.detection_limit import least_shares, most_differing, scores_needed
from nanoward.bonds.relatedness.link_score import UnrelatedDistances, link_scores
from nanoward.maths.statistics.gpd_tail import ScoreGrid, tail_p_values

Make = Callable[..., Any]


def group(scores: np.ndarray, unrelated: np.ndarray, **more: float) -> pl.DataFrame:
    count = len(scores)
    return pl.DataFrame(
        {"genomes": scores, "stratum": ["s"] * count, "is_unrelated": unrelated,
         "compared": [4000] * count,
         "days_apart": [0] * count, "step_size": [3.0] * count, "step_rate": [0.2] * count,
         "null_rate": [0.01] * count, "null_shape": [4.0] * count, **more}
    )  # fmt: skip


def test_the_score_that_is_needed_has_the_p_value_that_is_needed_and_a_lower_one_has_not() -> (
    None
):
    rng = np.random.default_rng(1)
    null = rng.normal(0, 1, 400)
    every, step = np.ones(400, bool), ScoreGrid(size=3.0, rate=0.2)
    needed = np.array([0.3, 0.05, 0.004, 1e-4])
    found = scores_needed(group(null, every)[:], np.resize(needed, 400))[:4]
    assert (np.diff(found) > 0).all()
    none = np.zeros(4, bool)
    assert (tail_p_values(found, null, none, step) <= needed).all()
    lower = found - np.array([1e-3, 1e-3, 1e-3, 3.0 * 60 / 399 + 1e-6])
    between = tail_p_values(lower, null, none, step)
    assert (between[:3] >= needed[:3] - 1 / 401).all()
    assert between[3] > needed[3]


def test_without_unrelated_pairs_nothing_could_be_called() -> None:
    bare = group(np.zeros(3), np.zeros(3, bool))
    assert np.isnan(scores_needed(bare, np.full(3, 0.05))).all()


def test_the_most_differences_by_trying_each() -> None:
    rules = BondRules()
    background = UnrelatedDistances(rate=0.01, shape=4.0)
    want = np.array([1.0, -2.0, 3.0, 1e6, np.nan])
    found = most_differing(group(np.zeros(5), np.ones(5, bool)), want, rules)
    one = np.array([4000.0])
    reached = [
        link_scores(np.array([float(d)]), one, np.zeros(1), background, rules)[0]
        for d in range(200)
    ]
    slow = [max((d for d in range(200) if reached[d] >= w), default=None) for w in want[:3]]
    assert found[:3].tolist() == slow
    assert np.isnan(found[3:]).all()


def test_a_pair_at_its_limit_is_called_and_one_beyond_is_not(world: Make) -> None:
    """Put as many differences as are said to be the most between two, and one more."""
    people, aligned, factors = world(205, 30, linked=12, rate=200.0)
    rules = BondRules()
    bonds, _ = called_bonds(stratum_bonds(people, aligned, factors, {}, rules), rules)
    asked = bonds.filter((pl.col("a") == "p000") & (pl.col("b") == "p001")).row(0, named=True)
    most = int(asked["most_differing"])
    assert asked["linked"]
    assert asked["fewest_shared"] is None
    assert 0 <= asked["differing"] <= most
    letters = dict(aligned.select("sample", "sequence").rows())
    for more, called in ((0, True), (3, False)):
        text = list(letters["s000"])
        free = [k for k in range(4000) if all(one[k] == "A" for one in letters.values())]
        for place in free[: most + more]:
            text[place] = "G"
        moved = aligned.with_columns(
            pl.when(pl.col("sample") == "s001").then(pl.lit("".join(text)))
            .otherwise(pl.col("sequence")).alias("sequence")
        )  # fmt: skip
        own = factors.filter(pl.col("sample") == "s000").with_columns(sample=pl.lit("s001"))
        new = own[:1].join(
            pl.DataFrame({"p": [k + 1 for k in free[: most + more]]}), how="cross"
        )
        new = new.with_columns(position=pl.col("p")).drop("p")
        rest = factors.filter(pl.col("sample") != "s001")
        again, _ = called_bonds(
            stratum_bonds(people, moved, pl.concat([rest, own, new]), {}, rules), rules
        )
        pair = again.filter((pl.col("a") == "p000") & (pl.col("b") == "p001"))
        assert pair["differing"].to_list() == [most + more]
        assert (pair["q_value"] <= rules.alpha).to_list() == [called]


def test_where_all_carry_one_lot_the_fewest_new_factors_are_told(world: Make) -> None:
    people, aligned, factors = world(5, 20, linked=0, rate=3.0)
    lot = BondRules(lot_is_common_source=True)
    bonds, _ = called_bonds(stratum_bonds(people, aligned, factors, {}, lot), lot)
    fewest = bonds["fewest_shared"].drop_nulls()
    assert fewest.len() == bonds.height
    assert fewest.min() >= 1
    assert bonds["most_differing"].null_count() == bonds.height
    alone = tuple(replace(one, apart=("h",)) for one in people)
    none, _ = called_bonds(stratum_bonds(alone[:2], aligned, factors, {}, lot), lot)
    assert none.height == 1


def test_the_rule_of_three() -> None:
    found = least_shares(np.array([300.0, 20.0, 1e6, np.nan]), 0.02)
    assert found[0] == pytest.approx(0.02)  # 0.00994, below the least share
    assert found[1] == pytest.approx(1 - 0.05 ** (1 / 20))
    assert found[2] == 0.02
    assert np.isnan(found[3])
