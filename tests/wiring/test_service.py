from pathlib import Path

from nanoward.wiring.service import open_accounts, open_clock, to_act, to_read


def test_accounts_stand_beside_the_ledger_and_are_private(ward: Path) -> None:
    open_accounts(str(ward)).close()
    file = ward / ".nanoward" / "accounts.db"
    assert file.stat().st_mode & 0o077 == 0


def test_reading_waits_for_nobody(ward: Path) -> None:
    with to_act(str(ward)) as acting, to_read(str(ward)) as reading:
        assert reading.ledger.head() == acting.ledger.head()
    assert open_clock().now().tzinfo is not None
