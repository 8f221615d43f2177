"""Watch in the round: only where the plan asks for it."""

from datetime import UTC, datetime, timedelta

from nanoward.base.plan import Plan
from nanoward.flows.round.ward_round import ward_round
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def counts() -> bytes:
    first = NOW.date() - timedelta(days=7 * 40)
    lines = [f"ward,{first + timedelta(days=7 * t)},{(2, 4, 3)[t % 3]},50" for t in range(40)]
    return "\n".join(["stream,day,count,exposure", *lines]).encode()


def test_a_round_with_a_watch_has_its_streams_and_one_without_has_none() -> None:
    for sections, shown in (({"watch": {"rota": [["A"]]}}, True), ({}, False)):
        plan = Plan(name="w", title="W", sha256="", sections=sections)
        ports = memory_site(plan, {"data/counts/ward.csv": counts()}, now=NOW)
        told = ward_round(ports, as_of=None, seed=7, render=lambda _: b"").round_
        assert ("streams" in told.tables) is shown
        codes = told.tables["findings"]["code"].to_list()
        assert ("WCH-006" in codes) is not shown  # counts that nobody watches are told
        kinds = {one.kind for one in ports.ledger.records()}
        assert ("watch.StreamsScanned" in kinds) is shown
        if shown:
            assert told.facts["watch"]["threshold of the evidence"] == 1000.0


def test_a_plan_that_is_not_understood_is_told_and_the_round_goes_on() -> None:
    plan = Plan(name="w", title="W", sha256="", sections={"watch": {"rotta": []}})
    ports = memory_site(plan, {}, now=NOW)
    told = ward_round(ports, as_of=None, seed=7, render=lambda _: b"").round_
    assert "WCH-010" in told.tables["findings"]["code"].to_list()
