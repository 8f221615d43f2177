import stat
import sys
from concurrent.futures import ThreadPoolExecutor
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


@pytest.mark.hazard("H-101")
def test_every_writing_of_a_name_has_one_key(tmp_path: Path) -> None:
    keys = PeopleKeys(tmp_path / "people.keys")
    assert keys.ids_of(["P001", "P001 ", "Jose\u0301"]) == keys.ids_of(
        [" P001", "P001", "Jos\u00e9"]
    )
    assert len(keys) == 2


def old_file(path: Path, *names: str) -> dict[str, bytes]:
    """Keys as they were written before names were one."""
    ids = {}
    with path.open("w") as file:
        for place, name in enumerate(names, 1):
            ids[name] = place.to_bytes(16)
            file.write(f"{ids[name].hex()} {'ab' * 32} {name.encode().hex() or '-'}\n")
    return ids


@pytest.mark.hazard("H-101")
@pytest.mark.parametrize("many", [0, 400])
def test_keys_of_two_writings_are_found_under_one_name(tmp_path: Path, many: int) -> None:
    path = tmp_path / "people.keys"
    others = [f"X{n}" for n in range(many)]
    ids = old_file(path, *others, "P001", "P001 ", "Jos\u00e9", "Jose\u0301")
    keys = PeopleKeys(path)
    assert set(keys.known_ids("P001")) == {ids["P001"], ids["P001 "]}
    assert set(keys.known_ids("Jose\u0301")) == {ids["Jos\u00e9"], ids["Jose\u0301"]}
    assert keys.erase("P001")
    assert PeopleKeys(path).known_ids("P001") == ()


def test_one_person_among_many_is_found_without_parsing_everybody(tmp_path: Path) -> None:
    path = tmp_path / "people.keys"
    ids = old_file(path, *(f"P{n}" for n in range(3_000)))
    keys = PeopleKeys(path)
    assert keys.known_ids("P17") == (ids["P17"],)
    assert keys.name_of(ids["P2999"]) == "P2999"
    assert keys.known_ids("nobody") == ()
    assert len(keys._keys) < 1_000
    assert sorted(keys.people()) == sorted(f"P{n}" for n in range(3_000))


def test_what_another_process_adds_and_erases_is_seen_from_where_reading_ended(
    tmp_path: Path,
) -> None:
    path = tmp_path / "people.keys"
    mine, theirs = PeopleKeys(path), PeopleKeys(path)
    ids, _ = sealed(mine, "P1")
    assert theirs.ids_of(["P1"]) == ids
    read = theirs._read
    mine.ids_of(["P2"])
    assert theirs.has("P2")
    assert theirs._read > read
    mine.erase("P1")
    assert not theirs.has("P1")
    assert theirs.cipher(ids) is None


@pytest.mark.hazard("H-106")
def test_the_last_thousand_costs_what_the_first_did(tmp_path: Path) -> None:
    """By bytes read, not by the clock: what was read is never read again."""
    path = tmp_path / "people.keys"
    keys = PeopleKeys(path)
    for start in range(0, 3_000, 100):
        keys.ids_of([f"P{n}" for n in range(start, start + 100)])
    assert keys._read == path.stat().st_size
    assert keys._raw == b""
    again = PeopleKeys(path)
    assert again.ids_of(["P5", "P2999"]) == keys.ids_of(["P5", "P2999"])


def test_threads_that_share_the_keys_find_everybody(tmp_path: Path) -> None:
    """A file of many lines is parsed by one thread while others ask (a ledger's writers)."""
    path = tmp_path / "people.keys"
    names = [f"P{at:04d}" for at in range(600)]
    PeopleKeys(path).ids_of(names)
    wait = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(20):
            keys = PeopleKeys(path)
            with ThreadPoolExecutor(6) as pool:
                asked = [pool.submit(keys.ids_of, names[at::6]) for at in range(6)]
                assert sum(len(one.result()) for one in asked) == len(names)
    finally:
        sys.setswitchinterval(wait)
