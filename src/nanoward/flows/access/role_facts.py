"""Roles as the ledger tells them, and accounts brought into line with it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from nanoward.base.entries import KINDS, Entry, entry_of, kind_of
from nanoward.base.entries.programme import ACCESS_ENTRIES
from nanoward.base.errors import RefusedError
from nanoward.ports.ledger import Ledger
from nanoward.ports.service.accounts import Accounts
from nanoward.programme.access.role_book import TAKERS, RoleBook, waits_until

NO_PERSON: Final = ""  # no entry of roles names a participant: the index has them by kind
FACTS: Final = tuple(kind_of(one) for one in ACCESS_ENTRIES if one in TAKERS)


class RoleRefusedError(RefusedError):
    """A role, recovery or review is not allowed as it was asked for; nothing was done."""

    code = "REF-241"
    next_step = "Read the reasons; the rules stand in docs/howto/serve-the-ward.md."


def role_book(ledger: Ledger) -> RoleBook:
    """Accounts, roles, proposals and emergencies; at the cost of those records alone."""
    book = RoleBook()
    for record in ledger.about(NO_PERSON, kinds=FACTS):
        book.take(entry_of(record.kind, record.body, KINDS), record.at)
    return book


def append_fact(
    ledger: Ledger, entries: list[Entry], *, actor: str, at: datetime, after: int
) -> RoleBook:
    """Append what was decided by a ledger of `after` records; the book afterwards.

    LedgerMovedError where somebody else appended meanwhile: nothing was, ask again.
    """
    ledger.append(entries, actor=actor, at=at, after=after)
    return role_book(ledger)


def sync_accounts(book: RoleBook, accounts: Accounts, now: datetime) -> tuple[str, ...]:
    """Give every account of the staff the roles that the ledger says; returns those changed.

    Sessions of whoever's roles changed end at once. Whoever granted a role waits a day with it.
    """
    changed = []
    for name in book.names:
        known, roles = accounts.account(name), tuple(sorted(book.roles.get(name, ())))
        if known is not None and set(known.roles) != set(roles):
            accounts.add_account(replace(known, roles=roles))
            changed.append(name)
        for role, until in waits_until(book, name).items():
            if until > now:
                accounts.hold(name, str(role), until)
    return tuple(changed)
