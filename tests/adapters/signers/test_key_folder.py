from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import MissingKeyError
from nanoward.adapters.signers.key_folder import KeyFolder, LostLedgerError


def test_a_new_programme_gets_a_key_once(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    key = folder.signer(begun=False).key
    assert folder.signer(begun=False).key == key == folder.signer(begun=True).key
    assert key.name.startswith("nanoward/")


def test_a_ledger_without_its_key_gets_no_new_one(tmp_path: Path) -> None:
    with pytest.raises(MissingKeyError):
        KeyFolder(tmp_path / "keys").signer(begun=True)
    assert not (tmp_path / "keys").exists()


def test_keys_that_were_used_do_not_begin_another_ledger(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    folder.signer(begun=False)
    folder.people().ids_of(["P1"])
    with pytest.raises(LostLedgerError):
        folder.signer(begun=False)
    (tmp_path / "ledger.key").unlink()
    with pytest.raises(MissingKeyError):
        folder.signer(begun=False)
