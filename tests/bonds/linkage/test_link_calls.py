from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.bonds import BondRules, called_bonds, stratum_bonds

Make = Callable[..., Any]
RULES = BondRules()


def judged(world: Any, rules: BondRules = RULES, odds: Any = None) -> pl.DataFrame:
    people, aligned, factors = world
    return called_bonds(stratum_bonds(people, aligned, factors, {}, rules), rules, odds)[0]


def test_the_answer_has_the_columns_of_the_table_and_each_pair_once(world: Make) -> None:
    bonds = judged(world(3, 8, linked=2))
    assert bonds.columns == [column.name for column in BONDS.columns]
    assert bonds.select("a", "b", "stratum").is_unique().all()


def test_the_strict_rule_calls_no_more_than_the_usual_one(world: Make) -> None:
    made = world(205, 30, linked=12, rate=200.0)
    usual, strict = judged(made), judged(made, BondRules(strict=True))
    assert 0 < strict.filter("linked").height <= usual.filter("linked").height
    assert (strict["q_value"] >= usual["q_value"]).all()


def test_dates_and_doses_move_the_direction_by_their_odds(world: Make) -> None:
    made = world(205, 30, linked=12, rate=200.0)
    plain = judged(made)
    pair = plain.filter("linked").select("a", "b").row(0)
    moved = judged(
        made,
        odds=lambda a, b: 3.0 * ((a == pair[0]) & (b == pair[1])).to_numpy().astype(float),
    )
    before, after = (
        one.filter((pl.col("a") == pair[0]) & (pl.col("b") == pair[1])).row(0, named=True)
        for one in (plain, moved)
    )
    odds = before["p_direction"] / (1 - before["p_direction"]) * np.exp(3.0)
    assert after["p_direction"] == pytest.approx(odds / (1 + odds))
    assert after["direction"] == "a to b"


def test_what_a_pair_needs_is_reached_by_those_called_and_by_no_other(world: Make) -> None:
    bonds = judged(world(205, 30, linked=12, rate=200.0))
    called = bonds.filter(pl.col("q_value") <= RULES.alpha)
    rest = bonds.filter(pl.col("q_value") > RULES.alpha)
    assert called.height >= 8
    assert (called["p_value"] <= called["p_needed"]).all()
    assert (rest["p_value"] > rest["p_needed"]).all()
