"""A role from the proposal to its end: each step on the ledger, by another person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nanoward.base.entries import Entry
from nanoward.base.entries.programme import (
    RoleConfirmed,
    RoleDeclined,
    RoleEnded,
    RoleProposed,
)
from nanoward.base.errors import RefusedError
from nanoward.flows.access.role_facts import (
    RoleRefusedError,
    append_fact,
    role_book,
    sync_accounts,
)
from nanoward.ports.ledger import Ledger
from nanoward.ports.service.accounts import Accounts
from nanoward.programme.access.rights import Role
from nanoward.programme.access.role_book import (
    NOBODY,
    RoleBook,
    may_confirm,
    may_end,
    may_propose,
    needs_nobody,
)


class NoSuchRoleError(RefusedError):
    """A role was named that there is not."""

    code = "REF-242"
    next_step = f"Name one of {', '.join(Role)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts on accounts and roles, when, and in which stores."""

    ledger: Ledger
    accounts: Accounts
    by: str
    at: datetime


LONGEST_REASON: Final = 2_000


def role_named(name: str) -> Role:
    """The role of a name; NoSuchRoleError."""
    try:
        return Role(name)
    except ValueError:
        raise NoSuchRoleError(f"there is no role {name[:40]!r}") from None


def propose_role(acting: Acting, account: str, name: str, reason: str, grant: str) -> RoleBook:
    """Propose a role for an account; RoleRefusedError with every reason.

    grant  identifier of the proposal, drawn by whoever calls
    """
    role, size = role_named(name), acting.ledger.head().size
    book = role_book(acting.ledger)
    against = may_propose(book, account, role, by=acting.by)
    if not reason.strip():
        against = (*against, "no reason is given")
    _refuse(against)
    proposed = RoleProposed(
        grant=grant,
        account=account,
        role=str(role),
        proposed_by=acting.by,
        reason=reason.strip()[:LONGEST_REASON],
    )
    entries: list[Entry] = [proposed]
    if needs_nobody(book, role):
        entries.append(_confirmed(proposed, NOBODY))
    return _done(acting, entries, size)


def confirm_role(acting: Acting, grant: str) -> RoleBook:
    """Put a proposed role in force; RoleRefusedError with every reason."""
    size = acting.ledger.head().size
    book = role_book(acting.ledger)
    _refuse(may_confirm(book, grant, by=acting.by))
    return _done(acting, [_confirmed(book.waiting[grant], acting.by)], size)


def decline_role(acting: Acting, grant: str, reason: str) -> RoleBook:
    """Let a proposal fall; RoleRefusedError where none waits."""
    size = acting.ledger.head().size
    if grant not in role_book(acting.ledger).waiting:
        raise RoleRefusedError("no such proposal is waiting")
    declined = RoleDeclined(grant=grant, declined_by=acting.by, reason=reason[:LONGEST_REASON])
    return _done(acting, [declined], size)


def end_role(acting: Acting, account: str, name: str, reason: str) -> RoleBook:
    """Take a role from an account; its sessions end before the ledger is written.

    What takes away never waits for what is told of it.
    """
    role, size = role_named(name), acting.ledger.head().size
    _refuse(may_end(role_book(acting.ledger), account, role, by=acting.by))
    acting.accounts.end_sessions(account)
    ended = RoleEnded(
        account=account, role=str(role), ended_by=acting.by, reason=reason[:LONGEST_REASON]
    )
    return _done(acting, [ended], size)


def _confirmed(proposed: RoleProposed, by: str) -> RoleConfirmed:
    return RoleConfirmed(
        grant=proposed.grant, account=proposed.account, role=proposed.role, confirmed_by=by
    )


def _refuse(against: tuple[str, ...]) -> None:
    if against:
        raise RoleRefusedError("; ".join(against))


def _done(acting: Acting, entries: list[Entry], size: int) -> RoleBook:
    book = append_fact(acting.ledger, entries, actor=acting.by, at=acting.at, after=size)
    sync_accounts(book, acting.accounts, acting.at)
    return book
