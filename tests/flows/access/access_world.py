"""Stores of accounts in a folder of a test, a ledger in memory, and who acts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts
from nanoward.adapters.accounts.sqlite_credentials import SqliteCredentials
from nanoward.base.entries.programme import AccountOpened, RoleConfirmed
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.open_account import Drawn
from nanoward.flows.access.role_facts import role_book, sync_accounts
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.passkeys import NewPasskey
from nanoward.testing.fakes import MemoryLedger

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


@dataclass
class World:
    """Ledger, accounts and credentials; `by` says who acts."""

    folder: Path

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger()
        self.accounts = SqliteAccounts(self.folder / "accounts.db")
        self.credentials = SqliteCredentials(self.folder / "accounts.db")
        self.now, self._drawn = NOON, 0

    def by(self, name: str) -> Acting:
        return Acting(ledger=self.ledger, accounts=self.accounts, by=name, at=self.now)

    def later(self, gone: timedelta) -> None:
        self.now += gone

    def hold(self, **roles: str) -> None:
        """Accounts and their roles, by the ledger and in the store."""
        for name, role in roles.items():
            self.accounts.add_account(Account(account=name, shown=name.title(), roles=()))
            told = [AccountOpened(account=name, name=name.title(), site="", invite="")]
            self.ledger.append(told, actor="test", at=self.now)
            if role:
                held = RoleConfirmed(grant=name, account=name, role=role, confirmed_by="nobody")
                self.ledger.append([held], actor="test", at=self.now)
        sync_accounts(role_book(self.ledger), self.accounts, self.now)

    @property
    def drawn(self) -> Drawn:
        """Secrets and names that are counted, not drawn."""
        return Drawn(secret=lambda: f"secret {self._next()}", name=lambda: str(self._next()))

    def _next(self) -> int:
        self._drawn += 1
        return self._drawn

    def kinds(self) -> list[str]:
        return [one.kind.split(".")[1] for one in self.ledger.records()]

    def roles(self, name: str) -> tuple[str, ...]:
        found = self.accounts.account(name)
        assert found is not None
        return tuple(found.roles)


def new_passkey(number: int = 1, *, bound: bool = True) -> NewPasskey:
    """A passkey as a registration gives it."""
    public = f"{number:02x}"
    key = sha256(bytes.fromhex(public)).hexdigest()
    return NewPasskey(device=f"d{number}", public=public, key=key, counter=0, bound=bound)
