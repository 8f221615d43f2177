"""Ending an agreement takes nothing: safety visits are paid, nobody in loses theirs."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, TODAY, decide, site
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.keep_agreements import (
    EndRefusedError,
    NotBoundError,
    bound_agreement,
    end_agreement,
    end_refusals,
    paying_agreements,
)
from nanoward.flows.programme.keep_books import person_statement
from nanoward.flows.programme.record_visit import VisitReport, make_visit

LATER = AGREEMENT.replace('version = "1"', 'version = "2"')


@pytest.mark.hazard("H-299")
def test_safety_visits_after_the_end_are_paid() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT.replace('"EUR"', '"USD"'))
    make_visit(ports, VisitReport(booking=booked(ports, kind="weekly"), payee="a1"), by="n")
    withdraw_participant(ports, "P1", by="P1")
    assert end_agreement(ports, "P1", "participation", by="director") == TODAY
    assert bound_agreement(ports, "P1", TODAY) is None
    safety = booked(ports, kind="safety", half="afternoon")
    assert make_visit(ports, VisitReport(booking=safety), by="n") == 2500
    told = person_statement(ports, "P1", TODAY)
    assert (told.currency, told.earned, told.leaving_changes) == ("USD", 6500, 0)


@pytest.mark.hazard("H-299")
def test_nobody_who_is_in_loses_an_agreement_by_somebody_elses_word() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    with pytest.raises(EndRefusedError, match="somebody who is in"):
        end_agreement(ports, "P1", "participation", by="director")
    with pytest.raises(EndRefusedError, match="is past"):
        end_agreement(ports, "P1", "participation", by="P1", day=TODAY - timedelta(days=1))
    with pytest.raises(NotBoundError):
        end_agreement(ports, "P1", "lodging", by="P1")
    decide(ports, "P1", "completed")
    end_agreement(ports, "P1", "participation", by="director")
    with pytest.raises(NotBoundError):
        end_agreement(ports, "P1", "participation", by="director")


@pytest.mark.hazard("H-299")
def test_what_is_done_after_ones_own_end_is_paid_by_the_better_of_two() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    end_agreement(ports, "P1", "participation", by="P1")
    assert make_visit(
        ports, VisitReport(booking=booked(ports, kind="weekly"), payee="a1"), by="n"
    ) == 4000  # fmt: skip
    sign(ports, LATER.replace('"25"', '"5"').replace('"40"', '"50"'))
    bound = bound_agreement(ports, "P1", TODAY)
    assert bound is not None
    assert bound.agreement.version == "2"
    assert [one.agreement.version for one in paying_agreements(ports, "P1", TODAY)] == [
        "2",
        "1",
    ]
    safety = booked(ports, kind="safety", half="afternoon")
    assert make_visit(ports, VisitReport(booking=safety), by="n") == 2500


def test_notice_of_companions_and_parties() -> None:
    soon, late = TODAY, TODAY + timedelta(days=14)
    assert "14 days" in end_refusals("lodger", soon, TODAY, own=False, left=False)[0]
    assert end_refusals("lodger", late, TODAY, own=False, left=False) == ()
    assert end_refusals("lodger", soon, TODAY, own=True, left=False) == ()
    assert end_refusals("partner", soon, TODAY, own=False, left=False) == ()
