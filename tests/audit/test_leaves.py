import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from nanoward.audit.leaves import (
    NONCE,
    Row,
    SealBrokenError,
    commitment_of,
    encrypted_envelope,
    key_ids_of,
    leaf_content,
    leaf_of,
    opened_envelope,
    people_in,
    record_bytes,
    unsealed,
    with_ids,
    with_names,
)
from nanoward.base.canonical import canonical_json

SALT, IDS = b"s" * 32, (b"a" * 16, b"b" * 16)
CIPHER = AESGCM(b"k" * 32)
RECORD = record_bytes(actor="nurse", at="2026-11-23", body={"participant": "P1"}, kind="x.Y")


def a_row(box: bytes, commitment: bytes = b"") -> Row:
    return Row(1, "2026-11-23", "x.Y", commitment or commitment_of(SALT, RECORD), box, b"")


def test_people_are_found_by_the_fields_that_name_them() -> None:
    assert people_in({"participant": "P1", "x": "P9"}) == ("P1",)
    assert people_in({"a": "P1", "b": "P2", "score": 1}) == ("P1", "P2")
    assert people_in({"programme": "ward", "a": 3, "participant": None, "subject": ""}) == ()


def test_lists_of_people_hold_ids_on_the_ledger_and_names_when_read() -> None:
    body = {"order": "O1", "participants": ["P1", "P2"], "failed": [], "reason": "P1"}
    keys = {"P1": b"1" * 16, "P2": b"2" * 16}
    kept = with_ids(body, lambda names: [keys[one] for one in names])
    assert kept["participants"] == [{"person": "31" * 16}, {"person": "32" * 16}]
    assert with_names(kept, {v: k for k, v in keys.items()}.get) == body
    assert with_names(kept, lambda ident: None)["participants"] == [
        "erased-31313131",
        "erased-32323232",
    ]


def test_lists_from_before_names_were_kept_apart_are_read_as_they_are() -> None:
    assert with_names({"participants": ["P1"]}, lambda ident: None) == {"participants": ["P1"]}


def test_a_body_without_lists_stays_as_it_is() -> None:
    body = {"participant": "P1"}
    assert with_ids(body, lambda names: []) is body


@pytest.mark.parametrize("count", [1, 2])
def test_a_box_opens_with_its_key_only(count: int) -> None:
    row = a_row(encrypted_envelope(IDS[:count], CIPHER, b"n" * NONCE, SALT, RECORD))
    assert key_ids_of(row.box) == IDS[:count]
    assert unsealed(row, lambda ids: CIPHER if ids == IDS[:count] else None) == RECORD
    assert unsealed(row, lambda ids: None) is None
    with pytest.raises(SealBrokenError, match="does not open"):
        unsealed(row, lambda ids: AESGCM(b"w" * 32))


def test_an_open_box_needs_no_key() -> None:
    assert unsealed(a_row(opened_envelope(SALT, RECORD)), lambda ids: None) == RECORD


def test_a_box_with_another_record_than_was_promised_is_refused() -> None:
    row = a_row(opened_envelope(SALT, RECORD.replace(b"P1", b"P2")))
    with pytest.raises(SealBrokenError, match="promised"):
        unsealed(row, lambda ids: None)


def test_the_ids_of_a_box_cannot_be_exchanged() -> None:
    box = encrypted_envelope(IDS[:1], CIPHER, b"n" * NONCE, SALT, RECORD)
    bent = a_row(box[:1] + IDS[1] + box[17:])
    with pytest.raises(SealBrokenError):
        unsealed(bent, lambda ids: CIPHER)


@pytest.mark.hazard("H-01")
@given(st.data())
def test_every_part_of_a_row_changes_its_leaf(data: st.DataObject) -> None:
    row = a_row(opened_envelope(SALT, RECORD))
    field = data.draw(st.sampled_from(["at", "kind", "commitment", "box"]))
    value = getattr(row, field)
    fresh = data.draw(st.text() if isinstance(value, str) else st.binary())
    changed = replace(row, **{field: fresh})
    assert (leaf_of(changed) == leaf_of(row)) == (fresh == value)


def test_the_leaf_is_canonical_json_of_hashes() -> None:
    row = a_row(opened_envelope(SALT, RECORD))
    content = leaf_content(row.at, row.kind, row.commitment, row.box).decode()
    said = json.loads(content)
    assert canonical_json(said) == content
    assert said["box"] == hashlib.sha256(row.box).hexdigest()
    assert leaf_of(row) == hashlib.sha256(b"\x00" + content.encode()).digest()
    assert "P1" not in content


def test_without_the_salt_a_commitment_tells_nothing() -> None:
    assert commitment_of(b"1" * 32, RECORD) != commitment_of(b"2" * 32, RECORD)
