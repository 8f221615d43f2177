from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    BundleMade,
    MessageArrived,
    MessageRefused,
    MessageWritten,
    SiteRolledBack,
)
from nanoward.programme.messages.drafts import written_message
from nanoward.programme.relays.bundle import Bundle, CarriedMessage
from nanoward.programme.relays.exchange import (
    clock_ahead,
    late_reason,
    next_bundle,
    read_bundle,
)
from nanoward.programme.relays.relay_state import RelayState, relay_state_after
from nanoward.testing.messages import NOON, draft_of

HOUR = timedelta(hours=1)


class End:
    """One site: its state and the messages of its ledger."""

    def __init__(self, name: str) -> None:
        self.state = RelayState(site=name)
        self.written: dict[str, MessageWritten] = {}
        self.entries: list[Entry] = []

    def append(self, *entries: Entry) -> None:
        for entry in entries:
            if isinstance(entry, MessageWritten):
                self.written[entry.message] = entry
            relay_state_after(self.state, entry)
            self.entries.append(entry)

    def write(self, name: str, to: str, **changed: Any) -> None:
        self.append(written_message(draft_of(site=to, **changed), name, NOON))

    def make(self, to: str, now=NOON) -> Bundle:  # type: ignore[no-untyped-def]
        made = next_bundle(self.state, to, lambda name: self.written[name], now)
        self.append(
            BundleMade(bundle=f"{self.state.site}-{made.number}", destination=to,
                       number=made.number, made=now, messages=len(made.messages), size=1)
        )  # fmt: skip
        return made

    def take(self, bundle: Bundle, now=NOON, file: str = ""):  # type: ignore[no-untyped-def]
        name = file or f"{bundle.source}-{bundle.number}"
        read = read_bundle(self.state, bundle, name, now)
        self.append(*read.entries)
        return read


def test_a_message_is_sent_again_until_it_is_receipted_and_has_its_effect_once() -> None:
    ship, centre = End("ship"), End("centre")
    ship.write("m1", "centre")
    lost = ship.make("centre")
    assert [one.number for one in lost.messages] == [1]
    again = ship.make("centre")
    assert centre.take(again).fresh[0].origin == "ship"
    assert centre.take(lost).fresh == ()
    assert centre.take(again).entries == ()
    ship.take(centre.make("ship"))
    assert ship.make("centre").messages == ()
    assert sum(isinstance(one, MessageWritten) for one in centre.entries) == 1


@pytest.mark.hazard("H-289")
@given(
    st.lists(
        st.sampled_from(["write", "write back", "out", "back", "deliver", "repeat", "restore"]),
        max_size=60,
    )
)
def test_whatever_is_lost_doubled_or_reordered_nothing_is_doubled_or_falsely_receipted(  # noqa: C901
    acts: list[str],
) -> None:
    """A model of two sites and a heap of files; at the end all arrive by a few more files."""
    ship, centre = End("ship"), End("centre")
    ends = {"ship": ship, "centre": centre}
    files: list[tuple[Bundle, str]] = []
    number = 0
    copy: list[Entry] = []
    for step, act in enumerate(acts):
        if act.startswith("write"):
            number += 1
            one, to = (ship, "centre") if act == "write" else (centre, "ship")
            one.write(f"m{number}", to)
        elif act in ("out", "back"):
            one, to = (ship, "centre") if act == "out" else (centre, "ship")
            files.append((one.make(to), f"file {step}"))
        elif act == "restore":
            if copy:
                fresh = End("ship")
                fresh.append(*copy)
                ends["ship"] = ship = fresh
            copy = list(ship.entries)
        elif files:
            bundle, name = files[step % len(files)]
            if act == "deliver" and step % 3:
                files.pop(step % len(files))
            ends[bundle.destination].take(bundle, file=name)
    for turn in range(2 * len(acts) + 6):
        for one, to in ((ship, centre), (centre, ship)):
            to.take(one.make(to.state.site), file=f"last {turn} {one.state.site}")
    for one, to in ((ship, centre), (centre, ship)):
        peer = one.state.peer(to.state.site)
        assert set(peer.sent) <= set(to.written)
        assert peer.unreceipted() == []
        for end in (one, to):
            names = [e.message for e in end.entries if isinstance(e, MessageWritten)]
            assert len(names) == len(set(names))


