from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nanoward.base.errors import IntegrityError
from nanoward.flows.round.earlier_rounds import earlier_rounds
from nanoward.flows.round.round_snapshot import (
    RoundSnapshot,
    keep_snapshot,
    load_snapshot,
    snapshots_before,
)
from nanoward.flows.steps.memoised_tables import memo_key
from nanoward.flows.steps.parquet import parquet_of
from nanoward.programme.continuity.material_differences import MaterialFile
from nanoward.testing.fakes import MemoryBlobs, MemoryLedger


def a_snapshot(day: int, who: str = "P1") -> RoundSnapshot:
    return RoundSnapshot(
        round=f"2026-11-{day}",
        as_of=date(2026, 11, day),
        software={"nanoward": "1", "sources": "ab"},
        rules={"hold_grade": 3, "urgent_items": ("PHQ909",)},
        files=(MaterialFile(path="a", role="sdtm.AE", sha256="1", rows=1),),
        tables={"sdtm.AE": pl.DataFrame({"USUBJID": [who]})},
    )


def test_a_snapshot_comes_back_as_it_was_kept() -> None:
    blobs = MemoryBlobs()
    entry = keep_snapshot(blobs, a_snapshot(16))
    back = load_snapshot(blobs, entry, 5)
    assert back.tables["sdtm.AE"].equals(a_snapshot(16).tables["sdtm.AE"])
    assert (back.files, back.seq) == (a_snapshot(16).files, 5)
    assert back.rules["urgent_items"] == ["PHQ909"]
    assert keep_snapshot(blobs, a_snapshot(16)) == entry


def test_the_last_of_an_earlier_day_and_the_last_of_the_day_are_looked_at() -> None:
    ledger, blobs = MemoryLedger(), MemoryBlobs()
    for day in (16, 23, 9, 23, 30):
        entry = keep_snapshot(blobs, a_snapshot(day, f"P{ledger.head().size}"))
        ledger.append([entry], actor="x", at=datetime(2026, 11, 30, tzinfo=UTC))
    found = [
        (kept.as_of.day, seq) for kept, seq in snapshots_before(ledger, date(2026, 11, 23))
    ]
    assert found == [(16, 1), (23, 4)]
    assert snapshots_before(ledger, date(2026, 11, 1)) == []


@pytest.mark.hazard("H-152")
def test_a_blob_that_is_gone_is_no_empty_snapshot() -> None:
    blobs = MemoryBlobs()
    entry = keep_snapshot(blobs, a_snapshot(16))
    blobs._contents.clear()
    with pytest.raises(IntegrityError):
        load_snapshot(blobs, entry, 1)


@pytest.mark.hazard("H-437")
def test_a_kept_table_is_written_again_where_its_files_changed_or_it_is_lost(
    a_ward: Callable[..., Any],
) -> None:
    ward = a_ward()
    ward.round(9)
    ward.files["data/sdtm/lb.csv"] = ward.files["data/sdtm/lb.csv"].replace(",30,", ",31,")
    ward.round(16)
    (*_, last) = earlier_rounds(ward.ports, date(2026, 11, 16)).snapshots
    assert set(last.tables["sdtm.LB"]["LBSTRESN"]) == {31.0}
    for day, who in ((16, "P1"), (23, "P2")):  # told in another domain's file
        ward.files["data/sdtm/dd.csv"] = f"STUDYID,DOMAIN,USUBJID,DDTESTCD\nS,DD,{who},PRCDTH\n"
        ward.round(day)
        (*_, last) = earlier_rounds(ward.ports, date(2026, 11, day)).snapshots
        assert last.tables["sdtm.DS"].select("USUBJID", "DSDECOD").rows() == [(who, "DEATH")]
    for sha, content in list(ward.ports.blobs._contents.items()):
        if content == parquet_of(last.tables["sdtm.LB"]):
            del ward.ports.blobs._contents[sha]
    ward.round(23)  # lost with the round before: told, and written again
    (*_, last) = earlier_rounds(ward.ports, date(2026, 11, 23)).snapshots
    assert last.tables["sdtm.LB"].height == 8


def test_a_table_whose_kept_copy_is_broken_is_written_again() -> None:
    blobs, known = MemoryBlobs(), {"sdtm.AE": memo_key("snapshot sdtm.AE", "ab")}
    entry = keep_snapshot(blobs, a_snapshot(16), known)
    name = blobs.noted(known["sdtm.AE"])
    assert name is not None
    whole = blobs.get(name)
    blobs._contents[name] = b"torn"
    assert keep_snapshot(blobs, a_snapshot(16), known) == entry
    assert blobs.get(name) == whole
