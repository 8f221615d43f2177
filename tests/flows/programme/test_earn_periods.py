"""Pay besides visits is booked once, as it was judged; who leaves has what leaving keeps."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, TODAY, site, standing
from tests.flows.programme.test_check_programme import codes
from tests.flows.programme.test_keep_agreements import sign

from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.programme.earn_periods import earn_periods, period_pay
from nanoward.flows.programme.keep_books import books_state, person_statement
from nanoward.ports.ports import Ports

MONTHLY = AGREEMENT.replace(
    "terms = [",
    'terms = [\n  { kind = "pay", per = "four weeks", amount = "20" },'
    ' { kind = "bonus", amount = "52" },',
)


def booked(ports: Ports) -> list[int]:
    return [one.minor for one in earn_periods(ports, by="clerk", payee=lambda: "a1")]


def passed(ports: Ports, days: int) -> None:
    ports.clock.advance(timedelta(days=days))  # type: ignore[attr-defined]


@pytest.mark.hazard("H-298")
def test_a_completers_bonus_and_a_leavers_weeks() -> None:
    ports = site("P1", "P2")
    for who in ("P1", "P2"):
        sign(ports, MONTHLY, who)
    assert booked(ports) == []
    passed(ports, 29)
    assert "PRG-050" in codes(check_programme(ports, ports.folder.plan(), ports.today()))
    assert booked(ports) == [2000, 2000]
    assert booked(ports) == []
    assert "PRG-050" not in codes(check_programme(ports, ports.folder.plan(), ports.today()))
    left = standing("P2", "withdrawn", TODAY + timedelta(days=50))  # in the eighth week
    passed(ports, 7 * 22)
    ports.ledger.append([left, standing("P1", "completed", ports.today())], actor="x", at=NOW)
    first, second = period_pay(ports, ports.today())
    assert (first.participant, first.minor) == ("P1", 6 * 2000 + 5200 - 2000)
    assert (second.participant, second.minor) == ("P2", 2000)
    assert second.due <= second.day + timedelta(days=7)
    assert booked(ports) == [first.minor, second.minor]
    assert books_state(ports).books.balances()["owed:a1", "EUR"] == -(17_200 + 4000)
    assert person_statement(ports, "P1", ports.today()).leaving_changes == 0
