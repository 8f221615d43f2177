import json
from datetime import timedelta

import pytest

from nanoward.base.entries import (
    ActPermitted,
    ConsentWithdrawn,
    DangerSignalled,
    DoubtSpoken,
    StandingDecided,
)
from nanoward.base.entries.exit import NoticeGiven
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.share_records import (
    cause_of,
    echo_of,
    first_role,
    owed_records,
    record_name,
)
from nanoward.testing.fakes import MemoryLedger
from nanoward.testing.messages import NOON, message_bay

DAY = NOON.date()
RULES = message_bay(site="ship").desk.rules


def owed(*entries, to: str = "centre"):  # type: ignore[no-untyped-def]
    ledger = MemoryLedger()
    ledger.append(entries, actor="x", at=NOON)
    book = MessageBook("ship").refresh(ledger)
    return list(owed_records(ledger.records(), book.box, RULES, to, NOON + timedelta(hours=1)))


def left(**changed):  # type: ignore[no-untyped-def]
    given = {"participant": "P1", "withdrawn": DAY, "at": NOON, "channel": "x"}
    return ConsentWithdrawn(**given | changed)


@pytest.mark.hazard("H-285")
def test_what_stops_or_warns_goes_to_every_site_and_never_expires() -> None:
    danger = DangerSignalled(
        participant="P1", assessed=DAY, instrument="PHQ-9", items=(), told="x"
    )
    recalled = StandingDecided(
        participant="P1", standing="recalled", as_of=DAY, since=DAY, reasons=("ALT",)
    )
    for to in ("centre", "north"):
        told = owed(left(), danger, recalled, to=to)
        assert [one.kind for one in told] == ["withdrawal", "danger", "recall"]
        assert all(one.expires is None and one.urgency == "now" for one in told)
        assert {one.site for one in told} == {to}


def test_doubts_and_acts_go_to_the_centre_alone() -> None:
    act = ActPermitted(participant="P1", act="dose", use="", by="n")
    doubt = DoubtSpoken(participant="P1", spoken=DAY, words_sha256="0" * 64)
    assert [one.kind for one in owed(act, doubt)] == ["record", "concern"]
    assert owed(act, doubt, to="north") == []


def test_what_concerns_nobody_elsewhere_stays() -> None:
    cleared = StandingDecided(
        participant="P1", standing="cleared", as_of=DAY, since=DAY, reasons=()
    )
    assert owed(cleared, left(uses=("sequencing",))) == []


def test_a_record_has_one_name_however_often_it_is_asked_for() -> None:
    first, second = owed(left()), owed(left())
    assert first[0].message == second[0].message
    assert first[0].message != owed(left(), to="north")[0].message
    assert owed(left(), first[0]) == []


def test_a_notice_and_the_withdrawal_that_it_became_are_one() -> None:
    given = NoticeGiven(notice="n1", participant="P1", wish="leave", given=NOON, by="P1")
    (one,) = owed(given, left(notice="n1"))
    assert one.cause == "fact:n1"
    stop = NoticeGiven(notice="n2", participant="P1", wish="stop", given=NOON, by="P1")
    part = NoticeGiven(
        notice="n3", participant="P1", wish="leave", given=NOON, by="P1", uses=("x",)
    )
    assert [one.kind for one in owed(stop, part)] == ["stop"]


def test_what_came_from_a_site_does_not_go_back_to_it_and_goes_on_to_others() -> None:
    from dataclasses import replace

    (told,) = owed(left())
    here = replace(told, site="ship", origin="centre")
    closed = left(notice=told.message)
    assert owed(here, closed) == []
    (on,) = owed(here, closed, to="north")
    assert on.cause == told.cause


def test_a_record_tells_itself() -> None:
    ledger = MemoryLedger()
    ledger.append([left()], actor="x", at=NOON)
    (record,) = ledger.records()
    (told,) = owed(left())
    assert json.loads(told.body)["body"]["participant"] == "P1"
    assert told.participant == "P1"
    assert cause_of(record, MessageBook("ship").box) == f"fact:{record_name(record)}"
    assert echo_of(told) is None
    assert first_role(RULES) == "nurse"
