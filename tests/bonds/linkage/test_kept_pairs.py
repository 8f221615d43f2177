from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BOND_SCORES
from nanoward.bonds import BondRules, judged_pairs, of_all_strata, score_table, stratum_bonds
from nanoward.bonds.linkage.kept_pairs import NEAREST, kept_pairs, score_window

Make = Callable[..., Any]
FEW = BondRules(keep_pairs=0)
KEY = ["a", "b", "stratum"]


def pairs_of(world: Any, rules: BondRules = FEW, contacts: Any = None) -> pl.DataFrame:
    people, aligned, factors = world
    return stratum_bonds(people, aligned, factors, contacts or {}, rules)


@pytest.mark.hazard("H-425")
def test_what_is_kept_of_a_large_round_is_what_stands_in_the_whole_table(world: Make) -> None:
    made = world(205, 40, linked=12, rate=200.0)
    whole = judged_pairs(pairs_of(made), BondRules(), None)
    few = judged_pairs(pairs_of(made), FEW, None)
    kept = whole.bonds.join(few.bonds, on=KEY, how="semi", maintain_order="left")
    assert 12 < few.bonds.height < whole.bonds.height / 8
    assert kept.equals(few.bonds)
    assert few.bonds["linked"].sum() == whole.bonds["linked"].sum() >= 8
    near = whole.bonds.filter(pl.col("q_value") <= 10 * FEW.alpha)
    assert near.join(few.bonds, on=KEY, how="anti").is_empty()
    assert (whole.undecided, whole.mute) == (few.undecided, few.mute)


def test_pairs_in_contact_called_before_or_not_comparable_stay(world: Make) -> None:
    made = world(7, 40, linked=0)
    far = judged_pairs(pairs_of(made), BondRules(), None).bonds.sort("score").head(1)
    a, b = far.select("a", "b").row(0)
    assert judged_pairs(pairs_of(made), FEW).bonds.join(far, on=KEY, how="semi").is_empty()
    met = judged_pairs(pairs_of(made, contacts={(a, b): ("room",)}), FEW).bonds
    assert met.join(far, on=KEY, how="semi")["contact"].to_list() == ["room"]
    called = judged_pairs(pairs_of(made), FEW, None, far.select(KEY)).bonds
    assert called.join(far, on=KEY, how="semi").height == 1
    people, aligned, factors = made
    blank = aligned.with_columns(
        pl.when(pl.col("sample") == people[3].sample)
        .then(pl.lit("N" * 4000))
        .otherwise(pl.col("sequence"))
        .alias("sequence")
    )
    own = factors.filter(pl.col("sample") != people[3].sample)
    bare = judged_pairs(pairs_of((people, blank, own)), FEW).bonds
    assert bare.filter(pl.col("p_value").is_null()).height == len(people) - 1


def test_everybody_has_the_one_nearest_to_them_and_the_fifty_nearest_stay(world: Make) -> None:
    made = world(7, 40, linked=0)
    every = judged_pairs(pairs_of(made), FEW).every
    rows = every[kept_pairs(every, FEW)]
    for who in ("p000", "p041", "p079"):
        own = every.filter((pl.col("a") == who) | (pl.col("b") == who))
        best = own.sort("score", descending=True, maintain_order=True).head(1)
        assert best.join(rows, on=["a", "b"], how="semi").height == 1
    high = every.sort("score", descending=True, maintain_order=True)["score"][NEAREST - 1]
    assert rows.filter(pl.col("score") >= high).height >= NEAREST
    low = every.sort("q_value", "p_value", maintain_order=True).head(NEAREST)
    assert low.join(rows, on=["a", "b"], how="anti").filter(~pl.col("linked")).is_empty()
    assert len(kept_pairs(every, replace(FEW, keep_pairs=every.height))) == every.height
    assert len(kept_pairs(every, replace(FEW, keep_pairs=every.height - 1))) == rows.height


def test_the_scores_of_all_pairs_are_counted_whether_they_are_kept_or_not(world: Make) -> None:
    found = judged_pairs(pairs_of(world(205, 30, linked=12, rate=200.0)), FEW)
    table = score_table(found.every)
    assert table.columns == [one.name for one in BOND_SCORES.columns]
    rest = found.every.filter(~pl.col("linked") & (pl.col("contact") == ""))
    assert table["pairs"].sum() == rest.height
    assert table["unrelated"].sum() == rest["is_unrelated"].sum() > 0
    edges = [*table["low"].to_list(), table["high"][-1]]
    score = np.maximum(rest["score"].to_numpy(), edges[0])
    assert table["pairs"].to_list() == np.histogram(score, edges)[0].tolist()
    assert edges == sorted(edges)
    assert score_table(found.every.head(0)).is_empty()


def test_a_long_lower_tail_is_one_bin() -> None:
    assert score_window(np.linspace(0, 1, 11)) == (0.0, 1.0)
    tail = np.array([-1000.0, *np.linspace(0, 1, 20)])
    low, high = score_window(tail)
    assert -1 < low < 0.2
    assert high == 1.0
    assert score_window(np.zeros(3)) == (0.0, 1.0)


def test_strata_are_put_together_under_one_enumeration(world: Make) -> None:
    people, aligned, factors = world(3, 4, linked=1)
    other = tuple(
        replace(one, stratum="z", participant=f"q{k}") for k, one in enumerate(people)
    )
    one = stratum_bonds(people, aligned, factors, {}, FEW)
    two = stratum_bonds(other, aligned, factors, {("q0", "q1"): ("room",)}, FEW)
    whole = of_all_strata([one, two])
    assert whole["stratum"].cast(pl.String).to_list() == ["all"] * 28 + ["z"] * 28
    assert whole["contact"].cast(pl.String).to_list().count("room") == 1
    assert whole.filter(pl.col("stratum") == "z")["a"].cast(pl.String)[0] == "q0"
