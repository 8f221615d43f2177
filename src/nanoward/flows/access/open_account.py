"""An account from the invite to the first passkey; and coming back with none."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from nanoward.base.entries import Entry
from nanoward.base.entries.programme import (
    AccountOpened,
    CardUsed,
    DeviceEnrolled,
    DeviceRemoved,
    InviteIssued,
    RecoveryConfirmed,
    RecoveryProposed,
    RoleConfirmed,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.role_facts import RoleRefusedError, role_book, sync_accounts
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Credentials, Device, Invite
from nanoward.ports.service.passkeys import NewPasskey
from nanoward.programme.access.rights import Role
from nanoward.programme.access.role_book import NOBODY, SIGNERS_WAIT, may_recover

FIRST: Final = "first administrator"
STAFF: Final = "staff"
RECOVERY: Final = "recovery"
CARD: Final = "card"
FIRST_LASTS: Final = timedelta(minutes=15)
STAFF_LASTS: Final = timedelta(hours=24)
SIGNING: Final = "signing"
LONGEST_NAME: Final = 200


class InviteOverError(RefusedError):
    """An invite was used, is over, or never was."""

    code = "REF-243"
    next_step = "Ask an administrator for another invite, or your clinic for another card."


class NoNameGivenError(UsageError):
    """An account was to be opened without a name."""

    code = "USE-241"
    next_step = "Give the name by which others know the person."


class NoSuchAccountError(UsageError):
    """There is no account of that name."""

    code = "USE-242"
    next_step = "See nanoward access accounts PROGRAMME."


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Chance, as an argument: secrets of 256 bits, and short identifiers."""

    secret: Callable[[], str]
    name: Callable[[], str]


def drawn_by(chance: Callable[[int], bytes]) -> Drawn:
    """Secrets of 256 bits, and identifiers of 64, from n random bytes."""
    return Drawn(
        secret=lambda: urlsafe_b64encode(chance(32)).rstrip(b"=").decode(),
        name=lambda: chance(8).hex(),
    )


def is_empty(acting: Acting) -> bool:
    """Whether nobody ever administered the programme: then the first may be invited."""
    return not role_book(acting.ledger).holders(Role.ADMINISTRATOR)


def invite_first(acting: Acting, credentials: Credentials, drawn: Drawn) -> str:
    """The secret of the one invite for the first administrator; those before it are void.

    RoleRefusedError where somebody administers the programme already.
    """
    if not is_empty(acting):
        raise RoleRefusedError("the programme has an administrator")
    credentials.end_invites(FIRST)
    return _invite(
        acting,
        credentials,
        drawn,
        Invite(
            invite="",
            purpose=FIRST,
            account=FIRST,
            shown="first administrator",
            participant="",
            site="",
            expires=acting.at + FIRST_LASTS,
        ),
    )


def invite_staff(
    acting: Acting, credentials: Credentials, drawn: Drawn, *, shown: str, site: str
) -> str:
    """The secret of an invite for somebody new: an account without any role."""
    name = " ".join(shown.split())[:LONGEST_NAME]
    if not name:
        raise NoNameGivenError("nobody is named")
    return _invite(
        acting,
        credentials,
        drawn,
        Invite(
            invite="",
            purpose=STAFF,
            account=f"a-{drawn.name()}",
            shown=name,
            participant="",
            site=site.strip()[:LONGEST_NAME],
            expires=acting.at + STAFF_LASTS,
        ),
    )


def propose_recovery(
    acting: Acting, account: str, identity_check: str, recovery: str
) -> RecoveryProposed:
    """An administrator has seen somebody in person who lost every passkey."""
    book = role_book(acting.ledger)
    known = acting.accounts.account(account)
    checks = (
        (known is not None and known.participant is None, "there is no such account of staff"),
        (acting.by in book.holders(Role.ADMINISTRATOR), "an administrator proposes it"),
        (acting.by != account, "nobody recovers their own account"),
        (bool(identity_check.strip()), "how the person was identified is not said"),
    )
    if against := [reason for holds, reason in checks if not holds]:
        raise RoleRefusedError("; ".join(against))
    proposed = RecoveryProposed(
        recovery=recovery,
        account=account,
        proposed_by=acting.by,
        identity_check=identity_check.strip()[:2_000],
    )
    acting.ledger.append([proposed], actor=acting.by, at=acting.at)
    return proposed


