"""Who looked at a person's data: by whom, as what, when, and at what kind of page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nanoward.base.names import participant_id
from nanoward.ports.service.accounts import Accounts
from nanoward.ports.service.looks import Looks


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """One look, in words for the person whom it was at.

    by     name of whoever looked, as others see it
    about  the person alone, or a page about more than one
    times  how often that day, for the same
    """

    by: str
    role: str
    right: str
    about: str
    last: datetime
    times: int


def looks_of(looks: Looks, accounts: Accounts, participant: str) -> tuple[LookedAt, ...]:
    """Every look at a person's data, the newest first; the same on one day is told once."""
    names = {one.account: one.shown for one in accounts.accounts()}
    found: dict[tuple[str, ...], LookedAt] = {}
    for record in looks.about(participant_id(participant)):
        body: Mapping[str, str] = record.body
        if record.kind != "programme.Looked":
            continue
        one = LookedAt(
            by=names.get(body["account"], body["account"]),
            role=body["role"],
            right=body["right"],
            about="you" if body["participant"] else "a page about more than one person",
            last=record.at,
            times=1,
        )
        key = (one.by, one.role, one.right, one.about, record.at.date().isoformat())
        before = found.pop(key, None)
        found[key] = (
            one
            if before is None
            else LookedAt(
                by=one.by,
                role=one.role,
                right=one.right,
                about=one.about,
                last=one.last,
                times=before.times + 1,
            )
        )
    return tuple(sorted(found.values(), key=lambda one: one.last, reverse=True))
