"""Nonces in files."""

from pathlib import Path

import pytest

from nanoward.base.errors import InputError
from nanoward.wiring.audit import BadNonceError, fresh_nonce, mapping_in, nonce_in


def test_a_nonce_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "own.nonce"
    made = nonce_in(str(file), make=True)
    assert len(made) == 32
    assert nonce_in(str(file), make=True) == made
    assert file.stat().st_mode & 0o077 == 0
    assert fresh_nonce() != fresh_nonce()


def test_what_is_no_nonce_or_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadNonceError):
        nonce_in(str(tmp_path / "none"), make=False)
    odd = tmp_path / "odd"
    odd.write_text("ab")
    with pytest.raises(BadNonceError):
        nonce_in(str(odd), make=True)
    odd.write_text("= 3")
    with pytest.raises(InputError):
        mapping_in(str(odd))
