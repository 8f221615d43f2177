"""Heard before decided, by the scale and the cap; silence decides for the participant."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, TODAY, site
from tests.flows.programme.test_keep_agreements import sign

from nanoward.base.errors import UsageError
from nanoward.flows.programme.ask_gate import board_now
from nanoward.flows.programme.keep_books import books_state
from nanoward.flows.programme.settle_matters import (
    CapacityNews,
    InvolvedError,
    UnknownMatterError,
    change_capacity,
    decide_dispute,
    decide_penalty,
    find_breach,
    hear_breach,
    open_dispute,
)
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.performance import PenaltyRefusedError
from nanoward.programme.visits.site_calendar import HalfDay
from nanoward.testing.fakes import SteppedClock

SITES = AGREEMENT.replace('kind = "participant"', 'kind = "site"').replace(
    "terms = [",
    'terms = [\n  { kind = "penalty", to = "site", on = ["late report"], amount = "100",'
    ' cap = "150" },',
)


def late_site(*breaches: str) -> Ports:
    ports = site()
    sign(ports, SITES, "site 7")
    for name in breaches:
        find_breach(ports, name, "site 7", "late report", "query 3", by="monitor")
        find_breach(ports, name, "site 7", "late report", "query 3", by="monitor")
    return ports


@pytest.mark.hazard("H-304")
def test_a_party_is_heard_and_fined_by_its_own_scale_up_to_the_cap() -> None:
    ports = late_site("b1", "b2", "b3")
    with pytest.raises(PenaltyRefusedError, match="not been heard"):
        decide_penalty(ports, "b1", by="council")
    fines = []
    for name in ("b1", "b2", "b3"):
        hear_breach(ports, name, "the line was down", by="site 7")
        fines.append(decide_penalty(ports, name, by="council"))
    assert fines == [10_000, 5_000, 0]
    assert books_state(ports).books.balances()["penalties:partner", "EUR"] == -15_000
    with pytest.raises(UnknownMatterError):
        decide_penalty(ports, "b1", by="council")
    with pytest.raises(UnknownMatterError):
        hear_breach(ports, "b9", "", by="x")


@pytest.mark.hazard("H-304")
def test_nobody_is_fined_without_an_agreement_and_no_participant_at_all() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    for name, party in (("b1", "site 9"), ("b2", "P1")):
        find_breach(ports, name, party, "x", "", by="m")
        hear_breach(ports, name, "", by=party)
        with pytest.raises(PenaltyRefusedError):
            decide_penalty(ports, name, by="council")


def test_a_dispute_is_decided_by_somebody_else_and_silence_is_for_the_participant() -> None:
    ports = site("P1")
    due = open_dispute(ports, "d1", "P1", "a visit was not paid", 4000, by="P1")
    assert due == TODAY + timedelta(days=7)
    open_dispute(ports, "d1", "P1", "again", 1, by="P1")
    with pytest.raises(InvolvedError):
        decide_dispute(ports, "d1", "yes", by="P1")
    assert decide_dispute(ports, "d1", "it is paid", by="ombud") == "it is paid"
    with pytest.raises(UnknownMatterError):
        decide_dispute(ports, "d1", "no", by="ombud")
    open_dispute(ports, "d2", "P1", "x", 1, by="P1")
    assert isinstance(ports.clock, SteppedClock)
    ports.clock.advance(timedelta(days=8))
    assert decide_dispute(ports, "d2", "no", by="ombud").startswith("for the participant")


def test_capacity_that_changes() -> None:
    ports = site()
    news = CapacityNews(resource="clin", units=0, first=TODAY, last=TODAY, reason="ill")
    change_capacity(ports, news, by="x")
    at = HalfDay(TODAY, "morning")
    assert board_now(ports).units({"clin": 2}, "ward", at, "clin") == 0
    wrong = replace(news, last=TODAY - timedelta(1))
    with pytest.raises(UsageError):
        change_capacity(ports, wrong, by="x")
