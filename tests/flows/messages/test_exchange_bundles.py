from datetime import timedelta
from typing import Any

import pytest

from nanoward.base.entries import ConsentWithdrawn
from nanoward.flows.messages.answer_message import answer_message
from nanoward.flows.messages.exchange_bundles import (
    ImportedBundle,
    NoRelayKeysError,
    UnknownSiteError,
    export_bundle,
    import_file,
)
from nanoward.flows.messages.message_board import message_board
from nanoward.flows.messages.write_message import Attachment, write_message
from nanoward.programme.relays.bpv7 import written_bpv7
from nanoward.testing.messages import (
    NOON,
    MessageBay,
    draft_of,
    introduce,
    message_bay,
    spooled,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def two_sites() -> tuple[MessageBay, MessageBay]:
    centre, ship = message_bay(), message_bay(site="ship")
    introduce(centre, ship)
    return centre, ship


def file_of(bay: MessageBay, to: str) -> bytes:
    files: dict[str, bytes] = {}
    made = export_bundle(bay.desk, to, put=lambda name, content: files.update({name: content}))
    (name,) = files
    assert (made.name, made.size) == (name, len(files[name]))
    return files[name]


def take(bay: MessageBay, content: bytes) -> ImportedBundle:
    return import_file(bay.desk, content)


def write(bay: MessageBay, site: str, **changed: Any) -> str:
    return write_message(bay.desk, draft_of(site=site, **changed)).message


def test_a_message_comes_over_its_answer_comes_back_and_each_counts_once() -> None:
    centre, ship = two_sites()
    name = write(centre, "ship", wants="answer")
    first, second = file_of(centre, "ship"), file_of(centre, "ship")
    assert take(ship, second).fresh == 1
    assert take(ship, first).fresh == 0
    assert take(ship, first).repeated
    assert ship.word(name) == "arrived"
    assert centre.word(name) == "written"
    answer_message(ship.desk, name, "she is well", by="Ada")
    take(centre, file_of(ship, "centre"))
    assert centre.word(name) == "answered"
    said = [one.body for one in centre.desk.ports.ledger.records()
            if one.kind == "messages.MessageAnswered"]  # fmt: skip
    assert [(one["answer"], one["by"]) for one in said] == [("she is well", "Ada (ship)")]
    for _ in range(2):
        take(ship, file_of(centre, "ship"))
        take(centre, file_of(ship, "centre"))
    for bay in (centre, ship):
        names = [one.body["message"] for one in bay.desk.ports.ledger.records()
                 if one.kind == "messages.MessageWritten"]  # fmt: skip
        assert len(names) == len(set(names)) <= 3


def test_an_attachment_comes_over() -> None:
    centre, ship = two_sites()
    plan = Attachment(name="a.txt", content=b"plan of the ward")
    write_message(centre.desk, draft_of(site="ship"), attachment=plan)
    take(ship, file_of(centre, "ship"))
    (entry,) = (one.body for one in ship.desk.ports.ledger.records()
                if one.kind == "messages.MessageWritten")  # fmt: skip
    assert ship.desk.ports.blobs.get(entry["attachment"]) == plan.content  # type: ignore[arg-type]


@pytest.mark.hazard("H-292")
def test_a_file_that_fails_is_refused_whole_kept_and_told() -> None:
    centre, ship = two_sites()
    write(centre, "ship")
    good = file_of(centre, "ship")
    bad = good[:-1] + bytes([good[-1] ^ 1])
    for _ in range(2):
        assert "changed" in take(ship, bad).reason
    kept = ship.desk.refused
    assert list(kept.files.values()) == [bad]  # type: ignore[attr-defined]
    (refused,) = (one for one in ship.desk.ports.ledger.records()
                  if one.kind == "messages.BundleRefused")  # fmt: skip
    assert refused.body["size"] == len(bad)
    board = message_board(ship.desk.ports.ledger, ship.desk.rules, NOON)
    assert "MSG-009" in {one.code for one in board.findings}
    assert board.counts == {}
    assert take(ship, good).fresh == 1


def test_files_of_strangers_for_others_and_of_this_site_itself_are_refused() -> None:
    centre, ship = two_sites()
    stranger = message_bay(site="north")
    introduce(stranger, ship)
    lonely = message_bay(site="ship")  # the same name with other keys
    introduce(lonely, centre)
    for content, bay, told in (
        (file_of(centre, "ship"), centre, "not for this site"),
        (file_of(stranger, "ship"), centre, "not for this site"),
        (file_of(lonely, "centre"), message_bay(), "not for this site"),
    ):
        assert told in take(bay, content).reason
    fresh = message_bay(site="ship")
    introduce(fresh, centre)  # the centre knows two ships: the keys of the last count
    assert "not signed by ship" in take(centre, file_of(ship, "centre")).reason


def test_sites_without_keys_and_sites_that_nobody_opened() -> None:
    centre, _ = two_sites()
    with pytest.raises(UnknownSiteError):
        file_of(centre, "north")
    from dataclasses import replace

    bare = replace(centre.desk, keys=None)
    with pytest.raises(NoRelayKeysError):
        export_bundle(bare, "ship", put=lambda *_: None)


def test_a_file_may_come_within_a_bundle_of_the_bundle_protocol() -> None:
    centre, ship = two_sites()
    write(centre, "ship")
    content = file_of(centre, "ship")
    wrapped = written_bpv7(content, source="dtn:none", destination="dtn:none", sequence=1,
                           lifetime_ms=10)  # fmt: skip
    bad = wrapped[:-60] + bytes([wrapped[-60] ^ 1]) + wrapped[-59:]
    assert "RFC 9171" in take(ship, bad).reason
    assert take(ship, wrapped).fresh == 1


def left(at: Any) -> ConsentWithdrawn:
    return ConsentWithdrawn(participant="P1", withdrawn=at.date(), at=at, channel="console")


@pytest.mark.hazard("H-291")
def test_a_withdrawal_at_a_site_goes_to_all_and_what_was_done_elsewhere_is_told() -> None:
    """The centre dosed somebody two days after they left at the ship, and learns it then."""

    from nanoward.base.entries import ActPermitted

    centre, ship = two_sites()
    ship.desk.ports.ledger.append([left(NOON)], actor="P1", at=NOON)
    centre.clock.advance(2 * DAY)
    dosed = ActPermitted(participant="P1", act="dose", use="", by="nurse")
    centre.desk.ports.ledger.append([dosed], actor="nurse", at=centre.clock.now())
    with spooled(centre) as desk:
        taken = import_file(desk, file_of(ship, "centre"))
        again = import_file(desk, file_of(ship, "centre"))
        notices = list(desk.ports.spool.records(kind="exit.NoticeGiven"))  # type: ignore[union-attr]
    assert (taken.closed, again.closed) == (("P1",), ())
    assert [one.body["wish"] for one in notices] == ["leave"]
    board = message_board(centre.desk.ports.ledger, centre.desk.rules, centre.clock.now())
    (told,) = (one for one in board.findings if one.code == "MSG-006")
    assert "permitted dose at centre on 2026-03-04" in told.message
    assert told.subject == "P1"


def test_a_withdrawal_that_cannot_be_kept_at_the_exit_is_not_taken_and_comes_again() -> None:
    from nanoward.base.errors import OutsideError

    centre, ship = two_sites()
    ship.desk.ports.ledger.append([left(NOON)], actor="P1", at=NOON)
    content = file_of(ship, "centre")
    size = centre.desk.ports.ledger.head().size
    with pytest.raises(OutsideError):
        take(centre, content)
    assert centre.desk.ports.ledger.head().size == size


def test_a_site_restored_from_an_old_copy_is_told_on_both_sides() -> None:
    centre, ship = two_sites()
    for _ in range(3):
        write(ship, "centre")
    take(centre, file_of(ship, "centre"))
    restored = message_bay(site="ship")
    from dataclasses import replace

    desk = replace(restored.desk, keys=ship.desk.keys, chance=lambda size: b"z" * size)
    old = MessageBay(
        desk=desk, clock=restored.clock, pager=restored.pager, screen=restored.screen
    )
    records = list(ship.desk.ports.ledger.records())
    from nanoward.base.entries import KINDS, entry_of

    copied = [entry_of(one.kind, one.body, KINDS) for one in records[:2]]
    old.desk.ports.ledger.append(copied, actor="copy", at=NOON)
    back = take(old, file_of(centre, "ship"))
    assert any("more than were written here" in one for one in back.rollbacks)
    write(old, "centre")
    told = take(centre, file_of(old, "centre"))
    assert told.fresh == 1
    assert any("two different messages" in one for one in told.rollbacks)
    board = message_board(centre.desk.ports.ledger, centre.desk.rules, NOON)
    assert "MSG-008" in {one.code for one in board.findings}


def test_killed_before_any_append_of_an_exchange_nothing_is_lost_or_doubled() -> None:
    """The process dies before its first, second ... append, at either side; then goes on."""

    class KilledError(Exception):
        pass

    for victim in ("ship", "centre"):
        for kill_at in range(1, 6):
            centre, ship = two_sites()
            name = write(ship, "centre", wants="receipt")
            ledger = (ship if victim == "ship" else centre).desk.ports.ledger
            append, count = ledger.append, 0

            def dying(*given: Any, old: Any = append, die: int = kill_at, **more: Any) -> Any:
                nonlocal count
                count += 1
                if count == die:
                    raise KilledError
                return old(*given, **more)

            ledger.append = dying  # type: ignore[method-assign]
            for _ in range(3):
                for one, other, to in ((ship, centre, "centre"), (centre, ship, "ship")):
                    try:
                        take(other, file_of(one, to))
                    except KilledError:
                        continue
            written = [one for one in centre.desk.ports.ledger.records()
                       if one.kind == "messages.MessageWritten"]  # fmt: skip
            assert [one.body["message"] for one in written] == [name]
            assert ship.word(name) == "arrived"
