"""Records as they stand in a store: sealed in boxes on the way in, opened on the way out."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.row_store import BrokenLedgerError
from nanoward.audit.leaves import (
    NONCE,
    SALT,
    Row,
    commitment_of,
    encrypted_envelope,
    opened_envelope,
    people_in,
    record_bytes,
    unsealed,
    with_ids,
    with_names,
)
from nanoward.base.entries import EntryErased, kind_of
from nanoward.ports.ledger import Record

ERASED = kind_of(EntryErased)
Raw = tuple[str, Mapping[str, Any], str, str]  # kind, body, actor, at
Draft = tuple[str, str, bytes, bytes]  # at, kind, commitment, box


class RecordBoxes:
    """Seals with the keys of the people that a record speaks of.

    name    of the store, for what is told of its faults
    chance  random bytes: salts and nonces
    """

    def __init__(self, name: str, people: PeopleKeys, chance: Callable[[int], bytes]) -> None:
        self._name, self._people, self._chance = name, people, chance

    def draft(self, kind: str, body: Mapping[str, Any], actor: str, at: str) -> Draft:
        """A record's box and commitment; keys of new people are on the disk before."""
        body = with_ids(body, self._people.ids_of)
        record = record_bytes(actor=actor, at=at, body=body, kind=kind)
        drawn = self._chance(SALT + NONCE)
        salt, nonce = drawn[:SALT], drawn[SALT:]
        commitment = commitment_of(salt, record)
        people = people_in(body)
        if not people:
            return at, kind, commitment, opened_envelope(salt, record)
        ids = self._people.ids_of(people)
        cipher = self._people.cipher(ids)
        if cipher is None:  # erased a moment ago by another thread
            return self.draft(kind, body, actor, at)
        return at, kind, commitment, encrypted_envelope(ids, cipher, nonce, salt, record)

    def record(self, row: Row, digest: str) -> Record:
        """What a row says, held against its commitment; EntryErased where its key is gone."""
        content = unsealed(row, self._people.cipher)
        if content is None:
            actor, kind = "", ERASED
            body: Mapping[str, Any] = {"kind": row.kind}
        else:
            said = json.loads(content)
            actor, kind = said["actor"], row.kind
            body = with_names(said["body"], self._people.name_of)
            if (said["at"], said["kind"]) != (row.at, row.kind):
                raise BrokenLedgerError(f"{self._name}: record {row.seq} contradicts itself")
        return Record(
            seq=row.seq,
            at=datetime.fromisoformat(row.at),
            actor=actor,
            kind=kind,
            body=body,
            hash=digest,
        )
