from datetime import UTC, datetime
from pathlib import Path

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.audit.checkpoints import checkpoint_of, read_proof
from nanoward.audit.notes import is_signed
from nanoward.audit.tree import includes, leaf_hash
from nanoward.base.entries import ConsentWithdrawn
from nanoward.flows.ledger.prove_record import prove_record, shown_records

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ConsentWithdrawn(participant="P1", withdrawn=AT.date())


def test_a_proof_on_paper_needs_nothing_else(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([ENTRY] * 9, actor="nurse", at=AT)
    for seq in range(1, 10):
        proof = read_proof(str(prove_record(ledger, seq)))
        said = checkpoint_of(proof.note)
        assert is_signed(proof.note, ledger.key())
        assert includes(leaf_hash(proof.extra), seq - 1, 9, proof.hashes, said.root)
        assert b"P1" not in proof.extra
    assert [one.seq for one in shown_records(ledger, after=3, most=4)] == [4, 5, 6, 7]
    ledger.close()
