from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.continuity import row_differences as module
from nanoward.programme.continuity.row_differences import (
    plain,
    row_differences,
    row_identity,
    value_changes,
)


def lb(*rows: tuple[int, str, float | None, str], file: str = "lb.csv") -> pl.DataFrame:
    names = ("LBSEQ", "LBTESTCD", "LBSTRESN", "LBDTC")
    told = [
        {"USUBJID": "P1", **dict(zip(names, row, strict=True)), "file": file, "line": place}
        for place, row in enumerate(rows, 2)
    ]
    kinds = {"USUBJID": pl.String, "LBSEQ": pl.Float64, "LBSTRESN": pl.Float64}
    return pl.DataFrame(told, schema_overrides=kinds)


WEEK1 = (1, "ALT", 30.0, "2026-11-08")
WEEK2 = (2, "ALT", 300.0, "2026-11-14")


def test_a_row_that_is_not_there_any_more_is_gone() -> None:
    found = row_differences(lb(WEEK1, WEEK2), lb(WEEK1))
    assert found.gone["LBSTRESN"].to_list() == [300.0]
    assert (found.changed.height, found.new.height) == (0, 0)


def test_a_corrected_value_is_a_change_with_its_partner() -> None:
    found = row_differences(lb(WEEK1, WEEK2), lb(WEEK1, (2, "ALT", 100.0, "2026-11-14")))
    assert (found.gone.height, found.new.height) == (0, 0)
    (change,) = value_changes(found.changed.to_dicts()[0], found.became.to_dicts()[0])
    assert (change.column, change.before, change.after) == ("LBSTRESN", "300", "100")


def test_order_file_line_and_numbering_say_nothing() -> None:
    other = lb((7, "ALT", 300.0, "2026-11-14"), (8, "ALT", 30.0, "2026-11-08"), file="x.xpt")
    found = row_differences(lb(WEEK1, WEEK2), other)
    assert [found.gone.height, found.changed.height, found.new.height] == [0, 0, 0]


def test_numbers_that_move_up_do_not_pair_strangers() -> None:
    week3 = (3, "ALT", 40.0, "2026-11-21")
    found = row_differences(lb(WEEK1, WEEK2, week3), lb(WEEK1, (2, *week3[1:])))
    assert found.gone["LBSTRESN"].to_list() == [300.0]
    assert found.changed.height == 0


def test_a_column_that_is_gone_changes_every_row_that_had_a_value_in_it() -> None:
    before = lb(WEEK1, WEEK2).with_columns(LBSTAT=pl.Series([None, "NOT DONE"]))
    found = row_differences(before, lb(WEEK1, WEEK2))
    assert found.changed["LBSTAT"].to_list() == ["NOT DONE"]


def test_a_row_that_comes_twice_and_then_once_is_gone_once() -> None:
    assert row_differences(lb(WEEK1, WEEK1), lb(WEEK1)).gone.height == 1


def test_a_name_across_rounds_holds_whatever_the_numbering() -> None:
    one, two = lb(WEEK2).to_dicts()[0], lb((9, *WEEK2[1:]), file="y").to_dicts()[0]
    assert row_identity("LB", one) == row_identity("LB", two)
    assert row_identity("LB", one) != row_identity("VS", one)
    assert (plain(7.0), plain("7"), plain(" "), plain(None)) == ("7", "7", None, None)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(["ALT", "AST"]),
        st.none() | st.sampled_from([1.0, 2.0, 300.0]),
        st.sampled_from(["2026-11-01", "2026-11-08"]),
    ),
    max_size=8,
)


@given(before=ROWS, after=ROWS)
def test_every_earlier_row_is_there_changed_or_gone(before: list, after: list) -> None:
    empty = lb(WEEK1).clear()
    old, new = (lb(*rows) if rows else empty for rows in (before, after))
    found = row_differences(old, new)
    unchanged = old.height - found.gone.height - found.changed.height
    assert unchanged >= 0
    assert unchanged + found.became.height + found.new.height == new.height


def test_a_sample_whose_person_is_corrected_goes_from_one_and_comes_to_another() -> None:
    names = ["sample", "participant", "taken"]
    before = pl.DataFrame(
        [("s1", "p", "2026-01-05"), ("s2", "q", "2026-01-05")], names, orient="row"
    )
    after = pl.DataFrame(
        [("s1", "q", "2026-01-05"), ("s2", "q", "2026-01-05")], names, orient="row"
    )
    found = row_differences(before, after)
    assert found.gone["participant"].to_list() == ["p"]
    assert found.new["participant"].to_list() == ["q"]
    assert found.changed.is_empty()


@given(
    before=st.lists(
        st.tuples(st.sampled_from("pq"), st.sampled_from([1.0, 2.0, None])), max_size=9
    ),
    after=st.lists(
        st.tuples(st.sampled_from("pq"), st.sampled_from([1.0, 2.0, None])), max_size=9
    ),
    grown=st.booleans(),
)
def test_rows_that_both_begin_with_are_left_out_without_a_difference(
    before: list[Any], after: list[Any], *, grown: bool
) -> None:
    """Against the comparison of every row, in any order and with equal rows."""

    def table(rows: list[Any]) -> pl.DataFrame:
        data = [(who, value, number) for number, (who, value) in enumerate(rows)]
        schema = {"USUBJID": pl.String, "LBSTRESN": pl.Float64, "line": pl.Int64}
        return pl.DataFrame(data, schema=schema, orient="row")

    one, other = table(before), table([*before, *after] if grown else after)
    quick = row_differences(one, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            module,
            "_behind_the_same",
            lambda left, right, *_: (left.with_row_index("_row"), right.with_row_index("_row")),
        )
        slow = row_differences(one, other)
    for name in ("gone", "changed", "became", "new"):
        assert getattr(quick, name).equals(getattr(slow, name)), name


def test_a_file_that_grew_is_looked_at_behind_what_it_held() -> None:
    rows = pl.DataFrame(
        {"USUBJID": ["p", "q"] * 50, "LBSTRESN": [float(n) for n in range(100)]}
    )
    more = pl.concat([rows, rows.head(2).with_columns(LBSTRESN=pl.lit(1000.0))]).sort(
        "USUBJID", maintain_order=True
    )
    names = ["LBSTRESN", "USUBJID"]
    left, right = module._behind_the_same(rows, more, names, names)
    assert (left.height, right["LBSTRESN"].to_list()) == (0, [1000.0, 1000.0])
    assert row_differences(rows, more).new.height == 2
    kept, _ = module._behind_the_same(rows, more.cast({"LBSTRESN": pl.String}), names, names)
    assert kept.height == 100  # other kinds: every row is looked for