def confirm_recovery(
    acting: Acting, credentials: Credentials, drawn: Drawn, recovery: str
) -> str:
    """A second administrator agrees: returns the secret of the invite for the new passkey."""
    size, book = acting.ledger.head().size, role_book(acting.ledger)
    if against := may_recover(book, recovery, by=acting.by):
        raise RoleRefusedError("; ".join(against))
    account = book.recoveries[recovery].account
    known = acting.accounts.account(account)
    confirmed = RecoveryConfirmed(recovery=recovery, account=account, confirmed_by=acting.by)
    acting.ledger.append([confirmed], actor=acting.by, at=acting.at, after=size)
    credentials.end_invites(account)
    return _invite(
        acting,
        credentials,
        drawn,
        Invite(
            invite="",
            purpose=RECOVERY,
            account=account,
            shown=known.shown if known else account,
            participant="",
            site=known.site if known else "",
            expires=acting.at + STAFF_LASTS,
        ),
    )


def accept_invite(
    acting: Acting, credentials: Credentials, secret: str, made: NewPasskey, drawn: Drawn
) -> Account:
    """Use an invite up for a first passkey; the account that it opened. InviteOverError.

    The passkey was verified before: an invite whose registration failed can be tried again.
    """
    invite = credentials.use_invite(secret, acting.at)
    if invite is None:
        raise InviteOverError("the invite is over")
    account = _account_of(acting, invite, drawn)
    entries: list[Entry] = []
    if invite.purpose in (RECOVERY, CARD):
        acting.accounts.end_sessions(account.account)
        for one in credentials.devices(account.account):
            credentials.remove_device(one.device)
            entries += _removed(one, account, "a new passkey took its place")
    if invite.purpose == RECOVERY:
        acting.accounts.hold(account.account, SIGNING, acting.at + SIGNERS_WAIT)
    if invite.purpose == CARD:
        used = CardUsed(card=invite.invite, participant=invite.participant, purpose="sign in")
        entries.append(used)
    if invite.purpose in (FIRST, STAFF):
        opened = AccountOpened(
            account=account.account, name=account.shown, site=account.site, invite=invite.invite
        )
        entries.append(opened)
    if invite.purpose == FIRST:
        entries.append(_first_role(account.account))
    acting.accounts.add_account(account)
    add_passkey(acting, credentials, account, made, label="first passkey", entries=entries)
    if invite.purpose != CARD:
        sync_accounts(role_book(acting.ledger), acting.accounts, acting.at)
    found = acting.accounts.account(account.account)
    assert found is not None
    return found


def add_passkey(
    acting: Acting,
    credentials: Credentials,
    account: Account,
    made: NewPasskey,
    *,
    label: str,
    entries: list[Entry],
) -> None:
    """Keep a new passkey, and append that it was enrolled behind what else is told."""
    device = Device(
        device=made.device,
        account=account.account,
        public=made.public,
        key=made.key,
        counter=made.counter,
        bound=made.bound,
        label=" ".join(label.split())[:LONGEST_NAME] or "passkey",
        added=acting.at,
        own_page=account.participant is not None,
    )
    enrolled = DeviceEnrolled(
        account=account.account,
        device=made.device,
        key=made.key,
        device_bound=made.bound,
    )
    acting.ledger.append([*entries, enrolled], actor=account.account, at=acting.at)
    credentials.add_device(device)


def remove_passkey(
    acting: Acting, credentials: Credentials, account: Account, device: Device, reason: str
) -> None:
    """A passkey signs in no more, at once; the last one of an account stays."""
    credentials.remove_device(device.device)
    acting.ledger.append(_removed(device, account, reason, by=acting.by), actor=acting.by,
                         at=acting.at)  # fmt: skip


def _removed(device: Device, account: Account, reason: str, *, by: str = NOBODY) -> list[Entry]:
    return [
        DeviceRemoved(
            account=account.account, device=device.device, removed_by=by, reason=reason[:2_000]
        )
    ]


def _first_role(account: str) -> RoleConfirmed:
    return RoleConfirmed(
        grant="first", account=account, role=str(Role.ADMINISTRATOR), confirmed_by=NOBODY
    )


def _account_of(acting: Acting, invite: Invite, drawn: Drawn) -> Account:
    if invite.purpose == FIRST:
        if not is_empty(acting):
            raise InviteOverError("the programme has an administrator")
        return Account(account=f"a-{drawn.name()}", shown="administrator", roles=())
    known = acting.accounts.account(invite.account)
    if known is not None:
        return known
    return Account(
        account=invite.account,
        shown=invite.shown,
        roles=(Role.PARTICIPANT,) if invite.purpose == CARD else (),
        participant=invite.participant or None,
        site=invite.site,
    )


def _invite(acting: Acting, credentials: Credentials, drawn: Drawn, invite: Invite) -> str:
    secret = drawn.secret()
    credentials.put_invite(invite, secret)
    kept = credentials.invite(secret, acting.at)
    assert kept is not None
    issued = InviteIssued(
        invite=kept.invite,
        purpose=invite.purpose,
        account="" if invite.purpose == FIRST else invite.account,
        issued_by=acting.by,
        expires=invite.expires,
    )
    acting.ledger.append([issued], actor=acting.by, at=acting.at)
    return secret
