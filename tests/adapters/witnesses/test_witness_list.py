from pathlib import Path

import pytest

from nanoward.adapters.witnesses.witness_list import WitnessFiles
from nanoward.audit.notes import LOG, WITNESS, BadNoteError, Note, Signature, VerifierKey
from nanoward.ports.witness import KnownWitness, Witnesses


def a_key(name: str, kind: int = WITNESS) -> VerifierKey:
    return VerifierKey(name=name, kind=kind, public=name.encode().ljust(32, b"."))


def test_witnesses_come_back_by_name(tmp_path: Path) -> None:
    files = WitnessFiles(tmp_path / "witnesses")
    assert isinstance(files, Witnesses)
    assert list(files.known()) == []
    two, one = (KnownWitness(key=a_key(name), url="http://w") for name in ("w2", "w1"))
    files.keep(two)
    files.keep(one)
    files.keep(one)
    assert list(files.known()) == [one, two]


def test_only_witnesses_are_kept_and_only_what_they_cosigned_is_read(tmp_path: Path) -> None:
    files = WitnessFiles(tmp_path)
    with pytest.raises(BadNoteError):
        files.keep(KnownWitness(key=a_key("log", LOG)))
    false = Signature(name="w", key_id=a_key("w").key_id, signed=b"x" * 72)
    files.keep(KnownWitness(key=a_key("w"), cosigned=Note(text="a\n", signatures=(false,))))
    with pytest.raises(BadNoteError, match="did not cosign"):
        files.known()
    (path,) = tmp_path.glob("*.json")
    path.write_text("{}")
    with pytest.raises(BadNoteError, match="damaged"):
        files.known()
