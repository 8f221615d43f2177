import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentWithdrawn, DrillHeld, Entry, SpoolSeen
from nanoward.flows.lane.check_control import lane_seen
from nanoward.flows.ledger.verify_lane import (
    LaneContradictedError,
    SpoolContradictedError,
    verify_lane,
    verify_spool,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
TOLD = SilentProgress()


def drill(number: int) -> Entry:
    return DrillHeld(drill=f"D{number}", mechanism="inducer", tries=number, failures=0)


@pytest.fixture(name="ledger")
def made_ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    yield ledger
    ledger.close()


@pytest.fixture(name="lane")
def made_lane(tmp_path: Path, ledger: SqliteLedger) -> Iterator[SqliteLedger]:
    """A lane that three rounds saw, at 0, 2 and 5 records; a copy of it was kept at 2."""
    lane = SqliteLedger(tmp_path / "lane.db", keys=tmp_path / "lane-keys")
    for count in (0, 2, 3):
        lane.append([drill(n) for n in range(count)], actor="anna", at=AT)
        ledger.append([lane_seen(lane)], actor="ward round", at=AT)
        if count == 2:
            copied(tmp_path / "lane.db", tmp_path / "copy.db")
    lane.append([drill(9)], actor="anna", at=AT)
    yield lane
    lane.close()


def copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def test_a_lane_that_only_grew_verifies(ledger: SqliteLedger, lane: SqliteLedger) -> None:
    assert verify_lane(ledger, lane, TOLD) == lane.head()


def test_a_programme_that_never_had_a_lane_needs_none(ledger: SqliteLedger) -> None:
    assert verify_lane(ledger, None, TOLD) is None


@pytest.mark.usefixtures("lane")
def test_a_lane_that_is_gone_is_missed(ledger: SqliteLedger) -> None:
    with pytest.raises(LaneContradictedError, match="5 records were seen"):
        verify_lane(ledger, None, TOLD)


@pytest.mark.usefixtures("lane")
@pytest.mark.parametrize(
    ("start", "appended", "told"),
    [
        ("copy.db", 0, "5 records were seen, 2 are there"),
        ("copy.db", 7, "its first 5 records were rewritten"),
        ("new.db", 7, "its first 2 records were rewritten"),
    ],
)
@pytest.mark.hazard("H-32")
def test_a_lane_rolled_back_or_rewritten_by_its_own_keeper_is_noticed(
    tmp_path: Path, ledger: SqliteLedger, start: str, appended: int, told: str
) -> None:
    shutil.copytree(tmp_path / "lane-keys", tmp_path / "keys2")
    path = tmp_path / start
    other = SqliteLedger(path, keys=tmp_path / "keys2", restoring=True)
    other.append([drill(one) for one in range(appended)], actor="anna", at=AT)
    other.verify()  # whole in itself
    with pytest.raises(LaneContradictedError, match=told):
        verify_lane(ledger, other, TOLD)
    other.close()


@pytest.mark.usefixtures("lane")
def test_a_lane_with_another_key_is_noticed(tmp_path: Path, ledger: SqliteLedger) -> None:
    other = SqliteLedger(tmp_path / "b" / "lane.db")
    with pytest.raises(LaneContradictedError, match="and now with"):
        verify_lane(ledger, other, TOLD)
    other.close()


@pytest.mark.hazard("H-97")
def test_a_spool_that_is_gone_or_another_is_seen(tmp_path: Path) -> None:
    ledger, spool = SqliteLedger(tmp_path / "l.db"), SqliteLedger(tmp_path / "exit.db")
    progress = TOLD
    assert verify_spool(ledger, None, progress) is None
    left = ConsentWithdrawn(participant="P1", withdrawn=date(2026, 1, 1))
    spool.append([left], actor="x", at=AT)
    head = spool.head()
    seen = SpoolSeen(key=str(spool.key()), records=head.size, head=head.hash)
    ledger.append([seen], actor="round", at=AT)
    assert verify_spool(ledger, spool, progress) == head
    with pytest.raises(SpoolContradictedError, match="it is gone"):
        verify_spool(ledger, None, progress)
    other = SqliteLedger(tmp_path / "other" / "exit.db")
    with pytest.raises(SpoolContradictedError):
        verify_spool(ledger, other, progress)
    for one in (ledger, spool, other):
        one.close()
