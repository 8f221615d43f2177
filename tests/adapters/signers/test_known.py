from pathlib import Path

from nanoward.adapters.signers.ed25519 import new_key
from nanoward.adapters.signers.known import KnownSignatures


def test_a_file_key_is_checked_by_its_scheme(tmp_path: Path) -> None:
    key = new_key(tmp_path / "a.pem", "p")
    good = {"public": key.public, "message": b"order", "signature": key.sign(b"order")}
    assert KnownSignatures().verifies(scheme="ed25519", **good)
    assert not KnownSignatures().verifies(scheme="Ed25519", **good)
