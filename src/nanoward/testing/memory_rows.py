"""A row store that is gone with the process: what tampering tests lay their hands on."""

import threading
from collections.abc import Iterator, Sequence

from nanoward.adapters.stores.row_store import Postings, StaleError, State
from nanoward.audit.leaves import Row


class MemoryRows:
    """Rows in a list; `kept` is the stored truth, for tests to bend."""

    name = "memory"

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.stood: State | None = None
        self._turn = threading.Lock()
        self.upto = 0
        self.clear_postings()

    def state(self) -> State | None:
        return self.stood

    def begin(self, state: State) -> None:
        self.stood = self.stood or state

    def write(
        self,
        rows: Sequence[Row],
        state: State,
        *,
        after: int,
        postings: Postings | None = None,
    ) -> None:
        with self._turn:
            if self.stood is None or self.stood.size != after:
                raise StaleError
            if postings is not None:
                self.post(postings, after=after)
            self.kept = [*self.kept, *rows]
            self.stood = state

    def rows(self, after: int, last: int) -> list[Row]:
        return [row for row in self.kept[after:] if after < row.seq <= last]

    def rows_at(self, seqs: Sequence[int]) -> list[Row]:
        wanted = set(seqs)
        return [row for row in self.kept if row.seq in wanted]

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        wanted = set(seqs)
        return {row.seq: row.nodes for row in self.kept if row.seq in wanted}

    def indexed(self) -> int:
        return self.upto

    def posting_heads(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        return {key: self.heads[key] for key in keys if key in self.heads}

    def posted(self, key: bytes) -> list[int]:
        return sorted(seq for one, seq in self.index if one == key)

    def all_posted(self) -> Iterator[tuple[bytes, int]]:
        return iter(sorted(self.index))

    def post(self, postings: Postings, *, after: int) -> None:
        if self.upto != after:
            raise StaleError
        self.index |= set(postings.rows)
        self.heads |= {key: (count, chain) for key, count, chain in postings.heads}
        self.upto = postings.upto

    def clear_postings(self) -> None:
        self.index: set[tuple[bytes, int]] = set()
        self.heads: dict[bytes, tuple[int, bytes]] = {}
        self.upto = 0

    def close(self) -> None:
        return None
