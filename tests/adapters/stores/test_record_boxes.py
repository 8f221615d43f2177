import os
from dataclasses import replace
from pathlib import Path

import pytest

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.record_boxes import RecordBoxes
from nanoward.adapters.stores.row_store import BrokenLedgerError
from nanoward.audit.leaves import Row

AT = "2026-11-23T09:30:00.000000+00:00"


def test_what_goes_in_comes_out_until_the_key_is_destroyed(tmp_path: Path) -> None:
    people = PeopleKeys(tmp_path / "people.keys")
    boxes = RecordBoxes("l", people, os.urandom)
    at, kind, commitment, box = boxes.draft("a.B", {"participant": "P1", "n": 1}, "nurse", AT)
    row = Row(1, at, kind, commitment, box, b"")
    record = boxes.record(row, "head")
    assert (record.kind, record.actor, record.hash) == ("a.B", "nurse", "head")
    assert record.body == {"participant": "P1", "n": 1}
    with pytest.raises(BrokenLedgerError, match="contradicts itself"):
        boxes.record(replace(row, kind="a.C"), "")
    people.erase("P1")
    gone = boxes.record(row, "")
    assert (gone.kind, dict(gone.body)) == ("audit.EntryErased", {"kind": "a.B"})
