"""Agreements from the command line: checked, drafted, signed by all, concluded."""

import json
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed
from tests.flows.programme.programme_site import AGREEMENT

from nanoward.wiring.designs import open_signatures


def test_an_agreement_is_signed_by_all_and_binds(tmp_path: Path) -> None:
    director, person = open_signatures().new_key(), open_signatures().new_key()
    folder = make(tmp_path, "P1", more=f'director = "{director.public}"\n')
    document = tmp_path / "a.toml"
    document.write_text(AGREEMENT)
    checked = said("programme", "agreements", "check", document)
    assert (checked["leave_cost"], checked["violations"]) == (0.0, [])
    said("programme", "agreements", "draft", folder, document, "--by", "director")
    files = []
    for role, name, key in (("programme", "director", director), ("participant", "P1", person)):
        (tmp_path / f"{role}.key").write_text(key.private)
        out = tmp_path / f"{role}.json"
        said("programme", "agreements", "sign", document, "--role", role, "--name", name,
             "--key-file", tmp_path / f"{role}.key", "--out", out)  # fmt: skip
        files += ["--signature", out]
    said("programme", "agreements", "bound", folder, "P1", code=1)
    words = ("programme", "agreements", "conclude", folder, checked["sha256"], "P1")
    assert said(*words, *files, "--by", "director") == {"worse": []}
    assert said("programme", "agreements", "bound", folder, "P1")["version"] == "1"
    end = ("programme", "agreements", "end", folder, "P1", "participation", "--by")
    refused = typed(*end, "director")
    assert "PRG-124" in str(refused.exception)
    assert said(*end, "P1")["ended"] == str(today_of(folder))
    said("programme", "agreements", "bound", folder, "P1", code=1)
    assert "PRG-123" in str(typed(*end, "P1").exception)


@pytest.mark.hazard("H-301")
def test_a_forbidden_one_ends_with_4_and_its_rules(tmp_path: Path) -> None:
    document = tmp_path / "a.toml"
    bonus = '  { kind = "bonus", amount = "200" },\n]\n'
    document.write_text(AGREEMENT.rstrip()[:-1] + bonus)
    result = typed("programme", "agreements", "check", document)
    assert result.exit_code == 4
    assert "R1" in result.stdout
    assert "refused" in result.stdout


@pytest.mark.hazard("H-315")
def test_a_translation_that_leaves_a_paragraph_out_ends_with_4(tmp_path: Path) -> None:
    document = tmp_path / "a.toml"
    document.write_text(
        AGREEMENT.replace('language = "en"', 'language = "en"\nlanguages = ["de"]')
    )
    result = typed("programme", "agreements", "check", document)
    assert result.exit_code == 4
    assert "lacks a translation: pay (de)" in result.stdout
    (tmp_path / "k").write_text(open_signatures().new_key().private)
    signed = typed(
        "programme",
        "agreements",
        "sign",
        document,
        "--role",
        "participant",
        "--name",
        "P1",
        "--key-file",
        tmp_path / "k",
        "--out",
        tmp_path / "s",
    )
    assert "translation lacks pay" in str(signed.exception)
    assert not (tmp_path / "s").exists()


def test_clauses_are_judged(tmp_path: Path) -> None:
    clauses = [{"id": "x", "terms": [{"kind": "delay", "days": 14}]},
               {"id": "y", "terms": [{"kind": "delay", "days": 0}]}]  # fmt: skip
    file = tmp_path / "c.json"
    file.write_text(json.dumps(clauses))
    rows = said("programme", "agreements", "clauses", file)["clauses"]
    assert [row["verdict"] for row in rows] == ["forbidden", "permitted"]
    assert rows[0]["rules"] == ["R9"]
