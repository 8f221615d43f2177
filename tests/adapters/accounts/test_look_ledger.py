import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.accounts.look_ledger import LookLedger
from nanoward.base.entries.programme import SignedIn
from nanoward.ports.service.looks import LooksDownError
from nanoward.programme.access.rights import Grant, Right, Role, Scope

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
HELD = Grant(right=Right.READ_CLINICAL, role=Role.NURSE, scope=Scope.SITE)


def test_looks_are_kept_in_their_order_within_a_second(tmp_path: Path) -> None:
    looks = LookLedger(tmp_path, every_s=0.05)
    for who in ("P1", "P2", ""):
        looks.note("nia", HELD, who, "GET /x", NOON)
    looks.tell(SignedIn(account="ben", device="d", purpose="sign in"), "ben", NOON)
    until = time.monotonic() + 10
    while looks._ledger.head().size < 4 and time.monotonic() < until:
        time.sleep(0.02)
    assert looks._ledger.head().size == 4
    assert [one.body["participant"] for one in looks.about("P1")] == ["P1", ""]
    assert looks._ledger.verify().size == 4
    looks.close()


def test_what_waits_is_kept_when_it_closes(tmp_path: Path) -> None:
    looks = LookLedger(tmp_path, every_s=60)
    looks.note("nia", HELD, "P1", "GET /x", NOON)
    looks.close()
    again = LookLedger(tmp_path, every_s=60)
    assert [one.actor for one in again.records()] == ["nia"]
    again.close()


def test_no_name_of_a_person_stands_open_in_the_file(tmp_path: Path) -> None:
    looks = LookLedger(tmp_path, every_s=60)
    looks.note("nia", HELD, "P-very-own-name", "GET /x/{participant}", NOON)
    looks.close()
    files = [one for one in tmp_path.rglob("*") if one.is_file() and one.parent == tmp_path]
    assert b"P-very-own-name" not in b"".join(one.read_bytes() for one in files)


@pytest.mark.hazard("H-403")
def test_where_reads_cannot_be_recorded_nothing_more_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = LookLedger(tmp_path, every_s=60)
    append = looks._ledger.append

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    looks.note("nia", HELD, "P1", "GET /x", NOON)
    monkeypatch.setattr(looks._ledger, "append", full)
    with pytest.raises(LooksDownError):
        looks.flush()
    with pytest.raises(LooksDownError):
        looks.note("nia", HELD, "P2", "GET /x", NOON)
    monkeypatch.setattr(looks._ledger, "append", append)
    looks.flush()  # what waited is not lost
    looks.note("nia", HELD, "P2", "GET /x", NOON)
    assert [one.body["participant"] for one in looks.records()] == ["P1", "P2"]
    looks.close()
