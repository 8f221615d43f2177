"""A row store that is gone with the process: what tampering tests lay their hands on."""

import threading
from collections.abc import Iterator, Sequence

from nanoward.adapters.stores.row_store import Postings, StaleError, State
from nanoward.audit.leaves import Row
from nanoward.ports.service.requests import KeptRequest


class MemoryRows:
    """Rows in a list; `kept` is the stored truth, for tests to bend."""

    name = "memory"

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.stood: State | None = None
        self._turn = threading.Lock()
        self.upto = 0
        self.claim: KeptRequest | None = None
        self._requests: dict[str, KeptRequest] = {}
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
            if self.claim is not None:
                self.keep_request(self.claim)
                self.claim = None

    def rows(self, after: int, last: int) -> list[Row]:
        return [row for row in self.kept[after:] if after < row.seq <= last]

    def rows_at(self, seqs: Sequence[int]) -> list[Row]:
        return self._at(seqs)

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        return {row.seq: row.nodes for row in self._at(seqs)}

    def _at(self, seqs: Sequence[int]) -> list[Row]:
        """Rows by number: where they belong, or looked for where a test has bent them."""
        kept = self.kept
        if all(0 < one <= len(kept) and kept[one - 1].seq == one for one in seqs):
            return [kept[one - 1] for one in sorted(set(seqs))]
        wanted = set(seqs)
        return [row for row in kept if row.seq in wanted]

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

    def begin_requests(self) -> None:
        return None

    def request(self, key: str) -> KeptRequest | None:
        return self._requests.get(key)

    def keep_request(self, asked: KeptRequest) -> None:
        self._requests[asked.key] = asked

    def keep_later(self, asked: KeptRequest) -> None:
        self.keep_request(asked)

    def keep_now(self) -> None:
        return None

    def forget_requests(self, before: str) -> int:
        gone = [key for key, one in self._requests.items() if one.at < before]
        for key in gone:
            del self._requests[key]
        return len(gone)

    def close(self) -> None:
        return None
