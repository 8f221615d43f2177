import json

from nanoward.audit.leaves import Row
from nanoward.audit.subjects import kind_key, name_key, subjects_of


def opened(kind: str, body: object) -> Row:
    said = json.dumps({"actor": "a", "at": "t", "body": body, "kind": kind}).encode()
    return Row(1, "t", kind, b"", b"\0" + b"s" * 32 + said, b"")


def test_a_sealed_record_is_found_by_its_people_alone() -> None:
    box = bytes([2]) + b"a" * 16 + b"b" * 16 + b"n" * 12 + b"sealed"
    assert subjects_of(Row(1, "t", "k.K", b"", box, b"")) == (b"a" * 16, b"b" * 16)


def test_an_open_record_is_found_by_kind_order_and_those_it_lists() -> None:
    listed = [{"person": "11" * 16}, {"person": "22" * 16}, "old name"]
    row = opened("control.X", {"order": "o1", "participants": listed, "value": 1})
    assert subjects_of(row) == (
        kind_key("control.X"),
        name_key("o1"),
        bytes.fromhex("11" * 16),
        bytes.fromhex("22" * 16),
    )


def test_what_cannot_be_read_is_found_by_its_kind() -> None:
    row = Row(1, "t", "k.K", b"", b"\0" + b"s" * 32 + b"{", b"")
    assert subjects_of(row) == (kind_key("k.K"),)
