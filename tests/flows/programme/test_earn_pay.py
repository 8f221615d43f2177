"""Fees: in the append of the visit, by the quarter once it is over; each once."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, TODAY, site, standing
from tests.flows.programme.test_check_programme import codes
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.base.entries.books import FeeEarned
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.programme.earn_pay import (
    FeePeriodError,
    earn_fee,
    earn_periods,
    fee_entries,
    period_pay,
)
from nanoward.flows.programme.keep_books import books_state, order_payments, person_statement
from nanoward.flows.programme.record_visit import VisitReport, make_visit
from nanoward.ports.ports import Ports
from nanoward.programme.books.fees import NoFeeError

WARD = AGREEMENT.replace('kind = "participant"', 'kind = "site"').replace(
    "terms = [",
    'terms = [\n  { kind = "fee", to = "site", per = "visit", amount = "30" },'
    ' { kind = "fee", to = "site", per = "quarter", amount = "500" },',
)


@pytest.mark.hazard("H-298")
def test_a_visits_fee_is_in_its_append_and_tells_no_kind() -> None:
    ports = site("P1")
    sign(ports, WARD, "ward")
    name = booked(ports, kind="dose")
    before = ports.ledger.head().size
    make_visit(ports, VisitReport(booking=name), by="nurse")
    kinds = [one.kind for one in ports.ledger.records(after=before)]
    assert kinds == ["visits.VisitMade", "books.FeeEarned", "books.TransactionPosted"]
    (fee,) = (one for one in ledger_entries(ports, "books") if isinstance(one, FeeEarned))
    assert (fee.party, fee.what, fee.minor) == ("ward", "visit", 3000)
    assert "dose" not in fee.tx
    assert books_state(ports).books.balances()["owed:ward", "EUR"] == -3000
    assert [one.minor for one in order_payments(ports, by="clerk")] == [3000]
    assert fee_entries(ports, board_now(ports).bookings[name], "missed", ports.today()) == ()


def test_a_quarters_fee_is_earned_once_and_not_before_its_end() -> None:
    ports = site()
    with pytest.raises(NoFeeError, match="binds ward"):
        earn_fee(ports, "ward", "quarter", "2026-Q3", by="m")
    sign(ports, WARD, "ward")
    assert earn_fee(ports, "ward", "quarter", "2026-Q3", by="m") == 50_000
    assert earn_fee(ports, "ward", "quarter", "2026-Q3", by="m") == 0
    for wrong in ("2026-Q4", "third", " "):
        with pytest.raises(FeePeriodError):
            earn_fee(ports, "ward", "quarter", wrong, by="m")
    with pytest.raises(NoFeeError, match="per 'head'"):
        earn_fee(ports, "ward", "head", "x", by="m")


MONTHLY = AGREEMENT.replace(
    "terms = [",
    'terms = [\n  { kind = "pay", per = "four weeks", amount = "20" },'
    ' { kind = "bonus", amount = "52" },',
)


def periods(ports: Ports) -> list[int]:
    return [one.minor for one in earn_periods(ports, by="clerk", payee=lambda: "a1")]


def passed(ports: Ports, days: int) -> None:
    ports.clock.advance(timedelta(days=days))  # type: ignore[attr-defined]


@pytest.mark.hazard("H-298")
def test_a_completers_bonus_and_a_leavers_weeks() -> None:
    ports = site("P1", "P2")
    for who in ("P1", "P2"):
        sign(ports, MONTHLY, who)
    assert periods(ports) == []
    passed(ports, 29)
    assert "PRG-050" in codes(check_programme(ports, ports.folder.plan(), ports.today()))
    assert periods(ports) == [2000, 2000]
    assert periods(ports) == []
    assert "PRG-050" not in codes(check_programme(ports, ports.folder.plan(), ports.today()))
    left = standing("P2", "withdrawn", TODAY + timedelta(days=50))  # in the eighth week
    passed(ports, 7 * 22)
    ports.ledger.append([left, standing("P1", "completed", ports.today())], actor="x", at=NOW)
    first, second = period_pay(ports, ports.today())
    assert (first.participant, first.minor) == ("P1", 6 * 2000 + 5200 - 2000)
    assert (second.participant, second.minor) == ("P2", 2000)
    assert second.due <= second.day + timedelta(days=7)
    assert periods(ports) == [first.minor, second.minor]
    assert books_state(ports).books.balances()["owed:a1", "EUR"] == -(17_200 + 4000)
    assert person_statement(ports, "P1", ports.today()).leaving_changes == 0
