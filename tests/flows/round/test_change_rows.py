from datetime import date
from typing import Any

from nanoward.clearance.standing.standing_differences import StandingChange, StandingRow
from nanoward.flows.round.change_rows import (
    LostRow,
    file_rows_of,
    lost_findings,
    lost_rows_of,
    people_resting,
    row_words,
    standing_rows_of,
)
from nanoward.programme.continuity.material_differences import FileChange

SEEN = date(2026, 11, 16)


def lost(who: str, *, rests: bool, became: dict[str, Any] | None = None) -> LostRow:
    row = {"USUBJID": who, "LBTESTCD": "ALT", "LBSTRESN": 300.0, "file": "lb.csv", "line": 3}
    return LostRow(id=who, domain="LB", participant=who, row=row, became=became, seen=SEEN,
                   open=rests)  # fmt: skip


def test_one_finding_for_each_file_however_many_rows_and_people() -> None:
    rows = [lost(f"P{n}", rests=n == 7) for n in range(40)]
    (one,) = lost_findings(rows, [], {"lb.csv"})
    assert (one.code, one.severity) == ("PRG-011", "error")
    assert "40 rows gone" in one.message
    assert "standing of P7 rests" in one.message
    assert people_resting(rows) == ["P7"]


def test_rows_on_which_nothing_rests_are_a_warning_and_a_lost_file_an_error() -> None:
    (row,) = lost_findings([lost("P1", rests=False)], [], {"lb.csv"})
    assert row.severity == "warning"
    gone = FileChange(path="lb.csv", role="sdtm.LB", how="gone", rows=1, rows_now=0)
    (file,) = lost_findings([lost("P1", rests=False)], [gone], set())
    assert (file.code, file.severity) == ("PRG-010", "error")
    (moved,) = lost_findings([], [gone], set())
    assert (moved.code, moved.severity) == ("PRG-022", "note")
    other = FileChange(path="tv.csv", role="sdtm.TV", how="gone", rows=1, rows_now=0)
    assert next(lost_findings([], [other], set())).severity == "error"


def test_a_corrected_value_is_told_old_and_new() -> None:
    became = {"USUBJID": "P1", "LBTESTCD": "ALT", "LBSTRESN": 100.0, "file": "lb.csv"}
    (one,) = lost_findings([lost("P1", rests=True, became=became)], [], {"lb.csv"})
    assert (one.code, one.column, one.line, one.subject) == ("PRG-012", "LBSTRESN", 3, "P1")
    assert "300 became 100 in LB ALT 300" in one.message
    (row,) = lost_rows_of([lost("P1", rests=True, became=became)])
    assert (row["before"], row["after"], row["open"]) == ("300", "100", True)


def test_standings_and_files_become_rows() -> None:
    change = StandingChange(
        participant="P1",
        before=StandingRow(participant="P1", standing="held", reasons=("a",)),
        after=None,
    )
    (row,) = standing_rows_of([change], {"P1": "data"})
    assert (row["before"], row["after"], row["cause"], row["reason"]) == (
        "held",
        "",
        "data",
        "a",
    )
    moved = FileChange(path="a", role="r", how="renamed", rows=2, rows_now=2, now="b")
    (file,) = file_rows_of([moved])
    assert (file["item"], file["before"], file["after"]) == ("renamed", "2 rows", "b")
    assert row_words("AE", {"AETERM": "x", "AESEV": None, "AESTDTC": "2026"}) == "AE x 2026"
