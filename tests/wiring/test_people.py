"""What people do themselves: their keys open with their password, their words reach a file."""

from pathlib import Path

import pytest

from nanoward.adapters.signers.ed25519 import BadKeyFileError
from nanoward.wiring.people import (
    make_person_key,
    open_signatures,
    read_person_key,
)


def test_a_persons_key_needs_the_file_and_the_password(tmp_path: Path) -> None:
    file = str(tmp_path / "p.key")
    made = make_person_key(file, "word")
    signer = read_person_key(file, "word")
    assert signer.public == made.public
    good = {"scheme": "ed25519", "public": made.public, "signature": signer.sign(b"hash")}
    assert open_signatures().verifies(message=b"hash", **good)
    assert not open_signatures().verifies(message=b"another", **good)
    with pytest.raises(BadKeyFileError):
        read_person_key(file, "another word")
