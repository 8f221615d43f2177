"""Standings, due visits and contradictions from plain files."""

from datetime import date

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.flows.clearance.decide_from_files import (
    MissingDomainError,
    decide_standings,
    find_due,
    find_edit_checks,
    find_liver,
    find_sites,
)

FORMATS = FileFormats()
FILES = {
    "x/dm.csv": b"DOMAIN,USUBJID,RFSTDTC,RFICDTC\nDM,p,2026-01-05,2026-01-01\n",
    "x/ex.csv": b"DOMAIN,USUBJID,EXSEQ,EXSTDTC,EXENDTC\nEX,p,1,2026-01-05,2026-01-04\n",
    "x/tv.csv": b"VISITNUM,VISIT,VISITDY\n1,BASELINE,1\n2,WEEK 2,14\n3,WEEK 4,28\n",
    "x/sv.csv": b"DOMAIN,USUBJID,VISITNUM,SVSTDTC\nSV,p,1,2026-01-05\n",
}
DAY = date(2026, 1, 30)


def test_contradictions_tell_file_and_line() -> None:
    found = find_edit_checks(FORMATS, FILES)
    (one,) = [finding for finding in found.findings if finding.code == "CLR-053"]
    assert (one.file, one.line) == ("x/ex.csv", 2)
    assert found.facts == {"contradictions": 1, "CLR-053": 1}


def test_visits_are_missed_and_due_as_of_the_day() -> None:
    found = find_due(FORMATS, FILES, DAY, days=3)
    assert found.tables["visits"].select("name", "state").rows() == [
        ("BASELINE", "made"),
        ("WEEK 2", "missed"),
        ("WEEK 4", "due"),
    ]
    with pytest.raises(MissingDomainError, match="TV"):
        find_due(FORMATS, {"dm.csv": FILES["x/dm.csv"]}, DAY, days=3)


def test_standings_follow_from_files_alone() -> None:
    files = {name: FILES[name] for name in ("x/dm.csv", "x/ex.csv", "x/sv.csv")}
    found = decide_standings(FORMATS, files, {"psychological_weeks": 2}, DAY)
    row = found.tables["standings"].row(0, named=True)
    assert row["standing"] == "held"
    assert any("psychological" in reason for reason in row["reasons"])


LB = "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI,LBDTC\n"


def test_liver_injury_is_told_by_person_with_its_loss_of_cells() -> None:
    rows = [
        ("p", "ALT", 50, "2026-01-01"),
        ("p", "ALT", 200, "2026-01-11"),
        ("p", "BILI", 60, "2026-01-11"),
        ("p", "ALP", 100, "2026-01-11"),
        ("q", "ALT", 20, "2026-01-11"),
        ("q", "BILI", 10, "2026-01-11"),
    ]
    limits = {"ALT": ("U/L", 40), "BILI": ("umol/L", 20), "ALP": ("U/L", 120)}
    text = LB + "".join(
        f"LB,{who},{n},{test},{value},{limits[test][0]},{limits[test][1]},{day}\n"
        for n, (who, test, value, day) in enumerate(rows, 1)
    )
    found = find_liver(FORMATS, {"lb.csv": text.encode()})
    told = {row["participant"]: row for row in found.tables["liver"].to_dicts()}
    assert (told["p"]["quadrant"], told["p"]["fda"], told["p"]["pilot"]) == ("hy", True, True)
    area = (50 + 200) / 2 * 240
    assert told["p"]["p_alt"] == pytest.approx(area * 200**0.18 / 1e5)
    assert (told["q"]["quadrant"], told["q"]["p_alt"]) == ("normal", None)
    assert found.facts["Hy's law by the FDA"] == 1


def test_sites_are_told_from_files_alone() -> None:
    dm = b"DOMAIN,USUBJID,RFSTDTC,ARM,SITEID\nDM,p,2026-01-05,a,1\nDM,q,2026-01-05,a,2\n"
    ex = b"DOMAIN,USUBJID,EXSEQ,EXSTDTC\nEX,p,1,2026-01-05\nEX,q,1,2026-01-05\n"
    found = find_sites(FORMATS, {"dm.csv": dm, "ex.csv": ex}, DAY)
    assert found.facts == {"sites": 2, "flagged": 0}
