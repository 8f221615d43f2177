from datetime import date

import polars as pl
from polars.testing import assert_frame_equal

from nanoward.flows.steps.memoised_tables import memo_key, memoised_tables
from nanoward.testing.fakes import MemoryBlobs

TABLE = pl.DataFrame({"a": [1, 2], "day": [date(2026, 1, 1), None]})


def test_a_result_is_computed_once() -> None:
    blobs, calls = MemoryBlobs(), []

    def make() -> dict[str, pl.DataFrame]:
        calls.append(1)
        return {"one": TABLE, "two": TABLE.head(0)}

    first, known = memoised_tables(blobs, "typing:x", make)
    again, known_again = memoised_tables(blobs, "typing:x", make)
    assert (len(calls), known, known_again) == (1, False, True)
    assert_frame_equal(first["one"], again["one"])
    assert_frame_equal(first["two"], again["two"])


def test_a_key_depends_on_step_version_and_every_input_but_not_on_their_order() -> None:
    keys = {
        memo_key("type", "1", sha="a", day=date(2026, 1, 1)),
        memo_key("type", "1", day=date(2026, 1, 1), sha="a"),
        memo_key("type", "2", sha="a", day=date(2026, 1, 1)),
        memo_key("relate", "1", sha="a", day=date(2026, 1, 1)),
        memo_key("type", "1", sha="b", day=date(2026, 1, 1)),
        memo_key("type", "1", sha="a", day=date(2026, 1, 2)),
    }
    assert len(keys) == 5
