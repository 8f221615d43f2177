"""The same material gives the same standings and the same bytes, however it arrived.

One programme is sent its files week by week, one is given everything in its first week, and one
holds the last round alone: what each week says of people has to be equal to the byte.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from nanoward.base.canonical import sha256_of
from nanoward.flows.round.compare_standings import latest_standings
from nanoward.flows.round.earlier_rounds import earlier_rounds
from nanoward.flows.steps.parquet import parquet_of

WEEKS = (9, 16, 23, 30)  # days of November 2026 that rounds are held for
FIRST = date(2026, 11, 2)
PEOPLE = [f"P{n}" for n in range(1, 9)]
HEADS = {
    "dm": "STUDYID,DOMAIN,USUBJID,RFICDTC,RFSTDTC,ARM",
    "ds": "STUDYID,DOMAIN,USUBJID,DSDECOD,DSCAT,DSSTDTC",
    "ex": "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC",
    "lb": "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC",
    "ae": "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESER,AESTDTC,AEENDTC",
    "qs": "STUDYID,DOMAIN,USUBJID,QSSEQ,QSTESTCD,QSORRES,QSDTC",
    "sv": "STUDYID,DOMAIN,USUBJID,VISITNUM,SVSTDTC",
}
TABLES = ("grades", "adverse_events", "standings", "disposition", "round_changes", "findings")


def rows_of(seed: int) -> Iterator[tuple[date, str, str]]:
    """Day, domain and line of all that ever happens, with holds, ends, gaps and endings."""
    chance = random.Random(seed)
    for who in PEOPLE:
        yield FIRST, "dm", f"S,DM,{who},{FIRST},2026-11-03,{chance.choice('AB')}"
        yield FIRST, "ds", f"S,DS,{who},INFORMED CONSENT OBTAINED,PROTOCOL MILESTONE,{FIRST}"
        left = chance.choice([None, None, None, 12, 20])
        for number in range(29):
            day = FIRST + timedelta(days=number)
            if left is not None and number == left:
                word = chance.choice(["DEATH", "WITHDRAWAL BY SUBJECT", "COMPLETED"])
                yield day, "ds", f"S,DS,{who},{word},DISPOSITION EVENT,{day}"
                break
            if number % 7 == 1:
                yield day, "ex", f"S,EX,{who},{number // 7},LBP,1,{day}"
                yield day, "sv", f"S,SV,{who},{number // 7 + 1},{day}"
            if number % 3 == 0 and chance.random() < 0.8:
                alt = chance.choice([20, 30, 30, 90, 230, 900])
                yield day, "lb", f"S,LB,{who},{number},ALT,{alt},U/L,0,40,{day}"
            if chance.random() < 0.06:
                grade = chance.choice(["MILD", "MODERATE", "SEVERE", "LIFE THREATENING"])
                end = chance.choice(["", f"{day + timedelta(days=4)}"])
                yield day, "ae", f"S,AE,{who},{number},Rash,Rash,{grade},N,{day},{end}"
            if number % 7 == 2:
                for item in range(1, 10):
                    said = chance.choice([0, 0, 0, 1]) if item == 9 else 1
                    if item == 9 and chance.random() < 0.1:
                        continue
                    yield day, "qs", f"S,QS,{who},{number}{item},PHQ90{item},{said},{day}"


def files(rows: list[tuple[date, str, str]], until: date) -> dict[str, str]:
    """Files with what was known by a day; later ends of events are there in both, as told."""
    kept = sorted((one for one in rows if one[0] <= until), key=lambda one: one[0])
    return {
        f"data/sdtm/{name}.csv": "\n".join(
            [head, *(line for _, domain, line in kept if domain == name), ""]
        )
        for name, head in HEADS.items()
    }


def held(ward: Any, day: int) -> dict[str, bytes]:
    """What a round says of people: its tables, and every standing on the ledger."""
    tables = dict(ward.round(day).round_.tables)
    # why a standing changed: by data that came, or by time alone. That does tell how it came.
    tables["round_changes"] = tables["round_changes"].drop("cause")
    known = latest_standings(ward.ports.ledger)
    return {
        **{name: parquet_of(tables[name]) for name in TABLES},
        "ledger": repr(sorted(known.items())).encode(),
        "snapshot": repr(sorted(kept_tables(ward, day).items())).encode(),
    }


def kept_tables(ward: Any, day: int) -> dict[str, str]:
    """The rows of SDTM that the round's snapshot keeps, as they are read back."""
    (*_, last) = earlier_rounds(ward.ports, date(2026, 11, day)).snapshots
    assert last.as_of == date(2026, 11, day)
    return {
        name: sha256_of(parquet_of(table))
        for name, table in last.tables.items()
        if name.startswith(("acts.", "decided", "adjusted"))
    }


def weekly(ward: Any, rows: list[tuple[date, str, str]]) -> Iterator[dict[str, bytes]]:
    for day in WEEKS:
        ward.files = files(rows, date(2026, 11, day))
        yield held(ward, day)


def at_once(ward: Any, rows: list[tuple[date, str, str]]) -> Iterator[dict[str, bytes]]:
    ward.files = files(rows, date(2026, 11, 30))
    for day in WEEKS:
        yield held(ward, day)


RULES = {"medical_weeks": 2, "psychological_weeks": 2}


@pytest.mark.hazard("H-435")
@pytest.mark.parametrize("seed", [1, 2])
def test_weekly_and_all_at_once_say_the_same_to_the_byte(
    a_ward: Callable[..., Any], seed: int
) -> None:
    rows = list(rows_of(seed))
    one, other = a_ward(), a_ward()
    one.rules = other.rules = RULES
    words = set()
    for day, mine, theirs in zip(WEEKS, weekly(one, rows), at_once(other, rows), strict=True):
        for name in mine:
            assert mine[name] == theirs[name], (day, name)
        words |= {entry.standing for entry in latest_standings(one.ports.ledger).values()}
    assert len(words) >= 3  # the material says something
    last = a_ward()
    last.rules, last.files = RULES, files(rows, date(2026, 11, 30))
    alone = held(last, 30)
    for name in ("grades", "adverse_events", "standings", "disposition"):
        assert alone[name] == theirs[name], name
