"""The ledger over any row store: group commit, Merkle tree, signed checkpoints, receipts.

A commit: (1) boxes are sealed in the callers' threads; (2) one thread adds all that wait to the
tree, and writes rows and a sealed state in one durable transaction; (3) the rows are read back
through another connection, leaves and nodes are recomputed and folded onto a second tree that
has only ever seen what was read from the store; (4) only if both roots agree, that root is
signed and the receipts go out. So a root that the disk does not hold is never signed, and
rows that somebody else added to the store do not fit the seal when it is opened again.
"""

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.group_commit import GroupCommit
from nanoward.adapters.stores.row_store import (
    BrokenLedgerError,
    LedgerFailedError,
    RowStore,
    StaleError,
    State,
    WrongKeyError,
)
from nanoward.audit.checkpoints import Checkpoint, InclusionProof, checkpoint_of
from nanoward.audit.leaves import (
    NONCE,
    SALT,
    Row,
    commitment_of,
    encrypted_envelope,
    leaf_content,
    leaf_of,
    opened_envelope,
    people_in,
    record_bytes,
    unsealed,
    with_ids,
    with_names,
)
from nanoward.audit.notes import Note, Signature, VerifierKey, is_signed, read_note
from nanoward.audit.receipts import Head, Receipt
from nanoward.audit.tree import (
    WIDTH,
    Frontier,
    Node,
    consistency_proof,
    frontier_places,
    inclusion_proof,
    leaf_hash,
    stored_at,
)
from nanoward.audit.verification import append_unverified, verify_rows
from nanoward.base.entries import Entry, EntryErased, body_of, kind_of
from nanoward.base.errors import OutsideError, UsageError
from nanoward.base.when import utc
from nanoward.ports.ledger import Record, VerificationMark
from nanoward.ports.signer import NoteSigner