def test_a_number_that_names_another_message_is_an_alarm() -> None:
    ship, centre = End("ship"), End("centre")
    ship.write("m1", "centre")
    centre.take(ship.make("centre"))
    restored = End("ship")
    restored.write("m2", "centre")
    read = centre.take(restored.make("centre"), file="other")
    assert {one.message for one in read.fresh} == {"m2"}
    assert len(read.rollbacks) == 2
    assert any(isinstance(one, SiteRolledBack) for one in read.entries)
    assert centre.state.peer("ship").held == {1: "m2"}


def test_a_site_that_learns_that_it_went_back_goes_on_behind_its_old_numbers() -> None:
    ship, centre = End("ship"), End("centre")
    ship.write("m1", "centre")
    for _ in range(5):
        centre.take(ship.make("centre"))
    restored = End("ship")
    read = restored.take(centre.make("ship"))
    assert len(read.rollbacks) == 2
    assert restored.make("centre").number == 6
    assert restored.take(centre.make("ship"), file="next").rollbacks == ()


def carried(age: timedelta, **changed: Any) -> CarriedMessage:
    entry = written_message(draft_of(**changed), "m", NOON)
    return CarriedMessage(number=1, age_s=age.total_seconds(), written=entry)


def envelope(made=NOON, **changed: Any) -> Bundle:  # type: ignore[no-untyped-def]
    given = {"source": "ship", "destination": "centre", "number": 1, "made": made, "seen": (),
             "seen_bundle": 0, "written": 1}  # fmt: skip
    return Bundle(**given | changed)


@pytest.mark.hazard("H-290")
def test_what_raises_is_not_taken_late_by_either_clock_nor_where_nobody_can_tell() -> None:
    order = {"kind": "order", "participant": "P1", "expires": NOON + 2 * HOUR}
    fresh = carried(HOUR, **order)
    assert late_reason(fresh, envelope(), NOON + HOUR / 2) == ""
    assert "expired" in late_reason(fresh, envelope(), NOON + 2 * HOUR)  # our clock
    old = carried(3 * HOUR, **order)
    assert "expired" in late_reason(old, envelope(made=NOON - 5 * HOUR), NOON - 5 * HOUR)
    ahead = envelope(made=NOON + 20 * HOUR)
    assert "clocks" in late_reason(fresh, ahead, NOON + HOUR)


@pytest.mark.hazard("H-285")
def test_withdrawals_doubts_pay_and_flush_are_taken_however_late() -> None:
    years = NOON + timedelta(days=2000)
    for kind in ("withdrawal", "concern", "pay owed", "flush", "adverse event", "danger"):
        one = carried(timedelta(days=2000), kind=kind, participant="P1")
        one = replace(one, written=replace(one.written, expires=NOON + HOUR))
        assert late_reason(one, envelope(made=years - HOUR), years) == ""


def test_a_kind_that_is_not_known_here_is_left_to_a_person() -> None:
    one = carried(HOUR)
    one = replace(one, written=replace(one.written, kind="teleport"))
    assert "knows no kind" in late_reason(one, envelope(), NOON)


def test_what_came_late_stands_with_its_reason() -> None:
    ship, centre = End("ship"), End("centre")
    ship.write("m1", "centre", kind="visit", participant="P1", expires=NOON + HOUR)
    read = centre.take(ship.make("centre", NOON + HOUR / 2), NOON + 30 * HOUR)
    assert list(read.late) == ["m1"]
    assert any(isinstance(one, MessageRefused) for one in read.entries)
    assert any(isinstance(one, MessageArrived) for one in read.entries)


def test_clocks_that_differ_are_told_by_the_least_that_they_must() -> None:
    assert clock_ahead(envelope(made=NOON + HOUR), NOON) == HOUR
    assert clock_ahead(envelope(made=NOON - 9 * HOUR), NOON) == timedelta(0)
    behind = envelope(made=NOON - 9 * HOUR, seen_made=NOON - HOUR)
    assert clock_ahead(behind, NOON) == -8 * HOUR
