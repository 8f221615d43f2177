"""The ledger over any row store: group commit, Merkle tree, signed checkpoints, receipts.

A commit: (1) boxes are sealed in the callers' threads; (2) one thread adds all that wait to the
tree, and writes rows and a sealed state in one durable transaction; (3) the rows are read back
through another connection, leaves and nodes are recomputed and folded onto a second tree that
has only ever seen what was read from the store; (4) only if both roots agree, that root is
signed and the receipts go out. So a root that the disk does not hold is never signed, and
rows that somebody else added to the store do not fit the seal when it is opened again.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import partial

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.group_commit import GroupCommit
from nanoward.adapters.stores.record_boxes import Draft, Raw, RecordBoxes
from nanoward.adapters.stores.row_store import (
    BrokenLedgerError,
    LedgerFailedError,
    RowStore,
    StaleError,
    State,
    WrongKeyError,
)
from nanoward.adapters.stores.stored_tree import stored_hashes, stored_tree
from nanoward.adapters.stores.subject_index import BrokenIndexError, SubjectIndex
from nanoward.audit.checkpoints import Checkpoint, InclusionProof, checkpoint_of
from nanoward.audit.leaves import Row, everybody_in, leaf_content, leaf_of, unsealed
from nanoward.audit.notes import Note, Signature, VerifierKey, is_signed, read_note
from nanoward.audit.receipts import Head, Receipt, head_of
from nanoward.audit.subjects import NAMED, kind_key, name_key
from nanoward.audit.tree import Frontier, consistency_proof, inclusion_proof, leaf_hash
from nanoward.audit.verification import append_unverified, verify_rows
from nanoward.base.entries import Entry, EntryErased, body_of, kind_of
from nanoward.base.errors import OutsideError, UsageError
from nanoward.base.when import utc
from nanoward.ports.ledger import LedgerMovedError, Record, VerificationMark
from nanoward.ports.service.requests import Requests
from nanoward.ports.signer import NoteSigner

NOTHING = "0" * 64
CHUNK = 1_000
ERASED = kind_of(EntryErased)
MOST_STALE = 50  # refusals of a write in a row without a newer state: nothing will change
Part = tuple[Sequence[Draft], int | None]  # and the size that the ledger must have before them


class NoSuchRecordError(UsageError):
    """The ledger has no record of this number."""

    code = "USE-012"
    next_step = "See how many records there are: nanoward ledger show PROGRAMME."


class TreeLedger:
    """One writer at a time; `append` returns once its records survive a power cut."""

    def __init__(
        self,
        store: RowStore,
        *,
        signer: NoteSigner,
        people: PeopleKeys,
        chance: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._store, self._signer, self._people = store, signer, people
        self._vkey, self._closed = str(signer.key), False
        self._fault: BaseException | None = None
        self.guard: Callable[[], AbstractContextManager[object]] = nullcontext
        self._turns: GroupCommit[Part, Receipt | Head] = GroupCommit(self._committed)
        self._boxes = RecordBoxes(store.name, people, chance)
        self._index = SubjectIndex(store, signer.seal)
        self._note: Note | None = None
        self._tree, self._read = Frontier(), Frontier()
        self._load()

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Receipt:
        moment = utc(at).isoformat(timespec="microseconds")
        records = [(kind_of(one), body_of(one), actor, moment) for one in entries]
        return self.take(records, after=after)

    def take(self, records: Sequence[Raw], *, after: int | None = None) -> Receipt:
        """Append records as plain values: kind, body, actor, moment (ISO 8601, UTC)."""
        self._people.ids_of([one for _, body, _, _ in records for one in everybody_in(body)])
        return self._took([self._boxes.draft(*one) for one in records], after)

    def _took(self, drafts: Sequence[Draft], after: int | None = None) -> Receipt:
        with self.guard():
            answer = self._turns((drafts, after), len(drafts) or 1)
        if not isinstance(answer, Receipt):
            raise LedgerMovedError(f"{self._store.name} has {answer.size} records, not {after}")
        return answer

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        tree = stored_tree(self._store, min(after, self._size()))
        for row in self.rows(after=after):
            append_unverified(tree, row)
            if kind in (None, row.kind, ERASED):
                record = self._record(row, tree)
                if kind in (None, record.kind):
                    yield record

    def head(self) -> Head:
        return head_of(stored_tree(self._store, self._size()))

    def verify(self) -> Head:
        tree = Frontier()
        for mark in self.verified():
            tree = mark.tree
        return head_of(tree)

    def verified(
        self, start: VerificationMark | None = None, *, bodies: bool = True
    ) -> Iterator[VerificationMark]:
        state = self._state()
        tree = start.tree.copy() if start is not None else Frontier()
        opened = partial(unsealed, cipher_of=self._people.cipher) if bodies else None
        while tree.size < state.size:
            rows = self._store.rows(tree.size, min(tree.size + CHUNK * 5, state.size))
            broken = verify_rows(tree, rows)
            if broken is not None or not rows:
                raise self._broken(f"record {broken or tree.size + 1} does not verify")
            for row in rows if opened is not None else ():
                opened(row)  # type: ignore[misc]
            yield VerificationMark(total=state.size, tree=tree.copy())
        now = self._size()  # others may append meanwhile
        if self._store.rows(now, now + 1) and self._size() == now:
            raise self._broken(f"record {now + 1} was never appended")
        self._check(state, tree)
        yield VerificationMark(total=state.size, tree=tree)

    def key(self) -> VerifierKey:
        return self._signer.key

    def checkpoint(self) -> Note:
        return self._signed(self._sealed_tree())

    def prove(self, seq: int) -> InclusionProof:
        tree = self._sealed_tree()
        size = tree.size
        if not 0 < seq <= size:
            raise NoSuchRecordError(f"record {seq} of {size} cannot be proved")
        note = self._signed(tree)
        hashes = stored_hashes(self._store, partial(inclusion_proof, seq - 1, size))
        return InclusionProof(index=seq - 1, hashes=hashes, note=note)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        size = self._size()
        if not 0 <= old <= size:
            raise NoSuchRecordError(f"a ledger of {size} records did not begin with {old}")
        return stored_hashes(self._store, partial(consistency_proof, old, size))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        size = self._size()
        while after < size:
            rows = self._store.rows(after, min(after + CHUNK, size))
            if not rows or rows[0].seq != after + 1 or rows[-1].seq != after + len(rows):
                raise self._broken(f"record {after + 1} or one after it is missing")
            yield from rows
            after += len(rows)

    def about(self, person: str, *, kinds: Sequence[str] = ()) -> Iterator[Record]:
        keys = [*self._people.known_ids(person), *(kind_key(one) for one in kinds)]
        found = self._read_at(self._seqs(keys))
        orders = {
            name_key(record.body[name])
            for record in found.values()
            for name in NAMED
            if record.body.get(name)
        }
        found |= self._read_at([one for one in self._seqs(orders) if one not in found])
        yield from (found[seq] for seq in sorted(found))

    def _seqs(self, keys: Iterable[bytes]) -> list[int]:
        wanted, size = set(keys), self._size()
        try:
            return self._index.seqs(wanted, size) if wanted else []
        except BrokenIndexError:
            return self._index.scanned(wanted, size)

    def _read_at(self, seqs: Sequence[int]) -> dict[int, Record]:
        rows = self._store.rows_at(seqs)
        if len(rows) != len(seqs):
            raise self._broken("a record is missing that its index names")
        return {row.seq: self._record(row, None) for row in rows}

    def people(self) -> tuple[str, ...]:
        return self._people.people()

    def fold(self, step: Callable[[int], None] = lambda _: None, *, anew: bool = False) -> None:
        (self._index.rebuild if anew else self._index.catch_up)(self._size(), step)

    def folded(self) -> int:
        return self._store.indexed()

    def index_fault(self, step: Callable[[int], None] = lambda _: None) -> str:
        return self._index.fault(step)

    def mentions(self, participant: str) -> bool:
        return self._people.has(participant)

    def erase(self, participant: str) -> bool:
        return self._people.erase(participant)

    def last_about(self, person: str) -> int:
        return max(self._seqs(self._people.known_ids(person)), default=0)

    @property
    def requests(self) -> Requests:
        """Requests that are kept in the same database."""
        return self._store

    def restore(self, rows: Iterator[Row], note: Note) -> Receipt:
        """Lay the rows of an export again, as they are, under the checkpoint it came with.

        Goes on where an earlier attempt stopped; BrokenLedgerError where another ledger stands.
        """
        before, seen = self._sealed_tree(), Frontier()
        for row in itertools.islice(rows, before.size):
            seen.add(leaf_of(row))
        if seen.root() != before.root():
            raise self._broken("another ledger stands there already")
        while chunk := [
            (r.at, r.kind, r.commitment, r.box) for r in itertools.islice(rows, CHUNK)
        ]:
            self._took(chunk)
        if self._read.root() != checkpoint_of(note).root:
            raise self._broken("it has another root than the checkpoint it came with")
        return self.take([])

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                self._keep_note()
            finally:
                self._store.close()

    # --- appending ---

    def _committed(self, group: Sequence[Part]) -> list[Receipt | Head]:
        if self._fault is not None:
            raise LedgerFailedError(f"{self._store.name} failed earlier: {self._fault}")
        try:
            before, kept, rows, note = self._written(group)
        except (LedgerFailedError, BrokenLedgerError) as fault:
            self._fault = fault
            raise
        answers: list[Receipt | Head] = []
        first, nodes = before.size + 1, tuple(row.nodes for row in rows)
        size, root = self._read.size, head_of(self._read).hash
        for (drafts, _), is_kept in zip(group, kept, strict=True):
            if not is_kept:
                answers.append(head_of(self._read))
                continue
            answers.append(
                Receipt(
                    size=size, hash=root, first=first, count=len(drafts), note=note,
                    before=before, nodes=nodes,
                )
            )  # fmt: skip
            first += len(drafts)
        return answers

    def _written(
        self, group: Sequence[Part]
    ) -> tuple[Frontier, tuple[bool, ...], Sequence[Row], Note]:
        """Write what may be written: (the tree before, which parts, their rows, checkpoint)."""
        stuck = 0
        while True:
            before, tree = self._read.copy(), self._tree.copy()
            rows: list[Row] = []
            kept = []
            for drafts, after in group:
                kept.append(after in (None, tree.size))
                for at, kind, commitment, box in drafts if kept[-1] else ():
                    nodes = tree.add(leaf_hash(leaf_content(at, kind, commitment, box)))
                    rows.append(Row(tree.size, at, kind, commitment, box, nodes))
            if not rows:
                if all(kept) or self._size() == before.size:
                    return before, tuple(kept), (), self._signed(before)
                self._load()  # the condition was judged by an older state
                continue
            try:
                postings = self._index.postings(rows)
                self._store.write(
                    rows, self._state_of(tree), after=before.size, postings=postings
                )
                break
            except StaleError:
                self._load()
                stuck = stuck + 1 if self._read.size == before.size else 0
                if stuck > MOST_STALE:
                    what = "what is written and what is read are two different files"
                    raise LedgerFailedError(f"{self._store.name}: {what}") from None
        self._tree = tree
        self._read_back(rows)
        self._note = self._signed(self._read)
        return before, tuple(kept), rows, self._note

    def _read_back(self, rows: Sequence[Row]) -> None:
        """Fold what the store now holds onto the tree that only saw what was read from it."""
        read = self._read.copy()
        found = self._store.rows(read.size, self._tree.size)
        broken = verify_rows(read, found)
        if broken is not None or read.size != self._tree.size or found != rows:
            raise self._broken(f"record {broken or read.size} was not kept as it was written")
        if read.root() != self._tree.root():
            raise self._broken("what was read back has another root than what was written")
        self._read = read

    def _load(self) -> None:
        state = self._store.state()
        if state is None:
            empty = self._state_of(Frontier())
            self._store.begin(empty)
            state = self._store.state() or empty
        if state.key != self._vkey:
            raise WrongKeyError(f"{self._store.name} belongs to the key {state.key}")
        tree = stored_tree(self._store, state.size)
        self._check(state, tree)
        self._tree, self._read = tree, tree.copy()

    def _check(self, state: State, tree: Frontier) -> None:
        """The tree fits the seal, and the newest signed checkpoint is how it began."""
        if self._seal(tree) != state.seal:
            raise self._broken("its head is not what this ledger's key sealed")
        if not state.note:
            return
        note = read_note(state.note)
        said = checkpoint_of(note)
        if not is_signed(note, self._signer.key) or said.origin != self._signer.key.name:
            raise self._broken("its checkpoint is not signed by its key")
        if said.size > state.size or said.root != self._root_at(said.size, tree):
            raise self._broken(f"its checkpoint of {said.size} records is of another history")

    def _root_at(self, size: int, tree: Frontier) -> bytes:
        if size == tree.size:
            return tree.root()
        return stored_tree(self._store, size).root()

    def _state(self) -> State:
        state = self._store.state()
        if state is None:
            raise self._broken("its state is missing")
        return state

    def _size(self) -> int:
        return self._state().size

    def _sealed_tree(self) -> Frontier:
        """The current tree, read from the store, if it is the one that was sealed."""
        state = self._state()
        tree = stored_tree(self._store, state.size)
        if self._seal(tree) != state.seal:
            raise self._broken("its head is not what this ledger's key sealed")
        return tree

    # --- sealing and signing ---

    def _seal(self, tree: Frontier) -> bytes:
        name = self._signer.key.name
        return self._signer.seal(f"head/1\n{name}\n{tree.size}\n".encode() + tree.root())

    def _state_of(self, tree: Frontier) -> State:
        note = "" if self._note is None else str(self._note)
        return State(key=self._vkey, size=tree.size, seal=self._seal(tree), note=note)

    def _signed(self, tree: Frontier) -> Note:
        key = self._signer.key
        text = Checkpoint(origin=key.name, size=tree.size, root=tree.root()).text()
        signed = self._signer.sign(text.encode())
        line = Signature(name=key.name, key_id=key.key_id, signed=signed)
        return Note(text=text, signatures=(line,))

    def _keep_note(self) -> None:
        """The newest checkpoint is kept with the next commit; here, when there is none."""
        if self._note is None or self._fault is not None:
            return
        try:
            self._store.write([], self._state_of(self._tree), after=self._tree.size)
        except (StaleError, OutsideError):
            return  # it can be signed again, and will be the same

    def _record(self, row: Row, tree: Frontier | None) -> Record:
        return self._boxes.record(row, "" if tree is None else head_of(tree).hash)

    def _broken(self, what: str) -> BrokenLedgerError:
        return BrokenLedgerError(f"{self._store.name}: {what}")
