"""Write a message, once for each cause; whatever is wrong with it is told at once."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from nanoward.base.entries.messages import CauseRepeated
from nanoward.base.names import identity_of
from nanoward.flows.consent.permit_act import permit_act
from nanoward.flows.messages.message_book import MessageBook
from nanoward.ports.ledger import LedgerMovedError, ProvenLedger
from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.drafts import (
    Draft,
    MessageNotAllowedError,
    OpenAttachmentError,
    UnwritableMessageError,
    attachment_faults,
    draft_faults,
    written_message,
)
from nanoward.programme.messages.due import open_cause
from nanoward.programme.messages.kinds import KINDS, OPEN_ACTS, PARTICIPANT

ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """What became of a draft.

    repeated  its cause stands already: the earlier message counts it
    notes     what was made of it that was not asked for
    """

    message: str
    repeated: bool
    notes: tuple[str, ...] = ()


def write_message(
    desk: MessageDesk, draft: Draft, *, attachment: Attachment | None = None
) -> WrittenMessage:
    """Append the message; on the disk when this returns.

    UnwritableMessageError, MessageNotAllowedError, OpenAttachmentError: nothing was written.
    What serves whoever leaves is never asked for, and never too late.
    """
    draft = replace(draft, participant=identity_of(draft.participant))
    ports, book = desk.ports, MessageBook(desk.rules.site)
    permitted = False
    while True:
        book.refresh(ports.ledger)
        now = ports.clock.now()
        faults = list(draft_faults(draft, desk.rules, now, book.sites()))
        if draft.supersedes:
            draft = replace(draft, supersedes=book.named(draft.supersedes).message)
        if faults:
            raise UnwritableMessageError("; ".join(faults))
        known = open_cause(book.box, draft.cause, draft.to, desk.rules, now)
        if known is not None:
            entry = CauseRepeated(message=known.message, word="firing", at=now)
            try:
                ports.ledger.append([entry], actor=draft.sender, at=now, after=book.size)
            except LedgerMovedError:
                continue
            return WrittenMessage(message=known.message, repeated=True)
        if not permitted:
            permitted = True
            _ask_gate(desk, draft)
            continue  # the answer stands on the ledger now
        name = desk.chance(ID_BYTES).hex()
        kept = _kept(desk, attachment) if attachment else ""
        written = written_message(draft, name, now, attachment=kept)
        try:
            ports.ledger.append([written], actor=draft.sender, at=now, after=book.size)
        except LedgerMovedError:
            continue
        return WrittenMessage(message=name, repeated=False, notes=_notes(draft))


def _notes(draft: Draft) -> tuple[str, ...]:
    kind = KINDS[draft.kind]
    if kind.lasting and draft.expires is not None:
        return (f"a message of kind {draft.kind!r} never expires: the expiry was left out",)
    return ()


def _ask_gate(desk: MessageDesk, draft: Draft) -> None:
    """The gate is asked for what goes to a person, or starts or raises; see OPEN_ACTS."""
    kind = KINDS[draft.kind]
    if kind.act in OPEN_ACTS or not draft.participant:
        return
    if draft.to != PARTICIPANT and not kind.raises:
        return
    answer = permit_act(desk.ports, draft.participant, kind.act, by=draft.sender)
    if not answer.allowed:
        raise MessageNotAllowedError(
            f"no message of kind {draft.kind!r} goes to {draft.participant}:"
            f" {'; '.join(answer.reasons)}"
        )


def _kept(desk: MessageDesk, attachment: Attachment) -> str:
    faults = attachment_faults(attachment.name, attachment.content, known_people(desk))
    if faults:
        raise OpenAttachmentError("; ".join(faults))
    return str(desk.ports.blobs.put(attachment.content))


def known_people(desk: MessageDesk) -> Collection[str]:
    """Everybody whom the programme's ledger knows by name."""
    ledger = desk.ports.ledger
    return ledger.people() if isinstance(ledger, ProvenLedger) else ()
