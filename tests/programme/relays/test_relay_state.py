from datetime import timedelta
from typing import Any

from nanoward.base.entries.messages import (
    BundleMade,
    BundleRead,
    BundleRefused,
    MessageArrived,
    MessageWritten,
    SiteOpened,
    SiteRolledBack,
)
from nanoward.programme.messages.drafts import for_ledger_of, written_message
from nanoward.programme.relays.relay_state import (
    own_rollback_reasons,
    relay_state_of,
    rollback_reasons,
)
from nanoward.programme.relays.seen_ranges import seen_ranges
from nanoward.testing.messages import NOON, draft_of

SENT = {1: "m1", 2: "m2", 3: "m3"}


def written(name: str, **changed: Any) -> MessageWritten:
    return written_message(draft_of(site="ship", **changed), name, NOON)


def read(number: int, seen: dict[int, str], **changed: Any) -> BundleRead:
    given = {
        "bundle": f"file-{number}", "source": "ship", "number": number, "made": NOON,
        "at": NOON, "fresh": 0, "repeated": 0, "seen": seen_ranges(seen), "seen_bundle": 1,
        "written": 0,
        "clock_ahead_s": 0.0,
    }  # fmt: skip
    return BundleRead(**given | changed)


BASE = [written("m1"), written("m2"), written("m3"), written_message(draft_of(), "own", NOON)]


def test_messages_for_a_site_are_numbered_by_the_ledger() -> None:
    state = relay_state_of("centre", BASE)
    assert state.peers["ship"].sent == ["m1", "m2", "m3"]
    assert state.peers["ship"].unreceipted() == [1, 2, 3]
    mine = relay_state_of("ship", [for_ledger_of(written("m1"), site="ship", origin="centre")])
    assert mine.peers == {}
    assert mine.here == {"m1"}


def test_the_newest_word_of_a_site_counts_and_not_the_last_to_come() -> None:
    new, old = read(5, {1: "m1", 2: "m2"}), read(4, SENT)
    state = relay_state_of("centre", [*BASE, new, old])
    assert state.peers["ship"].receipts == {1, 2}
    assert state.peers["ship"].newest == 5


def test_a_site_that_was_restored_takes_its_receipts_back() -> None:
    state = relay_state_of("centre", [*BASE, read(5, SENT), read(6, {1: "m1"})])
    assert state.peers["ship"].unreceipted() == [2, 3]


def test_of_two_files_with_one_number_only_what_both_receipt_counts() -> None:
    fork = read(5, {2: "m2", 3: "m3"}, bundle="other")
    state = relay_state_of("centre", [*BASE, read(5, {1: "m1", 2: "m2"}), fork])
    assert state.peers["ship"].receipts == {2}


def test_what_shows_that_a_site_went_back() -> None:
    peer = relay_state_of("centre", [*BASE, read(5, SENT, written=4)]).peers["ship"]
    assert rollback_reasons(peer, 6, "file-6", read(6, SENT, written=4)) == []
    assert rollback_reasons(peer, 4, "file-4", read(4, {1: "m1"}, written=2)) == []
    (same,) = rollback_reasons(peer, 5, "other", read(5, SENT, written=4))
    assert "two different files" in same
    (fewer,) = rollback_reasons(peer, 6, "file-6", read(6, SENT, written=3))
    assert "wrote 3 messages, and 4 before" in fewer
    (less,) = rollback_reasons(peer, 6, "file-6", read(6, {1: "m1"}, written=4))
    assert "does not hold" in less


def test_what_shows_that_this_site_itself_went_back() -> None:
    peer = relay_state_of("centre", [*BASE, read(1, SENT)]).peers["ship"]
    peer.made = 3
    assert own_rollback_reasons(peer, read(2, SENT, seen_bundle=3)) == []
    told = own_rollback_reasons(peer, read(2, {**SENT, 4: "m4"}, seen_bundle=4))
    assert len(told) == 2


def test_everything_else_is_kept() -> None:
    opened = SiteOpened(site="ship", sealing_key="a", signing_key="b", at=NOON)
    state = relay_state_of(
        "centre",
        [
            opened,
            BundleMade(bundle="x", destination="ship", number=7, made=NOON, messages=1, size=1),
            MessageArrived(message="s2", at=NOON, source="ship", number=2),
            MessageArrived(message="inbox", at=NOON),
            read(1, {}, written=3, at=NOON + timedelta(hours=1)),
            BundleRefused(bundle="bad", size=3, reason="cut", at=NOON),
            SiteRolledBack(site="ship", reason="r", at=NOON),
        ],
    )
    peer = state.peer("ship")
    assert (peer.key, peer.made, peer.held) == (opened, 7, {2: "s2"})
    assert peer.gaps() == [1, 3]
    assert peer.last_seen == NOON + timedelta(hours=1)
    assert list(state.refused) == ["bad"]
    assert len(state.rollbacks) == 1
