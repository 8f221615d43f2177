"""Prove to somebody who trusts nobody that a record stands on the ledger."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from nanoward.audit.checkpoints import InclusionProof
from nanoward.audit.leaves import leaf_content
from nanoward.audit.notes import with_signatures
from nanoward.flows.ledger.witness_ledger import cosigned_checkpoint
from nanoward.ports.ledger import ProvenLedger, Record
from nanoward.ports.witness import KnownWitness


def prove_record(
    ledger: ProvenLedger, seq: int, known: Sequence[KnownWitness] = ()
) -> InclusionProof:
    """The proof of one record, with what its leaf is made of and who cosigned."""
    proof = ledger.prove(seq)
    row = next(ledger.rows(after=seq - 1))
    cosigned = cosigned_checkpoint(ledger, known)
    note = with_signatures(proof.note, cosigned.signatures)
    extra = leaf_content(row.at, row.kind, row.commitment, row.box)
    return replace(proof, note=note, extra=extra)


def shown_records(ledger: ProvenLedger, *, after: int, most: int) -> list[Record]:
    """Records as this programme can read them: erased people stay erased."""
    return list(itertools.islice(ledger.records(after=after), most))
