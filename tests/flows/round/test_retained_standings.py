from datetime import date

import polars as pl
import pytest

from nanoward.base.tables import STANDINGS
from nanoward.clearance import Policy
from nanoward.clearance.standing.standing_differences import StandingRow
from nanoward.flows.round.missing_rows import MissingRow
from nanoward.flows.round.retained_standings import (
    person_identity,
    retained_standings,
    with_standings,
)
from nanoward.maths.frames import frame_of

DAY, SEEN = date(2026, 11, 23), date(2026, 11, 16)
RULES = Policy(psychological_weeks=0, medical_weeks=0)
DOMAINS = {
    "DM": pl.DataFrame({"USUBJID": ["P1"], "RFICDTC": ["2026-11-01"]}),
    "EX": pl.DataFrame({"USUBJID": ["P1"], "EXSTDTC": ["2026-11-09"]}),
}
CLEARED = StandingRow(participant="P1", standing="cleared", reasons=("no rule holds",))


def lost(domain: str = "AE", who: str = "P1", **cells: str) -> MissingRow:
    row = {"USUBJID": who, "AETERM": "sepsis", "AESEV": "SEVERE", "AESTDTC": "2026-11-14"}
    told = {**row, **cells, "file": "ae.csv", "line": 2}
    return MissingRow(
        id=f"{domain}{who}", domain=domain, participant=who, row=told, became=None, seen=SEEN
    )


@pytest.mark.hazard("H-146")
def test_a_severe_event_that_vanished_still_holds() -> None:
    found = retained_standings(DOMAINS, [lost()], {"P1": CLEARED}, RULES, DAY)
    assert found.standings["P1"].standing == "held"
    assert "ae.csv since the round of 2026-11-16" in found.standings["P1"].reasons[0]
    assert found.resting == {"P1": ("AEP1",)}


def test_a_mild_event_that_vanished_holds_nobody() -> None:
    found = retained_standings(DOMAINS, [lost(AESEV="MILD")], {"P1": CLEARED}, RULES, DAY)
    assert (found.standings, found.resting) == ({}, {})


def test_whoever_is_gone_is_held_and_named_for_the_confirmation() -> None:
    found = retained_standings(
        DOMAINS, [lost("SV", "P9", SVSTDTC="2026-11-10")], {"P1": CLEARED}, RULES, DAY
    )
    assert found.gone == {"P9": SEEN}
    assert found.standings["P9"].standing == "held"
    assert person_identity("person", "P9") in found.resting["P9"]


def test_standings_are_put_into_their_table_and_the_gone_added() -> None:
    table = frame_of(
        STANDINGS, [{"participant": "P1", "standing": "cleared", "reasons": ["ok"]}]
    )
    kept = {
        "P1": StandingRow(participant="P1", standing="held", reasons=("a",)),
        "P0": StandingRow(participant="P0", standing="held", reasons=("b",)),
    }
    found = with_standings(table, kept)
    assert found.select("participant", "standing").rows() == [("P0", "held"), ("P1", "held")]
    assert with_standings(table, {}).equals(table)
