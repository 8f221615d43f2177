import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.record_boxes import RecordBoxes
from nanoward.adapters.stores.row_store import BrokenLedgerError
from nanoward.audit.leaves import Row, commitment_of, key_ids_of

AT = "2026-11-23T09:30:00.000000+00:00"


def test_what_goes_in_comes_out_until_the_key_is_destroyed(tmp_path: Path) -> None:
    people = PeopleKeys(tmp_path / "people.keys")
    boxes = RecordBoxes("l", people, os.urandom)
    raw = ("a.B", {"participant": "P1", "n": 1}, "nurse", AT)
    ((at, kind, commitment, box),) = boxes.drafts([raw])
    row = Row(1, at, kind, commitment, box, b"")
    record = boxes.record(row, "head")
    assert (record.kind, record.actor, record.hash) == ("a.B", "nurse", "head")
    assert record.body == {"participant": "P1", "n": 1}
    with pytest.raises(BrokenLedgerError, match="contradicts itself"):
        boxes.record(replace(row, kind="a.C"), "")
    people.erase("P1")
    gone = boxes.record(row, "")
    assert (gone.kind, dict(gone.body)) == ("audit.EntryErased", {"kind": "a.B"})


def test_a_batch_is_sealed_as_each_record_is_alone(tmp_path: Path) -> None:
    people = PeopleKeys(tmp_path / "people.keys")
    parts = [random.Random(seed).randbytes(44) for seed in range(5)]
    bodies = [
        {"participant": "P1", "n": 1},
        {"participant": "P2", "n": 2.5},
        {"n": 3},
        {"a": "P1", "b": "P2"},
        {"participant": "P1", "participants": ["P2"]},
    ]
    raw = [("a.B", body, "nurse", AT) for body in bodies]
    drawn = iter(parts)
    together = RecordBoxes("l", people, lambda _: next(drawn)).drafts(raw)
    alone = [
        RecordBoxes("l", people, lambda _, part=part: part).drafts([one])[0]
        for one, part in zip(raw, parts, strict=True)
    ]
    assert together == alone
    one, two = people.ids_of(["P1", "P2"])
    owners = [key_ids_of(box) for _, _, _, box in together]
    assert owners == [(one,), (two,), (), (one, two), (one,)]
    for (_, _, commitment, box), part in zip(together, parts, strict=True):
        cipher = people.cipher(key_ids_of(box))
        head = 1 + 16 * box[0]
        content = (
            box[1:]
            if not box[0] or cipher is None
            else cipher.decrypt(part[32:], box[head + 12 :], box[:head])
        )
        assert content[:32] == part[:32]
        assert commitment == commitment_of(part[:32], content[32:])


def test_somebody_erased_before_their_record_is_sealed_is_given_a_new_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = PeopleKeys(tmp_path / "people.keys")
    (old,) = people.ids_of(["P1"])
    found = people.cipher

    def erased_first(ids: tuple[bytes, ...]) -> AESGCM | None:
        if ids == (old,):
            people.erase("P1")
        return found(ids)

    monkeypatch.setattr(people, "cipher", erased_first)
    boxes = RecordBoxes("l", people, os.urandom)
    ((_, _, _, box),) = boxes.drafts([("a.B", {"participant": "P1"}, "nurse", AT)])
    assert key_ids_of(box) == people.ids_of(["P1"]) != (old,)
