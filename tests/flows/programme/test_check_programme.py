"""The round's look at visits, beds and pay: every planted matter told, and no kind of visit."""

from datetime import timedelta
from typing import Any

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, SECTION, TODAY, site
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.base.entries.books import BreachFound, DisputeOpened, PenaltyDecided
from nanoward.base.entries.visits import CapacityChanged, StayBegun
from nanoward.flows.programme.book_visit import VisitAsk, ask_visit
from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.programme.record_visit import VisitReport, make_visit
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports


def checked(ports: Ports, days: int = 0) -> Outcome:
    return check_programme(ports, ports.folder.plan(), TODAY + timedelta(days=days))


def codes(outcome: Outcome) -> list[str]:
    return sorted({one.code for one in outcome.findings})


def test_a_programme_without_sites_has_nothing() -> None:
    assert checked(site(section={})) == Outcome()


def test_who_is_due_is_shown_and_a_calm_programme_is_calm() -> None:
    ports = site("P1")
    booked(ports, kind="weekly")
    found = checked(ports)
    assert found.findings == ()
    states = found.tables["visits"]["state"].to_list()
    assert sorted(set(states)) == ["booked", "due"]
    assert found.tables["beds"].rows() == [("apart", 0, 1), ("shared", 0, 2)]
    assert found.tables["capacity"]["taken"].sum() == 2


@pytest.mark.hazard("H-307")
def test_no_table_tells_the_kind_of_a_visit() -> None:
    ports = site("P1")
    booked(ports, kind="dose")
    told = str([table.rows() for table in checked(ports).tables.values()])
    assert "dose" not in told
    assert "weekly" not in told


def planted(ports: Ports) -> None:
    """One matter of each kind."""
    sign(ports, AGREEMENT)
    make_visit(ports, VisitReport(booking=booked(ports, kind="weekly"), payee="a"), by="n")
    booked(ports, kind="safety", half="afternoon")
    past = TODAY - timedelta(days=5)
    ask = VisitAsk(participant="P1", kind="safety", opens=past, planned=past, closes=past)
    ask_visit(ports, ask, by="n")
    matters: list[Any] = [
        StayBegun(stay="s", participant="P1", site="ward", room="gone", kind="single",
                  first=TODAY, last=None, by="x"),
        BreachFound(breach="b", party="site 7", what="late report", evidence="", found=TODAY),
        DisputeOpened(dispute="d", participant="P1", what="w", currency="EUR", minor=1,
                      opened=past, answer_due=past),
        CapacityChanged(site="ward", resource="clin", first=TODAY,
                        last=TODAY + timedelta(days=30), units=0, reason="ill", by="x"),
    ]  # fmt: skip
    ports.ledger.append(matters, actor="x", at=NOW)


@pytest.mark.hazard("H-305")
@pytest.mark.hazard("H-309")
def test_every_planted_matter_is_told() -> None:
    section = {**SECTION, "sites": {"ward": {**SECTION["sites"]["ward"],
               "closed": ["2027-01-01/2027-01-03", "2027-01-02"]}}}  # fmt: skip
    ports = site("P1", section=section)
    planted(ports)
    assert codes(checked(ports)) == [
        "PRG-040", "PRG-041", "PRG-042", "PRG-043", "PRG-044", "PRG-046", "PRG-047"
    ]  # fmt: skip
    assert "PRG-045" in codes(checked(ports, days=8))
    decided = PenaltyDecided(breach="b", party="site 7", currency="EUR", minor=1, quarter="q",
                             by="x", decided=TODAY, tx="t")  # fmt: skip
    ports.ledger.append([decided], actor="x", at=NOW)
    assert "PRG-046" not in codes(checked(ports))
    totals = checked(ports, days=8).tables["pay_totals"].row(0, named=True)
    assert (totals["earned"], totals["owed"], totals["late"], totals["disputed"]) == (
        "40.00", "40.00", 1, 1,
    )  # fmt: skip
