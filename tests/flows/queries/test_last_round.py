from datetime import UTC, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.queries.last_round import NoRoundError, RoundFileError, last_round_table
from nanoward.flows.round.ward_round import ward_round
from nanoward.testing.fakes import MemoryFolder
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_last_round_tells_its_tables_and_only_as_they_were_hashed() -> None:
    ports = memory_site(Plan(name="w", title="W", sha256=""), {"data/x.y": b"1"}, now=NOW)
    with pytest.raises(NoRoundError):
        last_round_table(ports, "findings")
    ward_round(ports, as_of=None, seed=7, render=lambda _: b"")
    assert last_round_table(ports, "findings").height == 1
    with pytest.raises(NoRoundError):
        last_round_table(ports, "nothing")
    assert isinstance(ports.folder, MemoryFolder)
    ports.folder.rounds["2026-11-23"]["tables/findings.parquet"] = b"other"
    with pytest.raises(RoundFileError):
        last_round_table(ports, "findings")
