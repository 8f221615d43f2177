from pathlib import Path

import pytest

from nanoward.adapters.stores.row_store import StaleError, State
from nanoward.adapters.stores.sqlite_rows import SqliteRows
from nanoward.audit.leaves import Row
from nanoward.base.errors import OutsideError

STATE = State(key="k", size=0, seal=b"s", note="")


def row(seq: int) -> Row:
    return Row(seq, "at", "kind", b"c", b"box", b"n" * 32)


def test_rows_and_state_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    store = SqliteRows(tmp_path / "l.db")
    assert store.state() is None
    store.begin(STATE)
    store.begin(State(key="other", size=9, seal=b"", note=""))
    after = State(key="k", size=2, seal=b"t", note="n")
    store.write([row(1), row(2)], after, after=0)
    with pytest.raises(StaleError):
        store.write([row(3)], after, after=0)
    assert store.state() == after
    assert store.rows(0, 9) == [row(1), row(2)]
    assert store.rows(1, 9) == [row(2)]
    assert store.nodes([1, 7]) == {1: b"n" * 32}
    assert store.nodes([]) == {}
    store.close()


def test_the_log_is_moved_into_the_file_while_it_is_written(tmp_path: Path) -> None:
    store = SqliteRows(tmp_path / "l.db", log_bytes=50_000)
    store.begin(STATE)
    for size in range(60):
        state = State(key="k", size=size + 1, seal=b"s", note="")
        store.write([row(size + 1)], state, after=size)
    assert (tmp_path / "l.db").stat().st_size > 8_192
    assert (tmp_path / "l.db-wal").stat().st_size < 60 * 8_192
    store.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "l.db").mkdir()
    with pytest.raises(OutsideError):
        SqliteRows(tmp_path / "l.db")
