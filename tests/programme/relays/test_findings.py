from dataclasses import replace
from datetime import timedelta

from nanoward.base.entries.messages import (
    BundleRead,
    BundleRefused,
    MessageRefused,
    SiteOpened,
    SiteRolledBack,
)
from nanoward.programme.messages.drafts import for_ledger_of, written_message
from nanoward.programme.messages.threads import mailbox_of
from nanoward.programme.relays.findings import relay_findings, site_lines
from nanoward.programme.relays.relay_state import relay_state_of
from nanoward.testing.messages import NOON, draft_of

DAY = timedelta(days=1)
OPENED = SiteOpened(site="ship", sealing_key="a", signing_key="b", at=NOON)
READ = BundleRead(bundle="f", source="ship", number=1, made=NOON, at=NOON, fresh=0, repeated=0,
                  seen=(), seen_bundle=0, written=2, clock_ahead_s=7200.0)  # fmt: skip
MINE = written_message(draft_of(site="ship"), "m1", NOON)
THEIRS = for_ledger_of(
    written_message(draft_of(kind="message"), "m2", NOON), site="centre", origin="ship"
)
LATE = MessageRefused(message="m2", participant="", reason="late", at=NOON)


def test_a_board_of_one_site_by_hand() -> None:
    entries = [OPENED, MINE, THEIRS, LATE, READ]
    state, box = relay_state_of("centre", entries), mailbox_of(entries)
    (line,) = site_lines(state, box)
    assert (line.unreceipted, line.safety_since, line.gaps, line.late) == (1, NOON, 2, 1)
    assert (line.last_seen, line.clock_ahead_s) == (NOON, 7200.0)


def test_what_is_wrong_is_told_with_what_to_do() -> None:
    entries = [OPENED, MINE, THEIRS, LATE, READ,
               SiteRolledBack(site="ship", reason="fewer", at=NOON),
               BundleRefused(bundle="bad", size=3, reason="cut", at=NOON)]  # fmt: skip
    state, box = relay_state_of("centre", entries), mailbox_of(entries)
    lines = site_lines(state, box)
    found = relay_findings(state, lines, NOON + 15 * DAY, 14 * DAY)
    assert [one.code for one in found] == [
        "MSG-004", "MSG-005", "MSG-005", "MSG-007", "MSG-008", "MSG-009",
    ]  # fmt: skip
    assert found[0].severity == "error"
    assert "2.0 h ahead" in found[3].message
    calm = [replace(lines[0], gaps=0, late=0, clock_ahead_s=0.0, safety_since=None)]
    assert relay_findings(relay_state_of("centre", []), calm, NOON + DAY, 14 * DAY) == ()
    never = [replace(calm[0], last_seen=None)]
    (told,) = relay_findings(relay_state_of("centre", []), never, NOON, 14 * DAY)
    assert (told.severity, "never" in told.message) == ("warning", True)
