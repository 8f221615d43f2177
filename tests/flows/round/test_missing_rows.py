from datetime import date

import polars as pl

from nanoward.flows.round.missing_rows import SEEN, as_tables, compare_rows
from nanoward.flows.round.round_snapshot import RoundSnapshot
from nanoward.programme.continuity.material_differences import MaterialFile

DAY = date(2026, 11, 16)


def ae(**cells: str | None) -> pl.DataFrame:
    row = {"USUBJID": "P1", "AETERM": "x", "AESEV": "SEVERE", "AESTDTC": "2026-11-14"}
    return pl.DataFrame([{**row, "AEENDTC": None, **cells, "file": "ae.csv", "line": 2}])


def snapshot(table: pl.DataFrame, sha: str = "1") -> RoundSnapshot:
    return RoundSnapshot(
        round="r",
        as_of=DAY,
        software={},
        rules={},
        files=(MaterialFile(path="ae.csv", role="sdtm.AE", sha256=sha, rows=1),),
        tables={"sdtm.AE": table},
    )


def test_a_row_that_vanished_is_missing_with_the_day_that_had_it() -> None:
    found = compare_rows([snapshot(ae())], {}, {})
    (one,) = found.missing
    assert (one.domain, one.participant, one.became, one.seen) == ("AE", "P1", None, DAY)
    assert found.touched == {"P1"}


def test_a_correction_is_missing_and_a_completion_is_not() -> None:
    corrected = compare_rows([snapshot(ae())], {"AE": ae(AESEV="MILD")}, {"ae.csv": "2"})
    (one,) = corrected.missing
    assert one.became is not None
    ended = compare_rows([snapshot(ae())], {"AE": ae(AEENDTC="2026-11-20")}, {"ae.csv": "2"})
    assert ended.missing == ()
    assert ended.touched == {"P1"}


def test_a_file_that_nobody_touched_loses_nothing_however_it_is_read_now() -> None:
    found = compare_rows([snapshot(ae())], {"AE": ae(AESEV="severe")}, {"ae.csv": "1"})
    assert found.missing == ()


def test_retained_rows_stay_missing_until_they_come_back() -> None:
    first = compare_rows([snapshot(ae())], {}, {})
    kept = snapshot(ae().clear())
    tables = as_tables(first.missing, {})
    assert tables["AE"][SEEN].to_list() == [DAY]
    later = RoundSnapshot(
        round="s",
        as_of=date(2026, 11, 23),
        software={},
        rules={},
        files=(),
        tables=kept.tables,
        retained=tables,
    )
    (one,) = compare_rows([later], {}, {}).missing
    assert (one.id, one.seen) == (first.missing[0].id, DAY)
    assert compare_rows([later], {"AE": ae()}, {"ae.csv": "3"}).missing == ()
