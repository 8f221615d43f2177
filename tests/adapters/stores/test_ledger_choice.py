import sys
from pathlib import Path

import pytest

from nanoward.adapters.stores.ledger_choice import NoPostgresError, ledger_in
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
