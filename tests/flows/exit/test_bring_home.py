from datetime import UTC, date, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.exit.bring_home import (
    HomeNews,
    NothingOwedError,
    NotTheirWordError,
    all_owed,
    bring_home,
    duties_of,
)
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.hazard("H-102")
def test_news_are_added_to_what_is_known_and_only_the_person_confirms() -> None:
    ports = memory_site(Plan(name="w", title="w", sha256=""), {}, now=NOW)
    with pytest.raises(NothingOwedError):
        bring_home(ports, "P1", HomeNews(where="ship"), by="kim")
    withdraw_participant(ports, "P1", by="P1")
    bring_home(ports, "P1 ", HomeNews(where="ship", due=date(2026, 12, 3)), by="kim")
    bring_home(ports, "P1", HomeNews(brought_by="boat", payer="us"), by="kim")
    duty = duties_of(ports.ledger, "P1")["P1"]
    assert (duty.where, duty.brought_by, duty.payer, duty.due.day) == ("ship", "boat", "us", 3)
    with pytest.raises(NotTheirWordError):
        bring_home(ports, "P1", HomeNews(confirmed_by="kim"), by="kim")
    assert not duties_of(ports.ledger, "P1")["P1"].home
    bring_home(ports, "P1", HomeNews(confirmed_by="P1 "), by="P1")
    assert duties_of(ports.ledger, "P1")["P1"].home
    bring_home(ports, "P1", HomeNews(clear="flushed"), by="nurse")
    assert len(all_owed([ports.ledger], ["exit.FollowUpEnded"])) == 1
