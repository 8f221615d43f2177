from pathlib import Path

import pytest

from nanoward.adapters.signers.ed25519 import (
    BadKeyFileError,
    ed25519_verifies,
    new_key,
    read_key,
)


def test_a_key_signs_after_it_was_kept_and_read(tmp_path: Path) -> None:
    made = new_key(tmp_path / "anna.pem", "a long password")
    read = read_key(tmp_path / "anna.pem", "a long password")
    assert (read.key, read.public) == (made.key, made.public)
    signature = read.sign(b"order")
    assert ed25519_verifies(made.public, b"order", signature)
    assert (tmp_path / "anna.pem").stat().st_mode & 0o077 == 0


def test_a_key_is_never_overwritten_nor_read_with_another_password(tmp_path: Path) -> None:
    new_key(tmp_path / "anna.pem", "a long password")
    with pytest.raises(BadKeyFileError):
        new_key(tmp_path / "anna.pem", "a long password")
    with pytest.raises(BadKeyFileError):
        read_key(tmp_path / "anna.pem", "another")
    with pytest.raises(BadKeyFileError):
        read_key(tmp_path / "nobody.pem", "another")


@pytest.mark.hazard("H-23")
def test_no_tampered_signature_verifies(tmp_path: Path) -> None:
    one = new_key(tmp_path / "a.pem", "p")
    two = new_key(tmp_path / "b.pem", "p")
    signature = one.sign(b"order")
    assert not ed25519_verifies(two.public, b"order", signature)
    assert not ed25519_verifies(one.public, b"ordeR", signature)
    for place in range(0, len(signature), 2):
        flipped = f"{int(signature[place], 16) ^ 1:x}"
        bad = signature[:place] + flipped + signature[place + 1 :]
        assert not ed25519_verifies(one.public, b"order", bad)
    for bad in ("", "zz", signature[:-2], signature + "00"):
        assert not ed25519_verifies(one.public, b"order", bad)
    assert not ed25519_verifies("zz", b"order", signature)
