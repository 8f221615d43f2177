from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts, key_of
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
NURSE = Account(account="a1", shown="A nurse", roles=(Role.NURSE,), site="north")
PERSON = Account(account="p1", shown="P001", roles=(Role.PARTICIPANT,), participant="P001")


@pytest.fixture
def accounts(tmp_path: Path) -> SqliteAccounts:
    return SqliteAccounts(tmp_path / "accounts.db")


def test_a_session_is_found_by_its_hash_and_kept_by_nothing_else(
    accounts: SqliteAccounts, tmp_path: Path
) -> None:
    accounts.add_account(NURSE)
    value = accounts.begin_session("a1", NOON)
    found = accounts.session(key_of(value), NOON)
    assert found is not None
    assert found.account == NURSE
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert value.encode() not in kept
    assert accounts.session(key_of("x" + value), NOON) is None


@pytest.mark.parametrize(
    ("account", "last", "gone"),
    [
        (NURSE, timedelta(minutes=15), timedelta(minutes=15, seconds=1)),
        (PERSON, timedelta(days=30), timedelta(days=30, seconds=1)),
    ],
    ids=["staff", "participant"],
)
def test_a_session_ends_by_itself(
    accounts: SqliteAccounts, account: Account, last: timedelta, gone: timedelta
) -> None:
    accounts.add_account(account)
    one, two = (key_of(accounts.begin_session(account.account, NOON)) for _ in "ab")
    assert accounts.session(one, NOON + last) is not None
    assert accounts.session(two, NOON + gone) is None
    assert accounts.session(two, NOON) is None  # once gone, it stays gone


def test_a_lost_role_ends_every_session_at_once(accounts: SqliteAccounts) -> None:
    accounts.add_account(NURSE)
    key = key_of(accounts.begin_session("a1", NOON))
    accounts.add_account(Account(account="a1", shown="A nurse", roles=()))
    assert accounts.session(key, NOON) is None


def test_staff_cannot_stay_longer_than_a_day_of_work(accounts: SqliteAccounts) -> None:
    accounts.add_account(NURSE)
    key, at = key_of(accounts.begin_session("a1", NOON)), NOON
    while at - NOON <= timedelta(hours=10):
        assert accounts.session(key, at) is not None
        at += timedelta(minutes=14)
    assert accounts.session(key, at) is None


@pytest.mark.hazard("H-402")
def test_a_role_that_waits_is_not_usable_until_its_moment(accounts: SqliteAccounts) -> None:
    accounts.add_account(NURSE)
    until = NOON + timedelta(minutes=10)
    accounts.hold("a1", "nurse", until)
    accounts.hold("a1", "signing", until)
    key = key_of(accounts.begin_session("a1", NOON))
    before, after = accounts.session(key, NOON), accounts.session(key, until)
    assert before is not None
    assert after is not None
    assert (before.account.roles, before.signs_from) == ((), until)
    assert (after.account.roles, after.signs_from) == ((Role.NURSE,), None)


@pytest.mark.hazard("H-404")
def test_an_emergency_is_over_at_its_moment(accounts: SqliteAccounts) -> None:
    accounts.add_account(NURSE)
    until = NOON + timedelta(minutes=10)
    accounts.open_emergency("a1", "P001", until)
    key = key_of(accounts.begin_session("a1", NOON))
    before, after = accounts.session(key, NOON), accounts.session(key, until)
    assert before is not None
    assert after is not None
    assert (before.opened, after.opened) == ({"P001": until}, None)


@pytest.mark.hazard("H-401")
def test_a_renewed_session_has_another_value_and_began_as_before(
    accounts: SqliteAccounts,
) -> None:
    accounts.add_account(NURSE)
    key = key_of(accounts.begin_session("a1", NOON, limited=True))
    later = NOON + timedelta(minutes=10)
    value = accounts.renew_session(key, later)
    assert value is not None
    assert accounts.session(key, later) is None
    found = accounts.session(key_of(value), later)
    assert found is not None
    assert (found.began, found.stepped_up, found.limited) == (NOON, later, True)
    assert accounts.renew_session(key, later) is None


@pytest.mark.hazard("H-403")
def test_every_session_ends_but_one(accounts: SqliteAccounts) -> None:
    accounts.add_account(NURSE)
    keys = [key_of(accounts.begin_session("a1", NOON)) for _ in "abc"]
    assert accounts.end_sessions("a1", but=keys[1]) == 2
    assert [one.key for one in accounts.sessions("a1")] == [keys[1]]
    assert accounts.end_sessions("a1") == 1
    assert accounts.accounts() == [NURSE]
