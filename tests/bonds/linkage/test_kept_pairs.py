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


def made(people: int, **columns: Any) -> pl.DataFrame:
    """All pairs of some people, far apart, none linked; columns by row number."""
    names = [f"p{k:03d}" for k in range(people)]
    rows = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    count = len(rows)
    table = pl.DataFrame(rows, ["a", "b"], orient="row").with_columns(
        stratum=pl.lit("x"), p_value=pl.Series(np.linspace(0.1, 1.0, count)),
        q_value=pl.lit(1.0), score=pl.Series(np.linspace(3.0, -9.0, count)),
        linked=pl.lit(value=False), contact=pl.lit(""), is_unrelated=pl.lit(value=True),
    )  # fmt: skip
    for name, values in columns.items():
        own = table[name].to_list()
        for row, value in values.items():
            own[row] = value
        table = table.with_columns(pl.Series(name, own, table[name].dtype))
    return table.cast(
        {"a": pl.Enum(names), "b": pl.Enum(names), "stratum": pl.Enum(["x"]),
         "contact": pl.Enum(["", "room"])}
    )  # fmt: skip


@pytest.mark.hazard("H-425")
def test_each_reason_to_stay_is_enough_alone() -> None:
    plain = set(kept_pairs(made(40), FEW).tolist())
    far = [row for row in range(780) if row not in plain][-90:]
    assert len(far) == 90
    near = made(40, q_value=dict.fromkeys(far, 10 * FEW.alpha))
    assert set(far) <= set(kept_pairs(near, FEW).tolist())
    beyond = made(40, q_value=dict.fromkeys(far, 10 * FEW.alpha + 1e-9))
    assert not set(far) <= set(kept_pairs(beyond, FEW).tolist())
    for own in (
        made(40, contact=dict.fromkeys(far, "room")),
        made(40, linked=dict.fromkeys(far, True)),
        made(40, p_value=dict.fromkeys(far, None), q_value=dict.fromkeys(far, None)),
    ):
        assert set(far) <= set(kept_pairs(own, FEW).tolist())
    called = made(40).select(pl.col(KEY).cast(pl.String))[far]
    assert set(far) <= set(kept_pairs(made(40), FEW, called).tolist())
    first = set(kept_pairs(made(40), FEW).tolist())
    assert set(range(NEAREST)) <= first  # the highest scores


def test_pairs_in_contact_and_links_are_not_counted_among_the_others() -> None:
    every = made(12, contact={3: "room", 4: "room"}, linked={5: True}, is_unrelated={9: False})
    table = score_table(every)
    assert table["pairs"].sum() == 66 - 3
    assert table["unrelated"].sum() == 66 - 4


def test_a_stratum_is_mute_by_all_its_pairs_also_where_none_of_them_is_kept(
    world: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nanoward.bonds.linkage.kept_pairs.NEAREST", 1)
    for seed in range(12):
        pairs = pairs_of(world(seed, 2, linked=0))
        whole, few = (judged_pairs(pairs, one) for one in (BondRules(), FEW))
        assert few.mute == whole.mute == ("all",)
        assert few.undecided == whole.undecided
    able = pairs_of(world(205, 30, linked=12, rate=200.0))
    assert judged_pairs(able, FEW).mute == judged_pairs(able, BondRules()).mute == ()
