from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanoward.adapters.accounts.sqlite_credentials import SqliteCredentials
from nanoward.ports.service.credentials import Challenge, Device, Invite

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
KEY = Device(
    device="d1",
    account="a1",
    public="00",
    key="k1",
    counter=5,
    bound=True,
    label="x",
    added=NOON,
)
ASKED = Challenge(
    purpose="sign in", account="", message=b"m", about="", expires=NOON + timedelta(minutes=2)
)
INVITE = Invite(
    invite="", purpose="staff", account="a1", shown="Nia", participant="", site="",
    expires=NOON + timedelta(minutes=15),
)  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> SqliteCredentials:
    return SqliteCredentials(tmp_path / "accounts.db")


def test_a_passkey_is_kept_and_removed(kept: SqliteCredentials) -> None:
    kept.add_device(KEY)
    assert kept.device("d1") == KEY
    assert kept.devices("a1") == [KEY]
    kept.remove_device("d1")
    assert kept.device("d1") is None


@pytest.mark.hazard("H-398")
@pytest.mark.parametrize(
    ("before", "now", "good"), [(5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False),
                                (0, 0, True), (0, 1, True)],
)  # fmt: skip
def test_a_counter_only_rises(
    kept: SqliteCredentials, before: int, now: int, good: bool
) -> None:
    kept.add_device(replace(KEY, counter=before))
    assert kept.count_up("d1", now) is good
    assert kept.device("d1").counter == (now if good else before)  # type: ignore[union-attr]


@pytest.mark.hazard("H-397")
def test_a_challenge_is_taken_once_by_whoever_is_first(kept: SqliteCredentials) -> None:
    kept.put_challenge(b"c", ASKED, NOON)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: kept.take_challenge(b"c", NOON), range(20)))
    assert [one for one in taken if one is not None] == [ASKED]


@pytest.mark.hazard("H-397")
def test_a_challenge_that_is_over_serves_nobody_and_goes(kept: SqliteCredentials) -> None:
    kept.put_challenge(b"c", ASKED, NOON)
    kept.put_challenge(b"d", ASKED, NOON)
    assert kept.take_challenge(b"c", ASKED.expires) is None
    kept.put_challenge(b"e", replace(ASKED, expires=NOON + timedelta(hours=1)), ASKED.expires)
    assert kept.take_challenge(b"d", NOON) is None


@pytest.mark.hazard("H-399")
def test_an_invite_is_used_once_and_its_secret_is_nowhere(
    kept: SqliteCredentials, tmp_path: Path
) -> None:
    kept.put_invite(INVITE, "the secret")
    assert kept.invite("the secret", INVITE.expires) is None
    found = kept.invite("the secret", NOON)
    assert found == replace(INVITE, invite=found.invite if found else "")
    bytes_ = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"the secret" not in bytes_
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: kept.use_invite("the secret", NOON), range(20)))
    assert sum(one is not None for one in used) == 1


def test_invites_of_an_account_or_a_participant_end(kept: SqliteCredentials) -> None:
    kept.put_invite(INVITE, "one")
    kept.put_invite(replace(INVITE, account="p1", participant="P001"), "two")
    kept.end_invites("a1")
    assert kept.invite("one", NOON) is None
    assert kept.invite("two", NOON) is not None
    kept.end_invites("", "P001")
    assert kept.invite("two", NOON) is None


@pytest.mark.hazard("H-404")
def test_a_stop_code_stands_for_one_notice_of_each_wish(kept: SqliteCredentials) -> None:
    until = NOON + timedelta(days=7)
    kept.put_stop_code("c1", "P001", "ABCD", until)
    assert kept.stop_code("ABCD", NOON) == ("c1", "P001")
    assert kept.stop_code("ABCE", NOON) is None
    assert kept.use_stop_code("ABCD", "stop", "n1") == "n1"
    assert kept.use_stop_code("ABCD", "stop", "n2") == "n1"
    assert kept.use_stop_code("ABCD", "leave", "n3") == "n3"
    assert kept.stop_code("ABCD", until) == ("c1", "P001")  # used in time: answered for ever
    kept.put_stop_code("c2", "P001", "WXYZ", until)
    assert kept.stop_code("WXYZ", until) is None
    assert kept.stop_code("ABCD", NOON) is None  # the card before is over
