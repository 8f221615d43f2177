from datetime import date, timedelta

import polars as pl

from nanoward.base.plan import Plan
from nanoward.faces.report import render_report
from nanoward.faces.report.sections.relays import relays
from nanoward.flows.messages.check_messages import check_messages
from nanoward.flows.messages.write_message import write_message
from nanoward.flows.round.round import Round
from nanoward.testing.messages import NOON, draft_of, introduce, message_bay

PLAN = Plan(name="p", title="p", sha256="0" * 64)


def held(messages: int = 2, *, site: bool = True) -> Round:
    bay = message_bay()
    if site:
        introduce(bay, message_bay(site="ship"))
        write_message(bay.desk, draft_of(site="ship", participant="P1"))
    for _ in range(messages):
        write_message(bay.desk, draft_of(urgency="week", body="<b>bold</b>"))
    bay.clock.advance(timedelta(hours=2))
    found = check_messages(bay.desk.ports, bay.desk.ports.folder.plan(), NOON.date())
    return Round(plan=PLAN, as_of=date(2026, 3, 2), tables=dict(found.tables))


def test_a_round_without_messages_says_so() -> None:
    shown = relays(Round(plan=PLAN, as_of=date(2026, 3, 2), tables={}))
    assert "Not part of this round" in shown.absent


def test_late_messages_stand_first_and_sites_are_marked() -> None:
    shown = relays(held())
    assert "3 messages are not settled, 1 of them late." in shown.lead
    assert "Safety messages without a receipt: ship." in shown.lead
    assert "Not seen for 14 days: ship." in shown.lead
    assert shown.messages is not None
    assert shown.sites is not None
    first = [cell.text for cell in shown.messages.rows[0]]
    assert first[2:6] == ["escalated, late", "nurse", "P1", "ship"]
    assert [cell.mark for cell in shown.sites.rows[0]][1:5:3] == ["alarm", "alarm"]


def test_many_are_folded_and_the_rest_is_named() -> None:
    shown = relays(held(70, site=False))
    assert shown.sites is None
    assert shown.messages is not None
    assert len(shown.messages.rows) == 60
    assert "10 further messages" in shown.messages.more
    assert shown.messages.folded


def test_the_page_has_the_section() -> None:
    page = render_report(held()).decode()
    assert '<section id="messages">' in page
    assert '<a href="#messages">Messages</a>' in page
    assert isinstance(held().tables["messages"], pl.DataFrame)
