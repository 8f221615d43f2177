from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from nanoward.base.entries import ConsentWithdrawn, Entry
from nanoward.flows.messages.message_book import MessageBook, UnknownMessageError
from nanoward.flows.messages.write_message import Attachment, known_people, write_message
from nanoward.programme.messages.drafts import (
    MessageNotAllowedError,
    OpenAttachmentError,
    UnwritableMessageError,
)
from nanoward.programme.messages.kinds import KINDS
from nanoward.testing.messages import (
    NOON,
    MessageBay,
    consented,
    draft_of,
    introduce,
    message_bay,
)

TODAY = NOON.date()


def left() -> Entry:
    return ConsentWithdrawn(participant="P1", withdrawn=TODAY, at=NOON, uses=(), channel="x")


def bay_with(entries: Sequence[Entry]) -> MessageBay:
    bay = message_bay()
    if entries:
        bay.desk.ports.ledger.append(entries, actor="test", at=NOON)
    return bay


def to_person(kind: str, **changed: Any) -> Any:
    return draft_of(to="participant", kind=kind, participant="P1", **changed)


def kinds(bay: MessageBay) -> list[str]:
    return [one.kind.partition(".")[2] for one in bay.desk.ports.ledger.records()]


def test_a_message_is_on_the_ledger_when_this_returns() -> None:
    bay = bay_with(())
    written = write_message(bay.desk, draft_of())
    (record,) = bay.desk.ports.ledger.records()
    assert record.body["message"] == written.message
    assert len(written.message) == 32


@pytest.mark.hazard("H-294")
def test_after_a_withdrawal_nothing_goes_as_a_message_and_what_protects_stays_open() -> None:
    for entries in (consented(), (*consented(), left())):
        bay = bay_with(entries)
        open_ = []
        for kind in (name for name, one in KINDS.items() if one.act):
            expires = NOON + timedelta(hours=2) if KINDS[kind].raises else None
            try:
                write_message(bay.desk, to_person(kind, expires=expires))
                open_.append(kind)
            except MessageNotAllowedError:
                continue
        ordinary = {"message", "consent document", "visit", "assessment", "sample", "dose",
                    "order"}  # fmt: skip
        assert set(open_) >= {"withdrawal", "pay owed", "flush", "safety notice", "own record"}
        assert ordinary.isdisjoint(open_) == (len(entries) == 4)


@pytest.mark.hazard("H-285")
def test_what_protects_a_person_does_not_even_ask_the_gate() -> None:
    """A plan or a spool that cannot be read keeps no pay, flush or withdrawal waiting."""
    for kind in ("withdrawal", "pay owed", "flush", "concern", "safety notice"):
        bay = bay_with(())
        write_message(bay.desk, to_person(kind))
        assert kinds(bay) == ["MessageWritten"]


def test_what_starts_or_raises_asks_the_gate_whoever_it_is_for() -> None:
    draft = draft_of(kind="order", participant="P1", expires=NOON + timedelta(hours=1))
    with pytest.raises(MessageNotAllowedError, match="no consent"):
        write_message(bay_with(()).desk, draft)
    assert not write_message(bay_with(consented()).desk, draft).repeated


def test_a_refusal_is_on_record_and_nothing_else_is() -> None:
    bay = bay_with(())
    with pytest.raises(MessageNotAllowedError):
        write_message(bay.desk, to_person("message"))
    assert kinds(bay) == ["ActRefused"]
    with pytest.raises(UnwritableMessageError, match="no role"):
        write_message(bay.desk, draft_of(to="pilot"))
    assert kinds(bay) == ["ActRefused"]


@pytest.mark.hazard("H-295")
def test_a_cause_that_flaps_is_one_message_and_after_it_was_over_for_long_another() -> None:
    bay = bay_with(())
    first = write_message(bay.desk, draft_of(cause="fan 3"))
    again = write_message(bay.desk, draft_of(cause="fan 3"))
    assert (again.message, again.repeated) == (first.message, True)
    other = write_message(bay.desk, draft_of(cause="fan 3", to="council"))
    assert not other.repeated
    assert kinds(bay) == ["MessageWritten", "CauseRepeated", "MessageWritten"]


def test_an_attachment_that_names_somebody_known_is_refused_and_another_is_kept() -> None:
    bay = bay_with(())
    blob = Attachment(name="a.txt", content=b"write to ada@example.org")
    with pytest.raises(OpenAttachmentError, match="mail address"):
        write_message(bay.desk, draft_of(), attachment=blob)
    plain = Attachment(name="a.txt", content=b"the plan of the ward")
    written = write_message(bay.desk, draft_of(), attachment=plain)
    book = MessageBook("centre").refresh(bay.desk.ports.ledger)
    name = book.written(written.message).attachment
    assert bay.desk.ports.blobs.get(name) == plain.content  # type: ignore[arg-type]
    assert known_people(bay.desk) == ()


def test_a_message_takes_the_place_of_another_and_of_none_that_is_not_there() -> None:
    bay = bay_with(())
    first = write_message(bay.desk, draft_of()).message
    write_message(bay.desk, draft_of(supersedes=first))
    assert bay.word(first) == "closed"
    with pytest.raises(UnknownMessageError):
        write_message(bay.desk, draft_of(supersedes="abcdef"))


def test_an_expiry_that_may_not_be_is_left_out_and_told() -> None:
    bay = bay_with(())
    soon = NOON + timedelta(hours=1)
    written = write_message(bay.desk, to_person("pay owed", expires=soon))
    assert "never expires" in written.notes[0]


def test_a_site_without_a_key_is_refused_and_one_with_a_key_is_written_to() -> None:
    bay = bay_with(())
    with pytest.raises(UnwritableMessageError, match="no key of a site called 'ship'"):
        write_message(bay.desk, draft_of(site="ship"))
    introduce(bay, message_bay(site="ship"))
    assert not write_message(bay.desk, draft_of(site="ship")).repeated
