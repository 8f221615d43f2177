"""Ports that remember: the same answers as the ports themselves, and what was asked."""

from datetime import date
from typing import Any

import pytest

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import DoubtSpoken
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.flows.repeat.traced_ports import traced
from nanoward.ports.blobs import Blobs
from nanoward.ports.folder import Folder
from nanoward.ports.ledger import Ledger


def test_they_are_ports(ward: Any) -> None:
    trace = traced(ward.ports)
    assert isinstance(trace.folder, Folder)
    assert isinstance(trace.blobs, Blobs)
    assert isinstance(trace.ledger, Ledger)


def test_plan_and_names_of_files_are_read_once(ward: Any) -> None:
    folder = traced(ward.ports).folder
    files, plan = folder.files(), folder.plan()
    ward.folder._contents.clear()
    assert folder.files() == files
    assert folder.plan() is plan
    assert folder.unread() == {}


def test_files_of_rounds_and_content_are_remembered_with_whether_they_were_there(
    ward: Any,
) -> None:
    trace = traced(ward.ports)
    trace.folder.write_round("2026-11-01", {"a": b"1"})
    assert trace.folder.round_file("2026-11-01", "a") == b"1"
    assert trace.folder.round_file("2026-11-01", "b") is None
    assert trace.folder.asked == {
        ("2026-11-01", "a"): sha256_of(b"1"),
        ("2026-11-01", "b"): "",
    }
    name = trace.blobs.put(b"x")
    assert trace.blobs.get(name) == b"x"
    with pytest.raises(IntegrityError):
        trace.blobs.get(Sha256("ab"))
    assert trace.blobs.asked == {name: True, "ab": False}


def test_records_that_others_append_are_not_counted(ward: Any) -> None:
    trace = traced(ward.ports)
    entry = DoubtSpoken(participant="P1", spoken=date(2026, 11, 22), words_sha256="ab")
    trace.ledger.append([entry, entry], actor="x", at=ward.ports.clock.now())
    ward.ports.ledger.append([entry], actor="y", at=ward.ports.clock.now())
    assert trace.ledger.appended == 2
    assert trace.ledger.head() == ward.ports.ledger.head()
    assert trace.ledger.verify().size == 3
