"""The commands of consent: a document, a signature, a doubt, an assessment, leaving."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import NanowardError
from nanoward.faces.cli import cli

SIGN = (
    *("--name", "Name of P", "--agree", "take part", "--refuse", "share data"),
    *("--explained-by", "clinician", "--witnessed-by", "advocate"),
)


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["clearance", *words, "--quiet"])


def code(result: Result) -> str:
    assert isinstance(result.exception, NanowardError)
    return result.exception.code


@pytest.fixture
def ward(tmp_path: Path) -> tuple[str, str]:
    """A programme with a document in force, and the document's file."""
    folder, file = tmp_path / "ward", tmp_path / "consent.md"
    CliRunner().invoke(cli, ["init", str(folder), "--quiet"])
    file.write_text("You may leave at any time.")
    terms = ("--version", "1.0", "--need", "take part", "--option", "share data")
    asked = ("--questions", "2", "--pass-mark", "2", "--least-reading", "30")
    told = run("document", str(folder), str(file), *terms, *asked)
    assert told.stdout.startswith("version 1.0 is in force: ")
    return str(folder), str(file)


def signed(ward: tuple[str, str], *more: str) -> Result:
    return run("sign", ward[0], "p", ward[1], *SIGN, "--read-s", "40", "--right", "2", *more)


@pytest.mark.hazard("H-63")
def test_a_signature_shows_name_moment_and_meaning_and_holds_by_the_persons_key(
    ward: tuple[str, str], tmp_path: Path
) -> None:
    key = str(tmp_path / "p.key")
    word = tmp_path / "word"
    word.write_text("word")
    word.chmod(0o600)
    assert run("key", key, "--password-file", str(word)).exit_code == 0
    told = signed(ward, "--key-file", key, "--password-file", str(word))
    assert told.exit_code == 0
    assert told.stdout.startswith("Name of P, ")
    assert " UTC: I agree to take part\nversion 1.0, agreed to: take part; refused: share" in (
        told.stdout
    )
    shown = json.loads(run("consent", ward[0], "p", "--json").stdout)
    assert shown["status"] == "active"
    assert shown["history"][0]["holds"] is True
    assert len(shown["history"][0]["key_signature"]) == 128


def test_one_component_an_unread_page_and_another_document_are_refused(
    ward: tuple[str, str], tmp_path: Path
) -> None:
    assert "two are needed" in str(signed(ward, "--identified-by", "PIN").exception)
    assert signed(ward, "--identified-by", "passport and PIN").exit_code == 0
    quick = run("sign", ward[0], "q", ward[1], *SIGN, "--read-s", "3")
    assert "read for 3 s" in str(quick.exception)
    assert code(quick) == "CLR-008"
    other = tmp_path / "other.md"
    other.write_text("another text")
    wrong = run("sign", ward[0], "q", str(other), *SIGN, "--read-s", "40")
    assert code(wrong) == "CLR-032"


@pytest.mark.hazard("H-64")
def test_danger_is_urgent_at_once_by_exit_code_word_hold_and_notice(
    ward: tuple[str, str],
) -> None:
    signed(ward, "--identified-by", "passport and PIN")
    answers = [word for n in range(1, 10) for word in ("--answer", f"PHQ90{n}=0")]
    calm = run("assess", ward[0], "p", "PHQ9", *answers)
    assert (calm.exit_code, calm.stdout) == (0, "PHQ-9: 0 of 0 to 27, minimal\n")
    grave = run("assess", ward[0], "p", "PHQ9", *answers, "--answer", "PHQ909=1")
    assert grave.exit_code == 1
    assert "URGENT: go to p now (PHQ909)" in grave.stderr
    notice = (Path(ward[0]) / ".nanoward" / "outbox.jsonl").read_text()
    assert json.loads(notice)["urgency"] == "now"
    refused = run("may", ward[0], "p", "dose")
    assert (refused.exit_code, refused.stdout) == (4, "no: standing held: dose needs cleared\n")
    assert run("may", ward[0], "p", "pay owed").stdout == "yes\n"


def test_leaving_is_one_command_and_a_doubt_is_none(ward: tuple[str, str]) -> None:
    signed(ward, "--identified-by", "passport and PIN")
    assert "nothing of yours has changed" in run("concern", ward[0], "p").stdout
    assert json.loads(run("consent", ward[0], "p", "--json").stdout)["status"] == "active"
    left = run("withdraw", ward[0], "p")
    assert left.stdout.startswith("p has left; closed: dose, order, visit")
    assert json.loads(run("consent", ward[0], "p", "--json").stdout)["status"] == "withdrawn"


def test_a_renewal_is_demanded_with_the_agent_off(ward: tuple[str, str]) -> None:
    signed(ward, "--identified-by", "passport and PIN")
    told = run("renew", ward[0], "p", "the scores changed", "--agent-off")
    assert "with the agent switched off: the scores changed" in told.stdout
    again = signed(ward, "--identified-by", "passport and PIN")
    assert "switched off while" in str(again.exception)
    assert signed(ward, "--identified-by", "passport and PIN", "--agent-off").exit_code == 0


def test_an_instrument_comes_from_a_file_and_bad_answers_are_told(
    ward: tuple[str, str], tmp_path: Path
) -> None:
    signed(ward, "--identified-by", "passport and PIN")
    rules = tmp_path / "one.toml"
    rules.write_text(
        'code = "ONE"\nname = "one"\nmost_missing = 0\nvalidated = false\nlicence = "ours"\n'
        'citation = "none"\nitems = [{ code = "ONE01", low = 0, high = 3 }]\n'
    )
    assert run("assess", ward[0], "p", str(rules), "--answer", "ONE01=2").stdout == (
        "one: 2 of 0 to 3; not validated\n"
    )
    assert code(run("assess", ward[0], "p", "PHQ9", "--answer", "PHQ901")) == "CLR-033"
    assert code(run("assess", ward[0], "p", "nowhere.toml")) == "CLR-007"
    rules.write_text("= no toml")
    assert code(run("assess", ward[0], "p", str(rules))) == "CLR-007"
