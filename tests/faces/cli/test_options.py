import json
from datetime import date
from typing import Any

import click
import pytest
from click.testing import CliRunner

from nanoward.base.findings import Finding
from nanoward.faces.cli.options import common, print_findings, print_result, text_table


@click.command()
@common
def told(**options: Any) -> None:
    print_result(options, "text", as_json=options["as_json"])


def test_every_command_understands_the_four_options() -> None:
    line = ["--json", "--as-of", "2026-11-23", "--seed", "9", "--quiet"]
    assert json.loads(CliRunner().invoke(told, line).output) == {
        "as_json": True,
        "as_of": "2026-11-23",
        "quiet": True,
        "seed": 9,
    }
    assert CliRunner().invoke(told, []).output == "text\n"


@pytest.mark.parametrize("text", ["2026-11", "tomorrow", "2026-02-30"])
def test_a_day_that_is_none_is_a_usage_error(text: str) -> None:
    assert CliRunner().invoke(told, ["--as-of", text]).exit_code == 2


def test_findings_are_told_and_give_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    note = Finding(code="FMT-001", severity="note", message="a", next_step="b")
    error = Finding(code="FMT-002", severity="error", message="c", next_step="d")
    assert print_findings([note]) == 0
    assert print_findings([note, error]) == 1
    assert print_findings([error] * 30, quiet=True) == 1
    assert print_findings([error] * 30, most=20) == 1
    shown = capsys.readouterr().err
    assert shown.count("FMT-002") == 26  # quiet or not: an error is always told
    warning = Finding(code="FMT-003", severity="warning", message="e", next_step="f")
    assert print_findings([warning], quiet=True) == 1
    assert capsys.readouterr().err == ""
    assert "10 more of FMT-002" in shown
    assert "FMT-001" not in shown


def test_rows_are_aligned_and_null_is_a_dash() -> None:
    rows = [{"a": 1.23456, "b": None}, {"a": [1, 2], "b": date(2026, 1, 1)}]
    assert text_table(rows, ["a", "b"]).splitlines() == [
        "a      b",
        "1.235  -",
        "1; 2   2026-01-01",
    ]
