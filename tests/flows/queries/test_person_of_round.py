"""The last round as it was written."""

from datetime import UTC, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.queries.last_round import NoRoundError, RoundFileError
from nanoward.flows.queries.person_of_round import last_round
from nanoward.flows.round.ward_round import ward_round
from nanoward.testing.fakes import MemoryFolder
from nanoward.testing.ports import memory_site

PLAN = Plan(name="ward", title="A ward", sha256="ab", agent="phage")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_its_tables_are_those_that_the_ledger_names() -> None:
    ports = memory_site(PLAN, {}, now=NOW)
    with pytest.raises(NoRoundError):
        last_round(ports, ["findings"])
    held = ward_round(ports, as_of=None, seed=7, render=lambda _: b"").round_
    told = last_round(ports, ["findings", "bands"])
    assert set(told.tables) == {"findings"}
    assert told.tables["findings"].equals(held.tables["findings"])
    assert told.as_of == held.as_of
    folder = ports.folder
    assert isinstance(folder, MemoryFolder)
    folder.rounds["2026-11-23"]["tables/findings.parquet"] = b"prettier"
    with pytest.raises(RoundFileError):
        last_round(ports, ["findings"])
