import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.audit.checkpoints import Checkpoint, WitnessRequest
from nanoward.audit.notes import LOG, Note, Signature, VerifierKey
from nanoward.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    leaf_hash,
    stored_at,
)
from nanoward.audit.witnessing import evaluate_request, origin_in

SECRET = Ed25519PrivateKey.from_private_bytes(b"l" * 32)
KEY = VerifierKey(name="ward", kind=LOG, public=SECRET.public_key().public_bytes_raw())


class Ward:
    """A ledger of leaves, as a witness sees it."""

    def __init__(self, names: str) -> None:
        tree, self.roots = Frontier(), [EMPTY_ROOT]
        self.nodes = []
        for name in names:
            self.nodes.append(tree.add(leaf_hash(name.encode())))
            self.roots.append(tree.root())

    def said(self, size: int) -> Checkpoint:
        return Checkpoint(origin="ward", size=size, root=self.roots[size])

    def request(self, old: int, size: int, root: bytes | None = None) -> str:
        text = Checkpoint(origin="ward", size=size, root=root or self.roots[size]).text()
        line = Signature(name="ward", key_id=KEY.key_id, signed=SECRET.sign(text.encode()))
        proof = consistency_proof(old, size, self._node) if 0 < old <= size else ()
        note = Note(text=text, signatures=(line,))
        return str(WitnessRequest(old=old, proof=proof, note=note))

    def _node(self, level: int, index: int) -> bytes:
        seq, place = stored_at(level, index)
        return self.nodes[seq - 1][place]


WARD = Ward("abcdefghij")


def test_what_continues_is_cosigned_and_nothing_else() -> None:
    for old in range(11):
        last = WARD.said(old) if old else None
        for size in range(old, 11):
            judgement = evaluate_request(WARD.request(old, size), KEY, last)
            assert judgement.status == 200
            assert judgement.note is not None


@pytest.mark.hazard("H-01")
def test_another_history_is_never_cosigned() -> None:
    other = Ward("abXdefghij")
    for old in range(3, 11):
        for size in range(old, 11):
            assert evaluate_request(other.request(old, size), KEY, WARD.said(old)).status == 422


@pytest.mark.parametrize(
    ("content", "last", "status"),
    [
        ("nonsense", None, 400),
        (WARD.request(0, 5).replace("old 0", "old 6"), None, 400),
        (WARD.request(0, 5).replace("ward\n5", "yard\n5"), None, 404),
        (WARD.request(0, 5).replace("ward\n5", "ward\n6"), None, 403),
        (WARD.request(0, 5), WARD.said(3), 409),
        (WARD.request(3, 5), None, 409),
        (WARD.request(0, 0, b"x" * 32), None, 422),
        (WARD.request(5, 5, b"x" * 32), WARD.said(5), 422),
    ],
)
def test_refusals_have_the_codes_of_the_standard(
    content: str, last: Checkpoint | None, status: int
) -> None:
    judgement = evaluate_request(content, KEY, last)
    assert (judgement.status, judgement.note) == (status, None)
    if status == 409:
        assert judgement.size == (last.size if last else 0)


def test_an_unknown_ledger_is_refused() -> None:
    assert evaluate_request(WARD.request(0, 5), None, None).status == 404
    assert origin_in(WARD.request(0, 5)) == "ward"
    assert origin_in("nonsense") is None


def test_a_proof_with_an_empty_start_must_be_empty() -> None:
    content = WARD.request(3, 5).replace("old 3", "old 0")
    assert evaluate_request(content, KEY, None).status == 422
