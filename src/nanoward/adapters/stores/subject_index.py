"""Which records speak of whom: a projection of the ledger, kept with how far it was folded.

A chain of keyed hashes runs over the records of each key, so that a row that is gone, added or
changed without the ledger's key is seen when it is read; what is seen to be broken is not
used, and the ledger itself is read instead. `fault` compares all of it with the rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from nanoward.adapters.stores.row_store import (
    ForeignLedgerError,
    LedgerUnavailableError,
    Postings,
    RowStore,
    StaleError,
)
from nanoward.audit.leaves import Row
from nanoward.audit.subjects import subjects_of
from nanoward.base.errors import IntegrityError

CHUNK = 2_000
NOTHING = b""


class BrokenIndexError(IntegrityError):
    """The index of a ledger does not fit its records; the record itself may be whole."""

    code = "INT-061"
    next_step = "Make it again from the record: nanoward rebuild PROGRAMME."


class SubjectIndex:
    """Reads and folds the index that a store keeps beside its rows.

    seal  32 bytes that only this ledger's signer can make
    """

    def __init__(self, store: RowStore, seal: Callable[[bytes], bytes]) -> None:
        self._store, self._seal = store, seal

    def postings(self, rows: Sequence[Row]) -> Postings | None:
        """What the index gains with these rows; None where it is not whole before them."""
        if not rows or self._store.indexed() != rows[0].seq - 1:
            return None
        added = [(key, row.seq) for row in rows for key in subjects_of(row)]
        heads = self._store.posting_heads(list(dict.fromkeys(key for key, _ in added)))
        for key, seq in added:
            count, chain = heads.get(key, (0, NOTHING))
            heads[key] = (count + 1, self._link(chain, key, seq))
        return Postings(
            rows=added,
            heads=[(key, count, chain) for key, (count, chain) in heads.items()],
            upto=rows[-1].seq,
        )

    def seqs(self, keys: Iterable[bytes], last: int) -> list[int]:
        """Records up to `last` that are found by any of the keys, in order.

        BrokenIndexError where the index was bent; what it has not folded yet is read.
        """
        wanted = set(keys)
        upto = self._store.indexed()
        if not 0 <= upto <= last:
            last = max(last, upto)
        found = {seq for key in wanted for seq in self._checked(key)}
        for row in self._rows(upto, last):
            if not wanted.isdisjoint(subjects_of(row)):
                found.add(row.seq)
        return sorted(found)

    def scanned(self, keys: Iterable[bytes], last: int) -> list[int]:
        """As `seqs`, from the rows alone: right whatever befell the index, and slow."""
        wanted = set(keys)
        rows = self._rows(0, last)
        return [row.seq for row in rows if not wanted.isdisjoint(subjects_of(row))]

    def catch_up(self, last: int, step: Callable[[int], None] = lambda _: None) -> None:
        """Fold what was not folded yet, up to `last`, piece by piece."""
        while (upto := self._store.indexed()) < last:
            postings = self.postings(self._store.rows(upto, min(upto + CHUNK, last)))
            if postings is None:
                continue
            try:
                self._store.post(postings, after=upto)
            except StaleError:
                continue
            step(postings.upto - upto)

    def rebuild(self, last: int, step: Callable[[int], None] = lambda _: None) -> None:
        """Make it anew from the rows."""
        self._store.clear_postings()
        self.catch_up(last, step)

    def fault(self, step: Callable[[int], None] = lambda _: None) -> str:
        """What is wrong with the index, compared with every row; "" where it fits."""
        upto, owed = self._store.indexed(), 0
        for start in range(0, upto, CHUNK):
            rows = self._store.rows(start, min(start + CHUNK, upto))
            for row in rows:
                owed += sum(self._number(key, row.seq) for key in subjects_of(row))
            step(len(rows))
        try:
            return (
                "" if owed == self._all_checked() else "it does not name the records it should"
            )
        except BrokenIndexError as fault:
            return fault.message

    def _all_checked(self) -> int:
        """The sum of all that stands in it; BrokenIndexError where a chain does not hold."""
        total, at, count, chain = 0, None, 0, NOTHING
        for key, seq in self._store.all_posted():
            if key != at:
                self._require(at, count, chain)
                at, count, chain = key, 0, NOTHING
            total += self._number(key, seq)
            count, chain = count + 1, self._link(chain, key, seq)
        self._require(at, count, chain)
        return total

    def _require(self, key: bytes | None, count: int, chain: bytes) -> None:
        if key is not None and self._store.posting_heads([key]).get(key) != (count, chain):
            raise BrokenIndexError("the index of one subject was changed")

    def _checked(self, key: bytes) -> list[int]:
        """The records of a key, if their chain is the one that was kept with them."""
        try:
            before = self._store.posting_heads([key])
            while True:
                seqs = self._store.posted(key)
                now = self._store.posting_heads([key])
                if now == before:
                    break
                before = now  # another process wrote between the reads
        except (LedgerUnavailableError, ForeignLedgerError) as fault:
            raise BrokenIndexError(f"the index cannot be read: {fault.message}") from fault
        chain = NOTHING
        for seq in seqs:
            chain = self._link(chain, key, seq)
        if now.get(key, (0, NOTHING)) != (len(seqs), chain):
            raise BrokenIndexError("the index of one subject was changed")
        return seqs

    def _rows(self, after: int, last: int) -> Iterator[Row]:
        for start in range(after, last, CHUNK):
            yield from self._store.rows(start, min(start + CHUNK, last))

    def _link(self, chain: bytes, key: bytes, seq: int) -> bytes:
        return self._seal(b"index/1\n" + chain + b"\n" + key + b"\n" + str(seq).encode())

    def _number(self, key: bytes, seq: int) -> int:
        return int.from_bytes(self._seal(b"pair/1\n" + key + b"\n" + str(seq).encode()))
