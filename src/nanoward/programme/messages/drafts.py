"""A message before it is written: every reason why it cannot be."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nanoward.base.entries.messages import MessageWritten
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import near_names
from nanoward.programme.messages.kinds import KINDS, PARTICIPANT, URGENCIES, WANTS
from nanoward.programme.messages.rules import MessageRules

LONGEST_BODY = 20_000  # characters
MADE = {"now": timedelta(hours=1), "today": timedelta(days=1), "week": timedelta(days=7)}
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
SEALED = b"nanoward-sealed\n"  # how a file begins that was sealed for its reader


class UnwritableMessageError(UsageError):
    """A message that nobody could act on: unknown role or kind, or a moment that has passed."""

    code = "USE-190"
    next_step = "Correct what is named; nothing was written."


class MessageNotAllowedError(RefusedError):
    """The gate is shut for a message of this kind to this person; nothing was written."""

    code = "REF-190"
    next_step = (
        "Pay, flush and safety notices have kinds of their own, which stay open:"
        " nanoward message write --help."
    )


class OpenAttachmentError(RefusedError):
    """An attachment tells about people in the clear; nothing was written."""

    code = "REF-191"
    next_step = "Take the names out, or seal the file for its reader: nanoward site seal."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to be known. Fields as of MessageWritten; None: by the urgency."""

    sender: str
    to: str
    kind: str
    body: str
    participant: str = ""
    urgency: str = "today"
    act_by: datetime | None = None
    expires: datetime | None = None
    wants: str = "acknowledgement"
    site: str = ""
    about: str = ""
    supersedes: str = ""
    cause: str = ""


def draft_faults(
    draft: Draft, rules: MessageRules, now: datetime, sites: Collection[str]
) -> tuple[str, ...]:
    """Every reason why nobody could act on the message; empty: it can be written.

    sites  whose sealing keys are known here
    """
    return (*_addressee_faults(draft, rules, sites), *_faults(draft, now))


def _addressee_faults(
    draft: Draft, rules: MessageRules, sites: Collection[str]
) -> Iterator[str]:
    away = draft.site not in ("", rules.site)
    if away and draft.site not in sites:
        near = near_names(draft.site, sites)
        hint = f"; near: {', '.join(near)}" if near else ""
        yield f"no key of a site called {draft.site!r} is known here{hint}"
    if draft.to == PARTICIPANT:
        if not draft.participant:
            yield "a message for a participant names nobody"
    elif draft.to not in rules.roles:
        near = near_names(draft.to, rules.roles)
        known = ", ".join(sorted(rules.roles))
        yield f"no role is called {draft.to!r}; near: {', '.join(near) or known}"
    kind = KINDS.get(draft.kind)
    if kind is None:
        yield f"no kind of message is called {draft.kind!r}; known: {', '.join(KINDS)}"
        return
    if kind.person and not draft.participant:
        yield f"a message of kind {draft.kind!r} names no participant"
    if draft.to == PARTICIPANT and not kind.act:
        yield f"a message of kind {draft.kind!r} is never for a participant"


def _faults(draft: Draft, now: datetime) -> Iterator[str]:
    if draft.urgency not in URGENCIES:
        yield f"no urgency is called {draft.urgency!r}; known: {', '.join(URGENCIES)}"
    if draft.wants not in WANTS:
        yield f"nothing is wanted that is called {draft.wants!r}; known: {', '.join(WANTS)}"
    kind = KINDS.get(draft.kind)
    for name, moment in (("to act by", draft.act_by), ("of expiry", draft.expires)):
        if moment is not None and moment.tzinfo is None:
            yield f"the moment {name}, {moment.isoformat()}, has no time zone"
        elif moment is not None and moment <= now and not (kind and kind.leaving):
            yield f"the moment {name}, {moment:%Y-%m-%d %H:%M %z}, has passed"
    if kind is not None and kind.raises and draft.expires is None:
        yield f"a message of kind {draft.kind!r} starts or raises: it must expire"
    if not draft.body.strip():
        yield "the message says nothing"
    if len(draft.body) > LONGEST_BODY:
        yield f"the message has {len(draft.body)} characters; {LONGEST_BODY} are the most"
    if not draft.sender.strip():
        yield "the message has no sender"


def written_message(
    draft: Draft, message: str, now: datetime, *, attachment: str = ""
) -> MessageWritten:
    """The entry of a draft without faults; what serves whoever leaves is due at once."""
    kind = KINDS[draft.kind]
    act_by = draft.act_by or now + MADE[draft.urgency]
    return MessageWritten(
        message=message,
        sender=draft.sender,
        to=draft.to,
        participant=draft.participant,
        kind=draft.kind,
        urgency=draft.urgency,
        made=now,
        act_by=max(act_by, now) if kind.leaving else act_by,
        expires=None if kind.lasting else draft.expires,
        wants=draft.wants,
        body=draft.body,
        site=draft.site,
        about=draft.about,
        supersedes=draft.supersedes,
        cause=draft.cause,
        attachment=attachment,
    )


def for_ledger_of(entry: MessageWritten, *, site: str, origin: str) -> MessageWritten:
    """A message as the ledger of its destination takes it."""
    return replace(entry, site=site, origin=origin)


def attachment_faults(name: str, content: bytes, people: Collection[str]) -> tuple[str, ...]:
    """Why a file cannot go with a message: it tells about people, or cannot be looked through.

    people  every known pseudonym and name
    """
    if content.startswith(SEALED):
        return ()
    try:
        text = f"{name}\n{content.decode()}"
    except UnicodeDecodeError:
        return (f"{name} cannot be looked through and is not sealed",)
    words = set(re.findall(r"[^\s,;:|\"'()<>\[\]{}]+", text))
    named = sorted(one for one in people if one and (one in words or _is_in(one, text)))
    faults = [f"{name} names {', '.join(named[:3])} in the clear"] if named else []
    if MAILBOX.search(text):
        faults.append(f"{name} holds a mail address in the clear")
    return tuple(faults)


def _is_in(name: str, text: str) -> bool:
    """Whether a name stands there whole, in any case: "P001" is not in "XP0012"."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
