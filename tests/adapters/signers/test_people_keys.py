import stat
from pathlib import Path

import pytest

from nanoward.adapters.signers.people_keys import BadPeopleKeysError, PeopleKeys

NONCE = b"n" * 12


def sealed(keys: PeopleKeys, *people: str) -> tuple[tuple[bytes, ...], bytes]:
    ids = keys.ids_of(people)
    cipher = keys.cipher(ids)
    assert cipher is not None
    return ids, cipher.encrypt(NONCE, b"said", b"")


def test_keys_are_on_the_disk_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "people.keys"
    ids, box = sealed(PeopleKeys(path), "P1", "Åsa Öst", "")
    again = PeopleKeys(path)
    assert again.ids_of(["P1", "Åsa Öst", ""]) == ids
    cipher = again.cipher(ids)
    assert cipher is not None
    assert cipher.decrypt(NONCE, box, b"") == b"said"
    assert len(again) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_erased_person_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "people.keys"
    keys = PeopleKeys(path)
    ids, _ = sealed(keys, "P1")
    both, _ = sealed(keys, "P1", "P2")
    other, _ = sealed(keys, "P2")
    secret = path.read_bytes().split()[1]
    assert keys.has("P1")
    assert keys.erase("P1")
    assert not keys.erase("P1")
    assert not keys.has("P1")
    content = path.read_bytes()
    assert secret not in content
    assert b"P1".hex().encode() not in content.split()
    for each in (keys, PeopleKeys(path)):
        assert each.cipher(ids) is None
        assert each.cipher(both) is None
        assert each.cipher(other) is not None
        assert each.ids_of(["P1"]) != ids


def test_a_lost_key_is_not_taken_for_an_erased_person(tmp_path: Path) -> None:
    path = tmp_path / "people.keys"
    ids, _ = sealed(PeopleKeys(path), "P1")
    path.unlink()
    with pytest.raises(BadPeopleKeysError, match="lacks the key"):
        PeopleKeys(path).cipher(ids)


def test_a_line_that_was_torn_off_was_never_used(tmp_path: Path) -> None:
    path = tmp_path / "people.keys"
    ids, _ = sealed(PeopleKeys(path), "P1")
    with path.open("ab") as file:
        file.write(b"0123456789abcdef")
    keys = PeopleKeys(path)
    assert keys.ids_of(["P1"]) == ids
    sealed(keys, "P2")
    assert len(PeopleKeys(path)) == 2


@pytest.mark.parametrize(
    "line", ["x y z\n", "00 11 22\n", "one\n", f"{'a' * 32} {'b' * 62} 50\n"]
)
def test_a_damaged_file_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "people.keys"
    sealed(PeopleKeys(path), "P1")
    with path.open("a") as file:
        file.write(line)
    with pytest.raises(BadPeopleKeysError, match=":2:"):
        PeopleKeys(path)


def test_two_that_write_to_one_file_see_each_others_keys(tmp_path: Path) -> None:
    one, two = PeopleKeys(tmp_path / "k"), PeopleKeys(tmp_path / "k")
    ids, _ = sealed(one, "P1")
    assert two.ids_of(["P1"]) == ids
    fresh, _ = sealed(two, "P2")
    assert one.cipher(fresh) is not None