NOTHING = "0" * 64
CHUNK = 1_000
ERASED = kind_of(EntryErased)
Raw = tuple[str, Mapping[str, Any], str, str]  # kind, body, actor, at
Draft = tuple[str, str, bytes, bytes]  # at, kind, commitment, box


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
        self._store, self._signer, self._people, self._chance = store, signer, people, chance
        self._vkey, self._closed = str(signer.key), False
        self._fault: BaseException | None = None
        self._turns: GroupCommit[list[Draft], Receipt] = GroupCommit(self._committed)
        self._note: Note | None = None
        self._tree, self._read = Frontier(), Frontier()
        self._load()

    def append(self, entries: Sequence[Entry], *, actor: str, at: datetime) -> Receipt:
        moment = utc(at).isoformat(timespec="microseconds")
        return self.take([(kind_of(one), body_of(one), actor, moment) for one in entries])

    def take(self, records: Sequence[Raw]) -> Receipt:
        """Append records as plain values: kind, body, actor, moment (ISO 8601, UTC)."""
        return self._turns([self._draft(*one) for one in records], len(records) or 1)

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        tree = self._tree_of(min(after, self._size()))
        for row in self.rows(after=after):
            append_unverified(tree, row)
            if kind in (None, row.kind, ERASED):
                record = self._record(row, tree)
                if kind in (None, record.kind):
                    yield record

    def head(self) -> Head:
        return _head(self._tree_of(self._size()))

    def verify(self) -> Head:
        tree = Frontier()
        for mark in self.verified():
            tree = mark.tree
        return _head(tree)

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
        if self._store.rows(state.size, state.size + 1):
            raise self._broken(f"record {state.size + 1} was never appended")
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
        hashes = self._hashes(partial(inclusion_proof, seq - 1, size))
        return InclusionProof(index=seq - 1, hashes=hashes, note=note)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        size = self._size()
        if not 0 <= old <= size:
            raise NoSuchRecordError(f"a ledger of {size} records did not begin with {old}")
        return self._hashes(partial(consistency_proof, old, size))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        size = self._size()
        while after < size:
            rows = self._store.rows(after, min(after + CHUNK, size))
            if not rows or rows[0].seq != after + 1 or rows[-1].seq != after + len(rows):
                raise self._broken(f"record {after + 1} or one after it is missing")
            yield from rows
            after += len(rows)

    def mentions(self, participant: str) -> bool:
        return self._people.has(participant)

    def erase(self, participant: str) -> bool:
        return self._people.erase(participant)

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
            self._turns(chunk, len(chunk))
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

    def _draft(self, kind: str, body: Mapping[str, Any], actor: str, at: str) -> Draft:
        body = with_ids(body, self._people.ids_of)
        record = record_bytes(actor=actor, at=at, body=body, kind=kind)
        drawn = self._chance(SALT + NONCE)
        salt, nonce = drawn[:SALT], drawn[SALT:]
        commitment = commitment_of(salt, record)
        if not (people := people_in(body)):
            return at, kind, commitment, opened_envelope(salt, record)
        ids = self._people.ids_of(people)
        cipher = self._people.cipher(ids)
        if cipher is None:  # erased a moment ago by another thread
            return self._draft(kind, body, actor, at)
        return at, kind, commitment, encrypted_envelope(ids, cipher, nonce, salt, record)

    def _committed(self, group: Sequence[list[Draft]]) -> list[Receipt]:
        if self._fault is not None:
            raise LedgerFailedError(f"{self._store.name} failed earlier: {self._fault}")
        drafts = [draft for part in group for draft in part]
        try:
            before, nodes, note = self._written(drafts)
        except (LedgerFailedError, BrokenLedgerError) as fault:
            self._fault = fault
            raise
        receipts, first = [], before.size + 1
        size, root = self._read.size, _hash(self._read)
        for part in group:
            receipts.append(
                Receipt(
                    size=size, hash=root, first=first, count=len(part), note=note,
                    before=before, nodes=nodes,
                )
            )  # fmt: skip
            first += len(part)
        return receipts

    def _written(self, drafts: Sequence[Draft]) -> tuple[Frontier, tuple[bytes, ...], Note]:
        while True:
            before, tree = self._read.copy(), self._tree.copy()
            rows = []
            for at, kind, commitment, box in drafts:
                nodes = tree.add(leaf_hash(leaf_content(at, kind, commitment, box)))
                rows.append(Row(tree.size, at, kind, commitment, box, nodes))
            if not rows:
                return before, (), self._signed(before)
            try:
                self._store.write(rows, self._state_of(tree), after=before.size)
                break
            except StaleError:
                self._load()
        self._tree = tree
        self._read_back(rows)
        self._note = self._signed(self._read)
        return before, tuple(row.nodes for row in rows), self._note

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

    # --- what stands on disk ---

    def _load(self) -> None:
        state = self._store.state()
        if state is None:
            empty = self._state_of(Frontier())
            self._store.begin(empty)
            state = self._store.state() or empty
        if state.key != self._vkey:
            raise WrongKeyError(f"{self._store.name} belongs to the key {state.key}")
        tree = self._tree_of(state.size)
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
        return self._tree_of(size).root()

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
        tree = self._tree_of(state.size)
        if self._seal(tree) != state.seal:
            raise self._broken("its head is not what this ledger's key sealed")
        return tree

    def _tree_of(self, size: int) -> Frontier:
        places = [stored_at(*place) for place in frontier_places(size)]
        found = self._store.nodes([seq for seq, _ in places])
        missing = [seq for seq, place in places if len(found.get(seq, b"")[place]) != WIDTH]
        if missing:
            raise self._broken(f"record {missing[-1]} is missing or cut off")
        return Frontier(size, [found[seq][place] for seq, place in places])

    def _hashes(self, proof: Callable[[Node], tuple[bytes, ...]]) -> tuple[bytes, ...]:
        """A proof, its nodes read at once: it is run first to learn which they are."""
        wanted: list[tuple[int, int]] = []

        def noted(level: int, index: int) -> bytes:
            wanted.append((level, index))
            return b""

        proof(noted)
        places = {one: stored_at(*one) for one in wanted}
        found = self._store.nodes([seq for seq, _ in places.values()])
        nodes = {one: found.get(seq, b"")[place] for one, (seq, place) in places.items()}
        missing = [one for one, node in nodes.items() if len(node) != WIDTH]
        if missing:
            raise self._broken(f"record {places[missing[0]][0]} is missing or cut off")
        return proof(lambda level, index: nodes[level, index])

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

    def _record(self, row: Row, tree: Frontier) -> Record:
        content = unsealed(row, self._people.cipher)
        if content is None:
            actor, kind = "", ERASED
            body: Mapping[str, Any] = {"kind": row.kind}
        else:
            said = json.loads(content)
            actor, kind = said["actor"], row.kind
            body = with_names(said["body"], self._people.name_of)
            if (said["at"], said["kind"]) != (row.at, row.kind):
                raise self._broken(f"record {row.seq} contradicts itself")
        return Record(
            seq=row.seq,
            at=datetime.fromisoformat(row.at),
            actor=actor,
            kind=kind,
            body=body,
            hash=_hash(tree),
        )

    def _broken(self, what: str) -> BrokenLedgerError:
        return BrokenLedgerError(f"{self._store.name}: {what}")


def _head(tree: Frontier) -> Head:
    return Head(size=tree.size, hash=_hash(tree))


def _hash(tree: Frontier) -> str:
    return tree.root().hex() if tree.size else NOTHING
