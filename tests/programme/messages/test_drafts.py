from datetime import datetime, timedelta
from typing import Any

import pytest

from nanoward.programme.messages.drafts import (
    SEALED,
    attachment_faults,
    draft_faults,
    for_ledger_of,
    written_message,
)
from nanoward.programme.messages.kinds import KINDS
from nanoward.programme.messages.rules import message_rules
from nanoward.testing.messages import NOON, SECTION, draft_of

RULES = message_rules(SECTION, "UTC")
HOUR = timedelta(hours=1)


def faults(**changed: Any) -> str:
    return "; ".join(draft_faults(draft_of(**changed), RULES, NOON, {"ship": "key"}))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"to": "nursse"}, "no role is called 'nursse'; near: nurse"),
        ({"to": "pilot"}, "near: council, nurse, physician"),
        ({"kind": "bonus"}, "no kind of message is called 'bonus'"),
        ({"urgency": "soon"}, "no urgency is called 'soon'"),
        ({"wants": "love"}, "nothing is wanted that is called 'love'"),
        ({"act_by": NOON - HOUR}, "has passed"),
        ({"act_by": datetime(2026, 3, 3)}, "has no time zone"),  # noqa: DTZ001 - that is it
        ({"expires": NOON}, "has passed"),
        ({"site": "shop"}, "no key of a site called 'shop' is known here; near: ship"),
        ({"to": "participant"}, "names nobody"),
        ({"to": "participant", "participant": "P1", "kind": "task"}, "never for a participant"),
        ({"kind": "dose", "participant": "P1"}, "starts or raises: it must expire"),
        ({"kind": "pay owed"}, "names no participant"),
        ({"body": "  "}, "says nothing"),
        ({"body": "x" * 20_001}, "20001 characters"),
        ({"sender": ""}, "no sender"),
    ],
)
def test_what_nobody_could_act_on_is_told_with_its_reason(
    changed: dict[str, Any], told: str
) -> None:
    assert told in faults(**changed)


def test_all_that_is_wrong_is_told_together() -> None:
    assert faults(to="pilot", kind="bonus", urgency="soon").count(";") >= 3
    assert faults() == ""
    assert faults(site="ship") == ""
    assert faults(site="centre") == ""


@pytest.mark.hazard("H-285")
@pytest.mark.parametrize("kind", sorted(name for name, one in KINDS.items() if one.leaving))
def test_what_serves_whoever_leaves_is_due_now_where_its_moment_has_passed(kind: str) -> None:
    changed = {"kind": kind, "participant": "P1", "act_by": NOON - HOUR, "expires": NOON - HOUR}
    assert faults(**changed) == ""
    entry = written_message(draft_of(**changed), "m", NOON)
    assert (entry.act_by, entry.expires) == (NOON, None)


def test_a_moment_follows_from_the_urgency_where_none_is_given() -> None:
    entry = written_message(draft_of(urgency="week"), "m", NOON)
    assert entry.act_by == NOON + timedelta(days=7)
    assert for_ledger_of(entry, site="a", origin="b").origin == "b"


@pytest.mark.hazard("H-288")
@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("visit.txt", b"P001 comes at nine", "names P001"),
        ("visit.txt", "für p001: neun Uhr".encode(), "names P001"),
        ("P001.txt", b"comes at nine", "names P001"),
        ("visit.txt", b"write to ada@example.org", "mail address"),
        ("scan.png", b"\x89PNG\xff\xfe", "cannot be looked through"),
    ],
)
def test_an_attachment_that_tells_of_people_is_refused(
    name: str, content: bytes, told: str
) -> None:
    assert told in "; ".join(attachment_faults(name, content, {"P001", "P002"}))


def test_an_attachment_that_tells_of_nobody_or_is_sealed_may_go() -> None:
    assert attachment_faults("plan.txt", b"XP0012 at nine", {"P001"}) == ()
    assert attachment_faults("plan.txt", SEALED + b"\xff\xfe", {"P001"}) == ()
