from pathlib import Path

import pytest

from nanoward.adapters.backups.key_box import BadKeyBoxError, keys_of, read_box, write_box


def test_keys_come_back_with_their_password_alone(tmp_path: Path) -> None:
    keys = {"keys/ledger.key": b"\x00\x01", "keys/people.keys": b"abc"}
    write_box(tmp_path / "k", keys, "secret")
    assert read_box(tmp_path / "k", "secret") == keys
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    with pytest.raises(BadKeyBoxError):
        read_box(tmp_path / "k", "other")
    content = bytearray((tmp_path / "k").read_bytes())
    content[-1] ^= 1
    (tmp_path / "k").write_bytes(content)
    with pytest.raises(BadKeyBoxError):
        read_box(tmp_path / "k", "secret")
    (tmp_path / "k").write_bytes(b"no")
    with pytest.raises(BadKeyBoxError):
        read_box(tmp_path / "k", "secret")


def test_who_was_erased_is_gone_from_the_next_file_of_keys(tmp_path: Path) -> None:
    write_box(tmp_path / "k", {"keys/people.keys": b"P1 P2"}, "secret")
    write_box(tmp_path / "k", {"keys/people.keys": b"P2"}, "secret")
    assert read_box(tmp_path / "k", "secret") == {"keys/people.keys": b"P2"}


def test_keys_of_a_programme_are_all_that_is_a_key(tmp_path: Path) -> None:
    for name in ("keys/ledger.key", "lane-keys/people.keys", "notes.key", "ledger.db", "a/b"):
        (tmp_path / ".nanoward" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".nanoward" / name).write_bytes(b"x")
    assert set(keys_of(tmp_path)) == {"keys/ledger.key", "lane-keys/people.keys", "notes.key"}
