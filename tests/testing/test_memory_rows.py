import pytest

from nanoward.adapters.stores.row_store import StaleError, State
from nanoward.audit.leaves import Row
from nanoward.testing.memory_rows import MemoryRows


def test_it_keeps_rows_as_a_store_does() -> None:
    store = MemoryRows()
    store.begin(State(key="k", size=0, seal=b"", note=""))
    row = Row(1, "at", "kind", b"c", b"box", b"n")
    state = State(key="k", size=1, seal=b"s", note="")
    store.write([row], state, after=0)
    with pytest.raises(StaleError):
        store.write([row], state, after=0)
    assert (store.state(), store.rows(0, 5), store.nodes([1, 2])) == (state, [row], {1: b"n"})
    store.close()
