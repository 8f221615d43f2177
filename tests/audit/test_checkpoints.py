import pytest

from nanoward.audit.checkpoints import (
    Checkpoint,
    InclusionProof,
    WitnessRequest,
    checkpoint_of,
    read_proof,
    read_request,
    whole,
)
from nanoward.audit.notes import BadNoteError, Note, Signature

ROOT = bytes(range(32))
SAID = Checkpoint(origin="example.com/ward", size=3, root=ROOT)
NOTE = Note(
    text=SAID.text(),
    signatures=(Signature(name="example.com/ward", key_id=b"abcd", signed=b"x" * 64),),
)


def test_a_checkpoint_reads_as_the_standard_says() -> None:
    assert SAID.text() == (
        "example.com/ward\n3\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert checkpoint_of(NOTE) == SAID


@pytest.mark.parametrize("hashes", [(), (ROOT,), (ROOT, ROOT[::-1])])
@pytest.mark.parametrize("extra", [b"", b"what the leaf is made of"])
def test_a_proof_reads_back(hashes: tuple[bytes, ...], extra: bytes) -> None:
    proof = InclusionProof(index=2, hashes=hashes, note=NOTE, extra=extra)
    assert read_proof(str(proof)) == proof


@pytest.mark.parametrize("hashes", [(), (ROOT,), (ROOT, ROOT[::-1])])
def test_a_request_reads_back(hashes: tuple[bytes, ...]) -> None:
    request = WitnessRequest(old=1, proof=hashes, note=NOTE)
    assert read_request(str(request)) == request


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAA\n",
        "a\n-1\nAAAA\n",
        "a\n1\nAAAA\n",
        "a\n1\n!\n",
        "\n1\nAA==\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        checkpoint_of(Note(text=text, signatures=()))


@pytest.mark.parametrize("text", ["", "+1", "01", "1 ", "\u0661", "9" * 19, "x"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        whole(text)


def test_what_is_no_proof_or_request_is_refused() -> None:
    good = str(InclusionProof(index=2, hashes=(ROOT,), note=NOTE))
    for bad in ("", good.replace("@v1", "@v2"), good.replace("index 2", "index"), good[:40]):
        with pytest.raises(BadNoteError):
            read_proof(bad)
    asked = str(WitnessRequest(old=1, proof=(ROOT,), note=NOTE))
    for bad in ("", asked.replace("old 1", "new 1"), asked.replace("AAECA", "AAEC")):
        with pytest.raises(BadNoteError):
            read_request(bad)
    with pytest.raises(BadNoteError):
        read_request(str(WitnessRequest(old=1, proof=(ROOT,) * 64, note=NOTE)))
