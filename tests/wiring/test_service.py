from pathlib import Path

from tests.faces.service.participant.me_world import ME, PHONE, give_certificate, make_home

from nanoward.wiring.service import (
    clinic_phone,
    open_accounts,
    open_clock,
    own_certificate,
    to_act,
    to_read,
)


def test_accounts_stand_beside_the_ledger_and_are_private(ward: Path) -> None:
    open_accounts(str(ward)).close()
    file = ward / ".nanoward" / "accounts.db"
    assert file.stat().st_mode & 0o077 == 0


def test_reading_waits_for_nobody(ward: Path) -> None:
    with to_act(str(ward)) as acting, to_read(str(ward)) as reading:
        assert reading.ledger.head() == acting.ledger.head()
    assert open_clock().now().tzinfo is not None


def test_the_phone_is_the_plans_and_a_broken_plan_has_none(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert clinic_phone(str(home)) == PHONE
    (home / "programme.toml").write_bytes(b"\xff = = [")
    assert clinic_phone(str(home)) == ""


def test_a_certificate_is_found_by_its_person(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert own_certificate(str(home), ME) is None
    give_certificate(home)
    found = own_certificate(str(home), ME)
    assert found is not None
    assert found[0].startswith(b"{")
    assert own_certificate(str(home), "../P1") is None
