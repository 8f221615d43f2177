"""The commands about people: standings, visits, contradictions, consents."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned
from nanoward.faces.cli import cli
from nanoward.flows.consent.sign_consent import sign_consent
from nanoward.wiring import open_ports

DM = "DOMAIN,USUBJID,RFSTDTC,RFICDTC\nDM,p,2026-01-05,2026-01-01\n"
EX = "DOMAIN,USUBJID,EXSEQ,EXSTDTC,EXENDTC\nEX,p,1,2026-01-05,2026-01-04\n"
TV = "DOMAIN,VISITNUM,VISIT,VISITDY\nTV,1,BASELINE,1\nTV,2,WEEK 2,14\n"
SV = "DOMAIN,USUBJID,VISITNUM,SVSTDTC\nSV,p,1,2026-01-05\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["clearance", *words, "--quiet"])


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in {"dm": DM, "ex": EX, "tv": TV, "sv": SV}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return [str(path) for path in sorted(tmp_path.glob("*.csv"))]


def test_standing_tells_everybody_with_reasons(files: list[str]) -> None:
    told = run("standing", *files, "--as-of", "2026-01-30")
    assert told.stdout.startswith("as of 2026-01-30: 1 held")
    one = json.loads(run("standing", *files, "--as-of", "2026-01-30", "--json").stdout)
    assert one["standings"][0]["standing"] == "held"


def test_due_tells_missed_visits(files: list[str]) -> None:
    told = run("due", *files, "--as-of", "2026-01-30")
    assert "WEEK 2" in told.stdout
    assert "BASELINE" not in told.stdout
    assert "BASELINE" in run("due", *files, "--as-of", "2026-01-30", "--all").stdout


def test_weekly_assessments_are_due_late_or_missed(files: list[str], tmp_path: Path) -> None:
    qs = tmp_path / "qs.csv"
    qs.write_text("DOMAIN,USUBJID,QSSEQ,QSTESTCD,QSDTC\nQS,p,1,PHQ909,2026-01-15\n")
    words = ("--as-of", "2026-01-20", "--weekly", "psychological", "--json")
    told = json.loads(run("due", *files, str(qs), *words).stdout)
    states = [(row["planned"], row["state"]) for row in told["visits"]]
    assert states == [
        ("2026-01-05", "missed"),
        ("2026-01-12", "late"),
        ("2026-01-19", "due"),
    ]
    without = run("due", str(qs), *words)
    assert "EX is missing" in str(without.exception)


def test_contradictions_are_told_by_exit_code_and_line(files: list[str]) -> None:
    told = run("contradictions", *files)
    assert "ex.csv:2 [EXENDTC] warning CLR-053" in told.stdout
    sound = [name for name in files if "ex.csv" not in name]
    assert run("contradictions", *sound, "--json").exit_code == 0


def test_hys_law_is_told_by_the_exit_code(tmp_path: Path) -> None:
    header = "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI,LBDTC\n"
    path = tmp_path / "lb.csv"
    path.write_text(
        f"{header}LB,p,1,ALT,200,U/L,40,2026-01-11\nLB,p,2,BILI,60,umol/L,20,2026-01-11\n"
        "LB,p,3,ALP,100,U/L,120,2026-01-11\n"
    )
    told = run("liver", str(path))
    assert told.exit_code == 1
    assert told.stdout.splitlines()[0] == (
        "people: 1, Hy's law by the FDA: 1, Hy's law by the pilot: 1"
    )
    path.write_text(f"{header}LB,p,1,ALT,20,U/L,40,2026-01-11\n")
    assert json.loads(run("liver", str(path), "--json").stdout)["liver"][0]["quadrant"] is None
    assert run("liver", str(path)).exit_code == 0


def test_sites_are_compared_and_flagged_by_the_exit_code(tmp_path: Path) -> None:
    people = [(f"p{n:02d}", f"s{n % 4}") for n in range(40)]
    dm = "".join(f"DM,{who},2026-01-05,a,{site}\n" for who, site in people)
    ex = "".join(f"EX,{who},1,2026-01-05,2026-03-05\n" for who, _ in people)
    many = [who for who, site in people if site == "s0" for _ in range(9)]
    few = [who for who, site in people if site != "s0" for _ in range(2)]
    ae = "".join(f"AE,{who},{n},rash,2026-02-01\n" for n, who in enumerate([*many, *few], 1))
    for name, text in {
        "dm": f"DOMAIN,USUBJID,RFSTDTC,ARM,SITEID\n{dm}",
        "ex": f"DOMAIN,USUBJID,EXSEQ,EXSTDTC,EXENDTC\n{ex}",
        "ae": f"DOMAIN,USUBJID,AESEQ,AETERM,AESTDTC\n{ae}",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)
    given = [str(path) for path in sorted(tmp_path.glob("*.csv"))]
    told = json.loads(run("sites", *given, "--as-of", "2026-04-01", "--json").stdout)
    events = {row["site"]: row for row in told["sites"] if row["measure"][0] == "a"}
    assert events["s0"]["events"] == 90
    assert events["s0"]["z_of_others"] > 5
    assert run("sites", *given, "--as-of", "2026-04-01").exit_code in (0, 1)


@pytest.fixture
def programme(tmp_path: Path) -> str:
    folder = tmp_path / "ward"
    CliRunner().invoke(cli, ["init", str(folder), "--quiet"])
    document = ConsentDocumentIssued(
        document_sha256="a" * 64,
        version="1.0",
        issued=date(2026, 1, 1),
        needed=("take part",),
        optional=("share data",),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=None,
    )
    signing = ConsentSigned(
        participant="p",
        document_sha256="a" * 64,
        version="1.0",
        signed=date(2026, 1, 2),
        uses=("take part", "share data"),
        printed_name="name of p",
        identified_by="id and password",
        explained_by="clinician",
        witnessed_by="advocate",
    )
    with open_ports(str(folder), quiet=True) as ports:
        ports.ledger.append([document], actor="council", at=ports.clock.now())
        sign_consent(ports, signing, by="console")
    return str(folder)


@pytest.mark.hazard("H-62")
def test_a_consent_is_shown_taken_back_in_part_and_left(programme: str) -> None:
    told = run("consent", programme, "p")
    assert told.stdout.startswith("p: active\nagreed to: share data, take part")
    part = run("consent", programme, "p", "--use", "share data")
    assert part.stdout.startswith("taken back: share data")
    fhir = json.loads(run("consent", programme, "p", "--fhir").stdout)
    assert fhir[0]["status"] == "active"
    left = run("consent", programme, "p", "--withdraw", "--channel", "spoken")
    assert "p has left; closed: dose, order" in left.stdout
    assert "pay owed" in left.stdout
    after = json.loads(run("consent", programme, "p", "--json").stdout)
    assert (after["status"], after["standing"]) == ("withdrawn", "withdrawn")
    assert len(after["history"]) == 3
    fhir = json.loads(run("consent", programme, "p", "--fhir").stdout)
    assert fhir[0]["status"] == "inactive"
