"""A row store that is gone with the process: what tampering tests lay their hands on."""

import threading
from collections.abc import Sequence

from nanoward.adapters.stores.row_store import StaleError, State
from nanoward.audit.leaves import Row


class MemoryRows:
    """Rows in a list; `kept` is the stored truth, for tests to bend."""

    name = "memory"

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.stood: State | None = None
        self._turn = threading.Lock()

    def state(self) -> State | None:
        return self.stood

    def begin(self, state: State) -> None:
        self.stood = self.stood or state

    def write(self, rows: Sequence[Row], state: State, *, after: int) -> None:
        with self._turn:
            if self.stood is None or self.stood.size != after:
                raise StaleError
            self.kept = [*self.kept, *rows]
            self.stood = state

    def rows(self, after: int, last: int) -> list[Row]:
        return [row for row in self.kept[after:] if after < row.seq <= last]

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        wanted = set(seqs)
        return {row.seq: row.nodes for row in self.kept if row.seq in wanted}

    def close(self) -> None:
        return None
