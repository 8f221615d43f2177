"""Accounts and sessions: who is at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nanoward.programme.access.rights import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can sign in.

    account      its name, drawn once and never used again
    shown        how others see it: a name for staff, the participant's code for participants
    roles        those in force now
    participant  whom the account is of; None for staff
    site         whose people a role of one site reaches; "" without sites
    """

    account: str
    shown: str
    roles: Sequence[Role]
    participant: str | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A door that somebody holds open.

    key          SHA-256 of the cookie's value, hexadecimal: the value itself is kept nowhere
    account      with the roles that it may use now: one that it granted itself to somebody
                 within a day is not among them
    seen         when it was last used
    stepped_up   when a passkey was last used in it
    limited      the account has one passkey yet: it opens nothing but its own devices
    signs_from   when a hold on what it signs is over; None without one
    opened       participants whose record is open to it in an emergency, and until when
    """

    key: str
    account: Account
    began: datetime
    seen: datetime
    stepped_up: datetime
    limited: bool = False
    signs_from: datetime | None = None
    opened: Mapping[str, datetime] | None = None


class Accounts(Protocol):
    """Keeps accounts and sessions of one programme."""

    def session(self, key: str, at: datetime) -> Session | None:
        """The session, marked as seen; None where it is unknown, ended or too old."""
        ...

    def begin_session(self, account: str, at: datetime, *, limited: bool = False) -> str:
        """Open a door; returns the cookie's value (256 bits), kept by its hash alone."""
        ...

    def renew_session(self, key: str, at: datetime) -> str | None:
        """A new value for the same door after a passkey was used in it; the old one ends."""
        ...

    def sessions(self, account: str) -> Sequence[Session]:
        """Every door that an account holds open, the newest first."""
        ...

    def end_session(self, key: str) -> None:
        """Close one door."""
        ...

    def end_sessions(self, account: str, *, but: str = "") -> int:
        """Close every door of an account but one; how many they were."""
        ...

    def add_account(self, account: Account) -> None:
        """Keep an account; where its roles changed, its sessions end at once."""
        ...

    def account(self, account: str) -> Account | None:
        """An account by its name."""
        ...

    def accounts(self) -> Sequence[Account]:
        """Every account, by name."""
        ...

    def hold(self, account: str, what: str, until: datetime) -> None:
        """Keep an account from a role, or from "signing", until a moment."""
        ...

    def open_emergency(self, account: str, participant: str, until: datetime) -> None:
        """Open one participant's record to an account until a moment."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
