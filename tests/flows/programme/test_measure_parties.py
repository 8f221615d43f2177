"""A breach that the record shows is told, found once, heard, and then fined by the scale."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, TODAY, site
from tests.flows.programme.test_check_programme import codes
from tests.flows.programme.test_keep_agreements import sign

from nanoward.base.entries.books import PayEarned
from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.programme.measure_parties import find_breaches, measure_parties
from nanoward.flows.programme.settle_matters import decide_penalty, hear_breach
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.performance import PenaltyRefusedError

PARTNER = AGREEMENT.replace('kind = "participant"', 'kind = "partner"').replace(
    "terms = [",
    'terms = [\n  { kind = "measure", what = "late pay", target = "0.95", minimum_n = 20 },'
    ' { kind = "measure", what = "smiles", target = "0.95" },'
    ' { kind = "penalty", to = "partner", on = ["late pay"], amount = "100", cap = "150" },'
    ' { kind = "penalty", to = "partner", on = ["late report"], amount = "30", cap = "30" },',
)
DUE = TODAY - timedelta(days=20)
NAME = "2026-Q4-house-late-pay"


def late(ports: Ports, count: int) -> None:
    sign(ports, PARTNER, "house")
    pay = [
        PayEarned(participant=f"P{one}", visit=f"v{one}", kind="weekly", day=DUE, due=DUE,
                  currency="EUR", minor=4000, tx=f"t{one}", agreement_sha256="")
        for one in range(count)
    ]  # fmt: skip
    ports.ledger.append(pay, actor="x", at=NOW)


@pytest.mark.hazard("H-316")
def test_a_breach_is_told_by_the_round_found_once_heard_and_then_decided() -> None:
    ports = site()
    late(ports, 30)
    told = check_programme(ports, ports.folder.plan(), TODAY)
    assert codes(told)[-2:] == ["PRG-048", "PRG-049"]
    assert "PRG-046" not in codes(told)
    assert find_breaches(ports, TODAY, by="monitor") == (NAME,)
    assert find_breaches(ports, TODAY, by="monitor") == ()
    after = codes(check_programme(ports, ports.folder.plan(), TODAY))
    assert "PRG-048" not in after
    assert "PRG-046" in after
    with pytest.raises(PenaltyRefusedError, match="not been heard"):
        decide_penalty(ports, NAME, by="council")
    hear_breach(ports, NAME, "the bank was shut", by="house")
    assert decide_penalty(ports, NAME, by="council") == 10_000
    assert measure_parties(ports, TODAY).new_breaches() == ()


@pytest.mark.hazard("H-316")
def test_nineteen_people_are_no_breach_and_who_is_not_bound_is_not_measured() -> None:
    ports = site()
    late(ports, 19)
    found = measure_parties(ports, TODAY)
    assert [one.found.verdict for one in found.performances] == ["too few", "too few"]
    assert found.breaches() == ()
    assert measure_parties(site(), TODAY).performances == ()
