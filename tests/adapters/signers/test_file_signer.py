import stat
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import (
    BadKeyError,
    FileSigner,
    MissingKeyError,
    make_signer,
    secret_text,
)
from nanoward.audit.notes import LOG, WITNESS
from nanoward.base.errors import OutsideError
from nanoward.ports.signer import NoteSigner


@pytest.mark.parametrize("kind", [LOG, WITNESS])
def test_a_key_that_was_made_is_read_again_and_signs(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "keys" / "ledger.key"
    made = make_signer(path, name="ward.example/1", kind=kind)
    again = FileSigner(path)
    assert isinstance(again, NoteSigner)
    assert again.key == made.key
    assert again.key.holds(b"said", made.sign(b"said"))
    assert not again.key.holds(b"other", made.sign(b"said"))
    assert again.seal(b"said") == made.seal(b"said") != made.seal(b"other")


def test_only_the_owner_may_read_a_key(tmp_path: Path) -> None:
    make_signer(tmp_path / "keys" / "ledger.key", name="ward")
    assert stat.S_IMODE((tmp_path / "keys" / "ledger.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    make_signer(path, name="ward")
    before = path.read_text()
    with pytest.raises(OutsideError):
        make_signer(path, name="ward")
    assert path.read_text() == before


def test_two_signers_seal_differently(tmp_path: Path) -> None:
    one, two = (make_signer(tmp_path / name, name="ward") for name in ("1", "2"))
    assert one.seal(b"x") != two.seal(b"x")


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingKeyError):
        FileSigner(tmp_path / "none")


@pytest.mark.parametrize("bend", ["", "PRIVATE+KEY+a+b", "text", "\udcff"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, bend: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(bend.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadKeyError):
        FileSigner(path)


def test_a_key_whose_name_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    signer = make_signer(path, name="ward")
    text = path.read_text()
    assert text.strip().startswith(secret_text(signer.key, b"")[:20])
    path.write_text(text.replace("ward", "yard"))
    with pytest.raises(BadKeyError, match="own id"):
        FileSigner(path)
