"""The last round as it was written: every table, its figures and its provenance."""

from datetime import UTC, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.queries.last_round import NoRoundError
from nanoward.flows.queries.whole_round import whole_round
from nanoward.flows.round.ward_round import ward_round
from nanoward.testing.ports import memory_site

PLAN = Plan(name="ward", title="A ward", sha256="ab", agent="phage")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_all_tables_figures_and_provenance_come_back() -> None:
    ports = memory_site(PLAN, {}, now=NOW)
    with pytest.raises(NoRoundError):
        whole_round(ports)
    held = ward_round(ports, as_of=None, seed=7, render=lambda _: b"").round_
    told = whole_round(ports)
    assert set(told.tables) == set(held.tables)
    assert "evidence" in told.tables
    assert {room: dict(one) for room, one in told.facts.items()} == {
        room: dict(one) for room, one in held.facts.items()
    }
    assert told.provenance["seed"] == 7
