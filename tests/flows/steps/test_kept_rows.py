"""Rows kept per subject are those made anew, in whichever order material arrived."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.flows.steps.kept_rows import digest_of, kept_rows
from nanoward.flows.steps.memoised_tables import memo_key
from nanoward.testing.fakes import MemoryBlobs

KEY = memo_key("test", "software")


def rows_of(state: Mapping[str, int], some: Sequence[str]) -> dict[str, pl.DataFrame]:
    rows = [(who, at, state[who] * at) for who in some for at in range(state[who] % 4)]
    schema = {"participant": pl.String, "at": pl.Int64, "value": pl.Int64}
    return {"rows": pl.DataFrame(rows, schema, orient="row")}


STATES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), max_size=6)


@pytest.mark.hazard("H-282")
@given(history=st.lists(STATES, min_size=1, max_size=5))
def test_rows_are_those_made_anew_whatever_was_kept(history: list[dict[str, int]]) -> None:
    blobs = MemoryBlobs()
    before: dict[str, int] = {}
    for state in history:
        digests = {who: digest_of(value) for who, value in state.items()}
        asked: list[str] = []

        def make(
            some: Sequence[str], state: Mapping[str, int] = state, asked: list[str] = asked
        ) -> dict[str, pl.DataFrame]:
            asked += some
            return rows_of(state, some)

        tables, made = kept_rows(blobs, KEY, digests, make)
        anew = rows_of(state, sorted(state))["rows"]
        assert tables["rows"].sort("participant", "at").equals(anew)
        assert asked == sorted(who for who in state if before.get(who) != state[who])
        assert made == len(asked)
        before = state


def test_rows_of_another_software_are_made_anew() -> None:
    blobs = MemoryBlobs()
    digests = {"a": digest_of(3)}
    assert kept_rows(blobs, KEY, digests, lambda some: rows_of({"a": 3}, some))[1] == 1
    assert kept_rows(blobs, KEY, digests, lambda some: rows_of({"a": 3}, some))[1] == 0
    other = memo_key("test", "other software")
    assert kept_rows(blobs, other, digests, lambda some: rows_of({"a": 3}, some))[1] == 1


@pytest.mark.hazard("H-433")
def test_rows_that_are_lost_are_made_again_the_next_time() -> None:
    blobs, digests = MemoryBlobs(), {who: digest_of(who) for who in "ab"}
    for lost, made in (("b", 2), ("", 1), ("", 0)):
        found, count = kept_rows(
            blobs,
            KEY,
            digests,
            lambda some: rows_of({"a": 1, "b": 2}, some),
            lost=lambda _, lost=lost: lost,  # type: ignore[misc]
        )
        assert count == made
        rows = found["rows"].sort("participant", "at").rows()
        assert rows == [("a", 0, 0), ("b", 0, 0), ("b", 1, 2)]
