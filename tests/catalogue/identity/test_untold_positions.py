"""Positions that a sample does not tell, of all samples together."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nanoward.catalogue.identity.untold_positions import (
    Layout,
    held,
    readable_of,
    unread_of,
    untold_of,
    untold_positions,
)


def test_a_layout_has_the_columns_of_each_contig() -> None:
    layout = Layout.of(["a", "a", "b"], np.array([3, 7, 2]))
    assert {one: (first, at.tolist()) for one, (first, at) in layout.items()} == {
        "a": (0, [3, 7]),
        "b": (2, [2]),
    }
    assert Layout.of([], np.zeros(0, np.int64)) == {}


def test_what_is_not_read_lies_outside_or_has_no_sequence_is_untold() -> None:
    layout = Layout.of(["a", "a", "a", "b"], np.array([1, 3, 9, 2]))
    aligned = pl.DataFrame(
        {"sample": ["s", "s", "t", "x"], "contig": ["a", "b", "a", "a"],
         "sequence": ["CNNC", "CC", "CCCCCCCCC", "N"]}
    )  # fmt: skip
    found = untold_positions(["s", "t", "u"], layout, aligned)
    at, places = found.of_rows(np.arange(3))
    told = list(zip(at.tolist(), found.column[places].tolist(), strict=True))
    assert told == [(0, 1), (0, 2), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3)]


@given(
    text=st.text("ACN", min_size=0, max_size=30),
    positions=st.lists(st.integers(1, 35), max_size=20).map(sorted),
)
def test_unread_positions_are_those_looked_up_one_by_one(
    text: str, positions: list[int]
) -> None:
    found = unread_of(np.array(positions, np.int64), readable_of(text))
    known = [at for at, one in enumerate(positions) if one > len(text) or text[one - 1] == "N"]
    assert found.tolist() == known


def test_places_of_rows_are_found_in_the_order_asked() -> None:
    table = held(np.array([0, 0, 2]), np.array([5, 6, 7]), 3)
    at, places = table.of_rows(np.array([2, 1, 0]))
    assert at.tolist() == [0, 2, 2]
    assert table.column[places].tolist() == [7, 5, 6]


@given(
    texts=st.lists(
        st.tuples(st.sampled_from("stux"), st.sampled_from("abz"), st.text("ACN", max_size=12)),
        max_size=9,
    ),
    places=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 14)), max_size=12),
)
def test_untold_positions_of_all_samples_are_those_of_each_looked_up_alone(
    texts: list[tuple[str, str, str]], places: list[tuple[str, int]]
) -> None:
    """Of a contig that a sample has twice, the later row counts."""
    rising = sorted(places)
    layout = Layout.of([one for one, _ in rising], np.array([at for _, at in rising], np.int64))
    samples = ["s", "t", "u"]
    found: list[dict[str, np.ndarray]] = [{} for _ in samples]
    for name, contig, letters in texts:
        if name in samples and contig in layout:
            first, positions = layout[contig]
            columns = first + unread_of(positions, readable_of(letters))
            found[samples.index(name)][contig] = columns
    known = untold_of(found, layout)
    schema = {"sample": pl.String, "contig": pl.String, "sequence": pl.String}
    got = untold_positions(samples, layout, pl.DataFrame(texts, schema, orient="row"))
    assert got.starts.tolist() == known.starts.tolist()
    assert got.column.tolist() == known.column.tolist()
