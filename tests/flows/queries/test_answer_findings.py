from datetime import UTC, date, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.queries.answer_findings import (
    NotAcceptedError,
    UnknownFindingError,
    accept_finding,
    answer_finding,
    assign_finding,
    listed_findings,
)
from nanoward.flows.round.ward_round import ward_round
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_site() -> Ports:
    files = {
        "data/samples.csv": b"sample,participant,taken\nS1,P1,yesterday\n",
        "data/x.y": b"1",
    }
    ports = memory_site(Plan(name="w", title="W", sha256=""), files, now=NOW)
    ward_round(ports, as_of=None, seed=7, render=lambda _: b"")
    return ports


def test_findings_are_listed_errors_first_and_answered_by_name() -> None:
    ports = a_site()
    rows = listed_findings(ports)
    assert [row["severity"] for row in rows] == ["error", "note"]
    name = rows[0]["id"]
    assert answer_finding(ports, name[:10], answer="asked the site", by="B").finding == name
    assert assign_finding(ports, name, role="site", by="B").role == "site"
    ward_round(ports, as_of=None, seed=7, render=lambda _: b"")
    (row,) = listed_findings(ports, states=("answered",))
    assert (row["answer"], row["by"], row["role"]) == ("asked the site", "B", "site")


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2026, 1, 1), date(2029, 1, 1)])
def test_nothing_is_accepted_for_ever_or_without_a_name(until: date) -> None:
    ports = a_site()
    name = listed_findings(ports)[0]["id"]
    size = ports.ledger.head().size
    with pytest.raises(NotAcceptedError):
        accept_finding(ports, name, reason="known", until=until, by="B")
    with pytest.raises(NotAcceptedError):
        accept_finding(ports, name, reason="known", until=date(2026, 12, 1), by=" ")
    assert ports.ledger.head().size == size


def test_a_name_of_nothing_or_of_many_is_refused() -> None:
    ports = a_site()
    for name in ("zzz", ""):
        with pytest.raises(UnknownFindingError):
            answer_finding(ports, name, answer="x", by="B")
