import pytest

from nanoward.adapters.stores.row_store import StaleError, State
from nanoward.audit.leaves import Row
from nanoward.ports.service.requests import KeptRequest
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


def test_requests_are_kept_with_the_append_that_they_claim_and_forgotten_by_their_day() -> None:
    store, asked = MemoryRows(), KeptRequest(key="k", body="b", at="2026-01-01")
    store.begin_requests()
    store.keep_later(asked)
    store.keep_now()
    assert store.request("k") == asked
    assert store.forget_requests("2026-01-01") == 0
    assert store.forget_requests("2026-01-02") == 1
    assert store.request("k") is None
