from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from tests.faces.service.participant.me_world import ME, PHONE, give_certificate, make_home

from nanoward.faces.cli import cli
from nanoward.programme.access.rights import Grant, Right, Role, Scope
from nanoward.wiring.ledgers import open_look_ledger
from nanoward.wiring.service import (
    clinic_phone,
    open_accounts,
    open_chance,
    open_clock,
    open_identity,
    open_looks,
    own_certificate,
    pseudonym_key,
    to_act,
    to_read,
)

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


def test_accounts_stand_beside_the_ledger_and_are_private(ward: Path) -> None:
    open_accounts(str(ward)).close()
    file = ward / ".nanoward" / "accounts.db"
    assert file.stat().st_mode & 0o077 == 0


def test_reading_waits_for_nobody(ward: Path) -> None:
    with to_act(str(ward)) as acting, to_read(str(ward)) as reading:
        assert reading.ledger.head() == acting.ledger.head()
    assert open_clock().now().tzinfo is not None


def test_the_doors_know_people_by_parts_that_others_cannot_read(ward: Path) -> None:
    made = open_identity(
        str(ward), origin="https://ward.example:8443", own_origin="https://me.ward.example"
    )
    assert made.console.request(challenge=b"c" * 32, devices=[])["rpId"] == "ward.example"
    assert made.own_page.request(challenge=b"c" * 32, devices=[])["rpId"] == "me.ward.example"
    assert len(made.chance(8)) == 8
    made.close()
    assert pseudonym_key(str(ward)) == made.pseudonyms
    for name in ("accounts.db", "looks.db", "pseudonyms.key"):
        assert (ward / ".nanoward" / name).stat().st_mode & 0o077 == 0
    assert open_chance()(4) != open_chance()(4)


def test_a_person_is_erased_from_the_ledger_of_reads_too(ward: Path) -> None:
    looks = open_looks(str(ward))
    held = Grant(right=Right.READ_CLINICAL, role=Role.NURSE, scope=Scope.SITE)
    looks.note("nia", held, "P-only-here", "GET /x", NOON)
    looks.close()
    told = CliRunner().invoke(
        cli, ["ledger", "erase", str(ward), "P-only-here", "--reason", "asked", "--yes"]
    )
    assert told.exit_code == 0, told.output
    with open_look_ledger(str(ward)) as ledger:
        assert ledger is not None
        kinds = [one.kind for one in ledger.records()]
    assert kinds == ["audit.EntryErased", "audit.PersonErased"]
    assert "reads: 2 records verify" in CliRunner().invoke(cli, ["verify", str(ward)]).stdout


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
