from datetime import date
from typing import Any

import polars as pl

from nanoward.flows.round.earlier_rounds import (
    earlier_rounds,
    recorded_standings,
    renamed_rows,
)


def test_a_round_stands_upon_the_last_of_an_earlier_day(ill_ward: Any) -> None:
    ill_ward.round(16)
    assert earlier_rounds(ill_ward.ports, date(2026, 11, 16)).base is None
    found = earlier_rounds(ill_ward.ports, date(2026, 11, 23))
    assert found.base is not None
    assert (found.base.as_of, found.lost) == (date(2026, 11, 16), False)
    told = recorded_standings(ill_ward.ports, date(2026, 11, 23))
    assert {who: one.standing for who, one in told.items()} == {"P1": "cleared", "P2": "held"}


def test_rows_under_the_old_name_are_missing_under_the_new(ill_ward: Any) -> None:
    ill_ward.round(16)
    base = earlier_rounds(ill_ward.ports, date(2026, 11, 23)).base
    assert base is not None
    present = {
        name[5:]: table.with_columns(pl.col("USUBJID").replace("P2", "P-2"))
        for name, table in base.tables.items()
        if name.startswith("sdtm.") and name != "sdtm.AE"
    }
    names, rows = renamed_rows(base, present)
    assert names == {"P2": "P-2"}
    assert [(one.domain, one.participant) for one in rows] == [("AE", "P-2")]
