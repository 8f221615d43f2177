"""Who holds which role, as the ledger tells it; who may propose, confirm and end one.

Nobody decides alone who may do what: an administrator proposes, the council confirms, and a
second administrator where the programme has no council member with an account yet. Whoever
granted a role that they had not themselves does not use it for a day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from nanoward.base.entries import Entry
from nanoward.base.entries.programme import (
    AccountOpened,
    EmergencyAccessOpened,
    EmergencyAccessReviewed,
    RecoveryConfirmed,
    RecoveryProposed,
    RoleConfirmed,
    RoleDeclined,
    RoleEnded,
    RoleProposed,
)
from nanoward.programme.access.rights import Role

GRANTERS_WAIT: Final = timedelta(hours=24)
SIGNERS_WAIT: Final = timedelta(hours=24)  # after a recovery
REVIEWED_WITHIN: Final = timedelta(hours=24)
EMERGENCY_LASTS: Final = timedelta(minutes=60)
NOBODY: Final = "nobody"
CLINICAL: Final = frozenset(
    {Role.INVESTIGATOR, Role.NURSE, Role.PHARMACOLOGIST, Role.EPIDEMIOLOGIST}
)
APART: Final[Mapping[Role, frozenset[Role]]] = {
    Role.ADMINISTRATOR: frozenset(Role) - {Role.ADMINISTRATOR},
    Role.AUDITOR: frozenset(Role) - {Role.AUDITOR},
    Role.PARTICIPANT: frozenset(Role) - {Role.PARTICIPANT},
    Role.COUNCIL: CLINICAL | {Role.MONITOR, Role.PARTNER},
    Role.PARTNER: CLINICAL | {Role.MONITOR, Role.COUNCIL, Role.ADVOCATE},
    Role.ADVOCATE: CLINICAL | {Role.MONITOR, Role.PARTNER},
    Role.MONITOR: CLINICAL | {Role.COUNCIL, Role.PARTNER, Role.ADVOCATE},
}  # no person holds a role of either side together with one of the other


@dataclass(slots=True)
class RoleBook:
    """What the ledger says of accounts, roles and emergencies; `take` folds one entry.

    waiting  proposals that nobody confirmed or declined
    granted  account and role to when that account last gave that role, without having it
    """

    names: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    roles: dict[str, set[Role]] = field(default_factory=dict)
    waiting: dict[str, RoleProposed] = field(default_factory=dict)
    proposals: dict[str, RoleProposed] = field(default_factory=dict)
    granted: dict[tuple[str, Role], datetime] = field(default_factory=dict)
    recoveries: dict[str, RecoveryProposed] = field(default_factory=dict)
    emergencies: dict[str, tuple[EmergencyAccessOpened, datetime]] = field(default_factory=dict)
    reviews: dict[str, EmergencyAccessReviewed] = field(default_factory=dict)

    def take(self, entry: Entry, at: datetime) -> None:
        """Fold one entry; those of other rooms change nothing."""
        taker = TAKERS.get(type(entry))
        if taker is not None:
            taker(self, entry, at)

    def holders(self, role: Role) -> tuple[str, ...]:
        """Accounts that hold a role, in order of their names."""
        return tuple(sorted(one for one, held in self.roles.items() if role in held))

    def overdue(self, now: datetime) -> tuple[EmergencyAccessOpened, ...]:
        """Emergency accesses that nobody reviewed within a day."""
        return tuple(
            one
            for one, at in self.emergencies.values()
            if one.access not in self.reviews and now - at > REVIEWED_WITHIN
        )


def _opened(book: RoleBook, entry: AccountOpened, at: datetime) -> None:  # noqa: ARG001
    book.names[entry.account], book.sites[entry.account] = entry.name, entry.site
    book.roles.setdefault(entry.account, set())


def _proposed(book: RoleBook, entry: RoleProposed, at: datetime) -> None:
    book.waiting[entry.grant] = book.proposals[entry.grant] = entry
    _granted(book, entry.proposed_by, Role(entry.role), at)


def _confirmed(book: RoleBook, entry: RoleConfirmed, at: datetime) -> None:
    book.waiting.pop(entry.grant, None)
    book.roles.setdefault(entry.account, set()).add(Role(entry.role))
    _granted(book, entry.confirmed_by, Role(entry.role), at)


def _granted(book: RoleBook, by: str, role: Role, at: datetime) -> None:
    """Whoever gives a role that they had not waits for it; one that they had is no gain."""
    if role not in book.roles.get(by, set()):
        book.granted[by, role] = at


def _declined(book: RoleBook, entry: RoleDeclined, at: datetime) -> None:  # noqa: ARG001
    book.waiting.pop(entry.grant, None)


def _ended(book: RoleBook, entry: RoleEnded, at: datetime) -> None:  # noqa: ARG001
    book.roles.get(entry.account, set()).discard(Role(entry.role))
    for name, one in list(book.waiting.items()):
        if one.proposed_by == entry.account and entry.role == Role.ADMINISTRATOR:
            del book.waiting[name]


def _recovery(book: RoleBook, entry: RecoveryProposed, at: datetime) -> None:  # noqa: ARG001
    book.recoveries[entry.recovery] = entry


def _recovered(book: RoleBook, entry: RecoveryConfirmed, at: datetime) -> None:  # noqa: ARG001
    book.recoveries.pop(entry.recovery, None)


def _emergency(book: RoleBook, entry: EmergencyAccessOpened, at: datetime) -> None:
    book.emergencies[entry.access] = entry, at


def _reviewed(book: RoleBook, entry: EmergencyAccessReviewed, at: datetime) -> None:  # noqa: ARG001
    book.reviews[entry.access] = entry


TAKERS: Final[Mapping[type, Callable[[RoleBook, Any, datetime], None]]] = {
    AccountOpened: _opened,
    RoleProposed: _proposed,
    RoleConfirmed: _confirmed,
    RoleDeclined: _declined,
    RoleEnded: _ended,
    RecoveryProposed: _recovery,
    RecoveryConfirmed: _recovered,
    EmergencyAccessOpened: _emergency,
    EmergencyAccessReviewed: _reviewed,
}


def may_propose(book: RoleBook, account: str, role: Role, *, by: str) -> tuple[str, ...]:
    """Why an administrator must not propose a role for an account; () when they may."""
    held = book.roles.get(account, set())
    apart = sorted(one for one in held if _are_apart(one, role))
    administrators = book.holders(Role.ADMINISTRATOR)
    first = role is Role.ADMINISTRATOR or len(administrators) > 1
    checks = (
        (by in administrators, "only an administrator proposes a role"),
        (account != by, "nobody proposes a role for themselves"),
        (account in book.names, "there is no such account"),
        (role is not Role.PARTICIPANT, "a participant's account comes with their card"),
        (role not in held, f"{role} is held already"),
        (not apart, f"{role} does not go together with {', '.join(apart)}"),
        (first, "a second administrator must be there before any other role is granted"),
        (
            all((one.account, one.role) != (account, role) for one in book.waiting.values()),
            f"{role} was proposed already",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)


def needs_nobody(book: RoleBook, role: Role) -> bool:
    """Whether a proposal is in force at once: the second administrator's, by the first alone.

    There is nobody yet who could confirm it, and no other role until it is there.
    """
    return role is Role.ADMINISTRATOR and len(book.holders(Role.ADMINISTRATOR)) == 1


def may_confirm(book: RoleBook, grant: str, *, by: str) -> tuple[str, ...]:
    """Why a proposal must not be confirmed by an account; () when it may."""
    proposed = book.waiting.get(grant)
    if proposed is None:
        return ("no such proposal is waiting",)
    role, council = Role(proposed.role), book.holders(Role.COUNCIL)
    held = book.roles.get(proposed.account, set())
    apart = sorted(one for one in held if _are_apart(one, role))
    entitled = council or book.holders(Role.ADMINISTRATOR)
    checks = (
        (
            by in entitled,
            "a member of the council confirms a role"
            if council
            else "a second administrator confirms a role while the council has no account",
        ),
        (by != proposed.proposed_by, "whoever proposed a role does not confirm it"),
        (by != proposed.account, "nobody confirms a role of their own"),
        (
            proposed.proposed_by in book.holders(Role.ADMINISTRATOR),
            "whoever proposed it is no administrator any more",
        ),
        (not apart, f"{role} does not go together with {', '.join(apart)}"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def may_end(book: RoleBook, account: str, role: Role, *, by: str) -> tuple[str, ...]:
    """Why a role must not be taken from an account; () when it may: that needs one person.

    The last two administrators stay, for nobody could grant a role after them.
    """
    administrators = book.holders(Role.ADMINISTRATOR)
    entitled = {*administrators, *book.holders(Role.COUNCIL), account}
    last = role is Role.ADMINISTRATOR and len(administrators) <= 2
    checks = (
        (by in entitled, "an administrator or the council ends a role"),
        (role in book.roles.get(account, set()), f"{role} is not held"),
        (not last, "two administrators must stay: invite another one first"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def may_recover(book: RoleBook, recovery: str, *, by: str) -> tuple[str, ...]:
    """Why an account's recovery must not be confirmed; () when it may."""
    proposed = book.recoveries.get(recovery)
    if proposed is None:
        return ("no such recovery is waiting",)
    checks = (
        (by in book.holders(Role.ADMINISTRATOR), "a second administrator confirms it"),
        (by != proposed.proposed_by, "whoever proposed it does not confirm it"),
        (by != proposed.account, "nobody recovers their own account"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def may_review(book: RoleBook, access: str, *, by: str) -> tuple[str, ...]:
    """Why an emergency access must not be reviewed by an account; () when it may."""
    if access not in book.emergencies:
        return ("there was no such emergency access",)
    opened, _ = book.emergencies[access]
    checks = (
        (by != opened.account, "whoever opened it does not review it"),
        (access not in book.reviews, "it was reviewed already"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def waits_until(book: RoleBook, account: str) -> dict[Role, datetime]:
    """Roles that an account granted to somebody, and until when it may not use them itself."""
    return {
        role: at + GRANTERS_WAIT for (one, role), at in book.granted.items() if one == account
    }


def _are_apart(one: Role, other: Role) -> bool:
    return other in APART.get(one, frozenset()) or one in APART.get(other, frozenset())
