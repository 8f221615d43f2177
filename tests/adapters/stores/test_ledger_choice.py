import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.stores.ledger_choice import (
    NoPostgresError,
    SharedLedger,
    acting,
    held_round,
    ledger_in,
)
from nanoward.adapters.stores.round_ticket import RoundSupersededError, RoundTicket
from nanoward.adapters.stores.row_store import LedgerUnavailableError
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger


def test_a_programme_keeps_its_ledger_in_a_file(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    assert isinstance(ledger, SqliteLedger)
    assert (tmp_path / "ledger.db").exists()
    ledger.close()


def test_a_programme_can_keep_it_in_postgresql(tmp_path: Path) -> None:
    (tmp_path / "ledger.dsn").write_text(f"host={tmp_path} dbname=none\n")
    with pytest.raises(LedgerUnavailableError, match="PostgreSQL"):
        ledger_in(tmp_path)
    assert not (tmp_path / "ledger.db").exists()


def test_a_missing_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ledger.dsn").write_text("host=nowhere\n")
    monkeypatch.setitem(sys.modules, "nanoward.adapters.stores.postgres_ledger", None)
    with pytest.raises(NoPostgresError, match="psycopg"):
        ledger_in(tmp_path)


@pytest.mark.hazard("H-105")
def test_a_round_on_a_file_is_fenced_by_its_ticket(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    assert not isinstance(ledger, SharedLedger)
    held_round(ledger, tmp_path)
    with acting(ledger, wait_s=0), ledger.guard():
        pass
    RoundTicket(tmp_path)
    with pytest.raises(RoundSupersededError), ledger.guard():
        pass
    ledger.close()


class Shared:
    """A ledger of several machines that writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.guard: Any = nullcontext

    def lease(self, name: str) -> None:
        self.asked.append(f"lease {name}")

    @contextmanager
    def acting(self, *, wait_s: float) -> Iterator[None]:
        self.asked.append("begin")
        yield
        self.asked.append("end")


@pytest.mark.hazard("H-105")
def test_a_round_on_a_shared_ledger_takes_its_lease_and_shuts_out_acts(tmp_path: Path) -> None:
    ledger: Any = Shared()
    held_round(ledger, tmp_path)
    name = (tmp_path / "round.ticket").read_text()
    with ledger.guard():
        assert ledger.asked == [f"lease {name}", "begin"]
    with acting(ledger, wait_s=1):
        assert ledger.asked[2:] == ["end", "begin"]
