"""Fees: in the append of the visit, by the quarter once it is over; each once."""

import pytest
from tests.flows.programme.programme_site import AGREEMENT, site
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.base.entries.books import FeeEarned
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.earn_fees import FeePeriodError, earn_fee, fee_entries
from nanoward.flows.programme.keep_books import books_state, order_payments
from nanoward.flows.programme.record_visit import VisitReport, make_visit
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
