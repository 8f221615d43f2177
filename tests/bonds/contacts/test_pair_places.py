from datetime import date

import numpy as np
import polars as pl

from nanoward.bonds.contacts.pair_places import days_or_none, pair_places, places_of


def test_a_name_that_is_not_known_has_no_place() -> None:
    assert places_of(pl.Series(["c", "a", "x"]), ["a", "b", "c"]).tolist() == [2, 0, -1]
    assert places_of(pl.Series(["a"]), []).tolist() == [-1]


def test_pairs_are_found_by_both_names() -> None:
    pairs = pair_places(pl.Series(["a", "a", "b"]), pl.Series(["b", "c", "c"]))
    assert pairs.names == ("a", "b", "c")
    rows, at = pairs.found_in([("x", "y"), ("b", "c"), ("a", "b")])
    assert (rows.tolist(), at.tolist()) == ([0, 2], [2, 1])
    assert pairs.found_in([("b", "a")])[0].tolist() == []  # names stand in order


def test_days_are_those_of_their_ordinals() -> None:
    days = [date(1, 1, 1), date(1970, 1, 1), date(2026, 2, 28)]
    numbers = np.array([*(day.toordinal() for day in days), np.nan])
    told = days_or_none(numbers, ~np.isnan(numbers), "x")
    assert (told.name, told.to_list()) == ("x", [*days, None])
