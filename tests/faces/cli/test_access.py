import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.faces.cli.control.test_commands import SECTION
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    give_role,
    seed_administrators,
)
from tests.faces.service.service_world import NOON

from nanoward.faces.cli import cli
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Grant, Right, Role, Scope
from nanoward.wiring.service import open_accounts, open_credentials, open_looks


def run(*words: str, expect: int = 0) -> dict[str, Any]:
    told = CliRunner().invoke(cli, ["access", *words, "--json"])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        assert getattr(told.exception, "exit_code", 70) == expect, repr(told.exception)
        return {"refused": str(told.exception)}
    assert told.exit_code == expect, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.fixture(name="ward")
def bare_ward(tmp_path: Path) -> str:
    ward = tmp_path / "ward"
    ward.mkdir()
    (ward / "programme.toml").write_text('name = "ward"\n' + SECTION)
    return str(ward)


def test_an_empty_programme_gets_its_first_administrator_s_invite(ward: str) -> None:
    link = run("invite", ward, "--origin", "https://ward.example")["link"]
    assert link.startswith("https://ward.example/invite/")
    assert len(link.rsplit("/", 1)[1]) == 43
    assert run("accounts", ward)["accounts"] == []


def test_afterwards_an_invite_is_somebody_s(ward: str) -> None:
    seed_administrators(Path(ward))
    assert "nobody is named" in run("invite", ward, expect=2)["refused"]
    assert run("invite", ward, "--name", "Nia", "--site", "north")["link"]
    told = run("roles", ward)
    assert [one["roles"] for one in told["held"]] == [["administrator"], ["administrator"]]
    assert told["waiting"] == []


def test_sessions_are_ended_from_the_terminal(ward: str) -> None:
    accounts = open_accounts(ward)
    accounts.add_account(Account(account="nia", shown="Nia", roles=(Role.NURSE,)))
    accounts.begin_session("nia", NOON)
    accounts.close()
    (row,) = run("accounts", ward)["accounts"]
    assert (row["sessions"], row["roles"]) == (1, ["nurse"])
    assert run("end-sessions", ward, "nia") == {"ended": 1}
    assert run("end-sessions", ward, "nia") == {"ended": 0}
    assert "no account" in run("end-sessions", ward, "zoe", expect=2)["refused"]


@pytest.mark.hazard("H-395")
def test_a_passkey_is_enrolled_as_a_signer_by_whoever_writes_the_plan(ward: str) -> None:
    seed_administrators(Path(ward))
    accounts, credentials = open_accounts(ward), open_credentials(ward)
    accounts.add_account(Account(account="ito", shown="Dr Ito", roles=(Role.INVESTIGATOR,)))
    credentials.add_device(SoftPasskey("https://ward.example").device("ito"))
    credentials.close()
    accounts.close()
    signer = ("signer", ward, "ito", "--origin", "https://ward.example", "--role")
    assert "no council" in run(*signer, "council", expect=4)["refused"]
    lines = run(*signer, "physician")["lines"]
    plan = Path(ward) / "programme.toml"
    assert lines not in plan.read_text()
    assert run(*signer, "physician", "--write")["lines"] == lines
    assert lines in plan.read_text()
    assert run(*signer, "physician")["lines"] == ""


def test_a_participant_s_looks_are_told(ward: str) -> None:
    looks = open_looks(ward)
    held = Grant(right=Right.READ_CLINICAL, role=Role.NURSE, scope=Scope.SITE)
    looks.note("nia", held, "P001", "GET /x", NOON)
    looks.close()
    (row,) = run("looks", ward, "P001")["looks"]
    assert (row["by"], row["role"], row["times"]) == ("nia", "nurse", 1)
    assert run("looks", ward, "P002")["looks"] == []


def test_what_is_overdue_is_the_verdict(ward: str) -> None:
    assert CliRunner().invoke(cli, ["access", "roles", ward]).exit_code == 0
    seed_administrators(Path(ward))
    give_role(Path(ward), "a-first", "nurse")
    told = CliRunner().invoke(cli, ["access", "roles", ward])
    assert "a-first" in told.stdout


def test_an_account_that_is_not_there_is_told_by_its_code(ward: str) -> None:
    run("invite", ward, "--origin", "https://ward.example")
    told = run("end-sessions", ward, "nobody", expect=2)
    assert "USE-242" in told["refused"]
