import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
from click.testing import CliRunner, Result
from tests.flows.clearance.test_attribute_changes import weeks

from nanoward.faces.cli import cli

LB = """DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC
LB,p,1,HGB,4.5,mmol/L,7.4,9.8,2026-01-01
LB,p,2,URATE,600,umol/L,100,420,2026-01-01
"""


def grade(*words: str) -> Result:
    return CliRunner().invoke(cli, ["clearance", "grade", *words, "--quiet"])


def laboratory(folder: Path, text: str = LB) -> str:
    path = folder / "lb.csv"
    path.write_text(text)
    return str(path)


def test_grades_are_told_as_a_table_of_terms(tmp_path: Path) -> None:
    told = grade(laboratory(tmp_path))
    assert told.exit_code == 0
    assert told.stdout.startswith("CTCAE 5.0: 2 results, 3 grades, 0 not gradable")
    anemia = next(line for line in told.stdout.splitlines() if line.startswith("Anemia"))
    assert anemia.split() == ["Anemia", "HGB", "0", "0", "0", "1", "0", "0"]


def test_json_holds_the_same_numbers(tmp_path: Path) -> None:
    told = json.loads(grade(laboratory(tmp_path), "--json", "--symptoms").stdout)
    assert told["facts"]["graded"] == 3
    urate = next(row for row in told["summary"] if row["test"] == "URATE")
    assert urate["grade 3"] == 1


def test_every_grade_goes_to_a_file_on_demand(tmp_path: Path) -> None:
    for name in ("out.csv", "out.parquet"):
        out = tmp_path / name
        assert (
            grade(laboratory(tmp_path), "--out", str(out), "--version", "4.03").exit_code == 0
        )
        read = pl.read_csv(out) if name == "out.csv" else pl.read_parquet(out)
        assert read.sort("term")["grade"].to_list() == [3, 0, 4]


def test_a_transport_file_gives_the_same_grades_as_text(tmp_path: Path) -> None:
    path = tmp_path / "lb.xpt"
    table = pl.read_csv(laboratory(tmp_path))
    pyreadstat.write_xport(table, str(path), file_format_version=5, table_name="LB")
    assert grade(str(path)).stdout == grade(laboratory(tmp_path)).stdout


def test_a_table_of_ones_own_and_the_one_of_daids_grade_too(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("name own\ntest HGB = Anaemia\nAnaemia | low | si g/L | 3 < 80; 1 < LLN\n")
    told = json.loads(grade(laboratory(tmp_path), "--table", str(own), "--json").stdout)
    assert told["facts"]["table"] == "own"
    assert told["summary"][0]["grade 3"] == 1  # 4.5 mmol/L is 72.5 g/L
    daids = json.loads(grade(laboratory(tmp_path), "--table", "daids", "--json").stdout)
    assert daids["facts"]["table"] == "DAIDS 2.1"
    urate = next(row for row in daids["summary"] if row["test"] == "URATE")
    assert urate["grade 2"] == 1
    wrong = grade(laboratory(tmp_path), "--table", str(tmp_path / "nowhere"))
    assert "CLR-003" in repr(wrong.exception.code)  # type: ignore[union-attr]


def test_vital_signs_are_graded_beside_the_laboratory(tmp_path: Path) -> None:
    vs = tmp_path / "vs.csv"
    vs.write_text(
        "DOMAIN,USUBJID,VSSEQ,VSTESTCD,VSSTRESN,VSSTRESU,VSDTC\n"
        "VS,p,1,SYSBP,165,mmHg,2026-01-01\n"
    )
    told = json.loads(grade(laboratory(tmp_path), "--vs", str(vs), "--json").stdout)
    pressure = next(row for row in told["summary"] if row["term"] == "Hypertension")
    assert pressure["grade 3"] == 1


def test_cases_are_checked_and_differences_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    header = "TERM,AVAL,ANRLO,ANRHI,AVALU,expected_grade,direction,criteria,units\n"
    path.write_text(header + "Anemia,79,140,,g/L,3,L,CTCAE v5.0,SI\n")
    right = CliRunner().invoke(cli, ["clearance", "cases", str(path)])
    assert (right.exit_code, right.stdout.splitlines()[0]) == (0, "1 of 1 cases as expected")
    path.write_text(header + "Anemia,79,140,,g/L,2,L,CTCAE v5.0,SI\n")
    wrong = CliRunner().invoke(cli, ["clearance", "cases", str(path), "--table", "daids"])
    assert wrong.exit_code == 1
    assert "Anemia" in wrong.stdout


def test_doubtful_rows_are_told_by_the_exit_code(tmp_path: Path) -> None:
    assert grade(laboratory(tmp_path, "USUBJID,LBTESTCD\n")).exit_code == 1


def test_an_unknown_version_is_a_mistake_of_use(tmp_path: Path) -> None:
    assert grade(laboratory(tmp_path), "--version", "9").exit_code == 2


def test_a_stopping_rule_is_designed_and_its_state_told() -> None:
    words = ["clearance", "stop", "--risk", "0.1", "--people", "30"]
    told = CliRunner().invoke(cli, [*words, "--events", "3", "--of", "14"])
    assert told.exit_code == 0
    assert told.stdout.startswith("3 of 14; stops at 5 of 16")
    stopped = CliRunner().invoke(cli, [*words, "--events", "5", "--of", "16", "--json"])
    assert stopped.exit_code == 4
    assert json.loads(stopped.stdout)["facts"]["stop"] is True


def test_changes_are_told_by_exit_code(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    lines = ["participant,day,control,a,b,c,d"]
    for number in range(12):
        scores = rng.standard_normal((20, 4))
        scores[12:] += 6.0 * (number == 11)
        for week, row in enumerate(scores):
            values = ",".join(f"{one:.3f}" for one in row)
            lines.append(
                f"p{number:02},{date(2026, 1, 5) + timedelta(7 * week)},{number < 11},{values}"
            )
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(lines))
    told = CliRunner().invoke(cli, ["clearance", "change", str(path)])
    assert told.exit_code == 1
    assert told.stdout.startswith("p11: changed from about 2026-03-")


def test_attribution_is_told_by_the_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "weeks.csv"
    path.write_bytes(weeks(3.0))
    told = CliRunner().invoke(cli, ["clearance", "attribute", str(path)])
    assert told.exit_code == 1
    assert "the scores follow the agent (p = 0.029, 70 orders)" in told.stdout
    path.write_bytes(weeks(0.0))
    assert CliRunner().invoke(cli, ["clearance", "attribute", str(path)]).exit_code == 0
