from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance import earliest, latest
from nanoward.clearance.sdtm import data_cutoff
from nanoward.clearance.sdtm.data_cutoff import placed_day, unplaced
from nanoward.maths.distinct_texts import by_distinct

TEXTS = ("2026", "2024-02", " 2026-03-05T10:30", "2026-01-01/2026-09-01", "soon", "", None)


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9), st.sampled_from([1, 300]))
def test_each_row_is_given_the_answer_of_its_own_text(texts: list[str], often: int) -> None:
    """Many rows are read by their distinct texts, few one by one: the answers are the same."""
    table = pl.DataFrame({"d": texts * often}, schema={"d": pl.String})
    for reader, plain in (
        (earliest, data_cutoff._earliest),
        (latest, data_cutoff._latest),
        (unplaced, data_cutoff._unplaced),
    ):
        told = table.select(reader("d")).to_series().to_list()
        slow = table.select(plain(pl.col("d").str.strip_chars()).alias("d"))["d"].to_list()
        assert told == slow
    kept = table.select(day=placed_day("d"), first=earliest("d"), odd=unplaced("d"))
    assert [day for day, _, _ in kept.iter_rows()] == [
        None if odd else first for _, first, odd in kept.iter_rows()
    ]


def test_it_works_on_numbers_in_groups_and_on_nothing() -> None:
    year = by_distinct(pl.col("n"), lambda text: text.str.slice(0, 4), pl.String)
    assert pl.DataFrame({"n": [20260101, None]}).select(year)["n"].to_list() == ["2026", None]
    table = pl.DataFrame({"who": ["a", "b"] * 200, "d": ["2026-01-02", "2026-01-01"] * 200})
    first = table.group_by("who").agg(earliest("d").min()).sort("who")
    assert first.rows() == [("a", date(2026, 1, 2)), ("b", date(2026, 1, 1))]
    none = pl.DataFrame(schema={"d": pl.String})
    assert none.select(earliest("d")).schema == {"d": pl.Date}
