"""Accounts and sessions: who is at the door."""

from collections.abc import Sequence
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
    seen         when it was last used
    stepped_up   when a passkey was last used in it
    """

    key: str
    account: Account
    began: datetime
    seen: datetime
    stepped_up: datetime


class Accounts(Protocol):
    """Keeps accounts and sessions of one programme."""

    def session(self, key: str, at: datetime) -> Session | None:
        """The session, marked as seen; None where it is unknown, ended or too old."""
        ...

    def begin_session(self, account: str, at: datetime) -> str:
        """Open a door; returns the cookie's value (256 bits), kept by its hash alone."""
        ...

    def end_session(self, key: str) -> None:
        """Close one door."""
        ...

    def add_account(self, account: Account) -> None:
        """Keep a new account, or its new roles; sessions of lost roles end at once."""
        ...

    def account(self, account: str) -> Account | None:
        """An account by its name."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
