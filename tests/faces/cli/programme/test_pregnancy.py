"""Pregnancies from the command line: from the first word to the report."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import make, said, today_of, typed

SHARED = Path(__file__).parents[5] / "shared" / "data" / "pregnancies"
P = ("programme", "pregnancy")
BY = ("--by", "nurse")


@pytest.mark.hazard("H-345")
def test_open_date_contact_outcome_infant_report(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    opened = said(*P, "open", folder, "P1", *BY)
    case = opened["case"]
    assert opened["held"]
    assert typed("clearance", "may", folder, "P1", "dose", *BY).exit_code == 4
    assert typed("clearance", "may", folder, "P1", "kill code", *BY).exit_code == 0
    first, last = day - timedelta(days=30), day - timedelta(days=24)
    said(*P, "date", folder, case, first, last, "--evidence", "weekly tests", *BY)
    said(*P, "contact", folder, case, day, "--fetuses", 2, *BY)
    shown = said(*P, "report", folder, "--closed")
    assert shown["words"].startswith("not yet estimable")
    assert shown["cases"][0]["fetuses"] == 2
    late = said(*P, "report", folder, "--as-of", day + timedelta(days=90), code=1)
    assert late["overdue"] == 1
    child = said(*P, "outcome", folder, case, "live birth", day, *BY)["infant"]
    said(*P, "outcome", folder, case, "stillbirth", day, "--fetus", 2, *BY)
    said(*P, "infant", folder, case, child, day, *BY)
    svg = tmp_path / "term.svg"
    shown = said(*P, "report", folder, "--picture", svg)
    assert shown["cases"] == []
    assert {row["count"] for row in shown["counts"]} == {"under 5"}
    assert "Length of pregnancy" in svg.read_text()
    assert "under 5 are for the closed part" in typed(*P, "report", folder).stdout


@pytest.mark.hazard("H-347")
def test_what_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    case = said(*P, "open", folder, "P1", *BY)["case"]
    said(
        *P, "date", folder, case, day - timedelta(8), day - timedelta(2), "--evidence", "t", *BY
    )
    before = typed(*P, "outcome", folder, case, "live birth", day - timedelta(20), *BY)
    assert "not after conception" in str(before.exception)
    nobody = typed(*P, "outcome", folder, "p-none", "live birth", day, *BY)
    assert "no pregnancy" in str(nobody.exception)
    said(*P, "outcome", folder, case, "ectopic", day, *BY)
    twice = typed(*P, "outcome", folder, case, "live birth", day, *BY)
    assert "has an outcome" in str(twice.exception)
    assert typed(*P, "outcome", folder, case, "gone", day, *BY).exit_code == 2


@pytest.mark.hazard("H-348")
def test_a_partner_is_asked_herself(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    refused = typed(*P, "open", folder, "Q1", "--relation", "partner", *BY)
    assert "own consent" in str(refused.exception)
    case = said(*P, "consent", "ask", folder, "partner", *BY)["case"]
    paper = tmp_path / "consent.txt"
    paper.write_text("I agree")
    said(*P, "consent", "sign", folder, case, "Q1", paper, *BY)
    opened = said(*P, "open", folder, "Q1", "--relation", "partner", "--case", case, *BY)
    assert opened["held"] is False
    said(*P, "consent", "withdraw", folder, case, "--by", "Q1")
    other = said(*P, "consent", "ask", folder, "staff", *BY)["case"]
    said(*P, "consent", "refuse", folder, other, *BY)
    shown = said(*P, "report", folder)
    assert shown["refused"] == 1


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
@pytest.mark.hazard("H-346")
def test_real_pregnancies_of_a_file_equal_r_etm() -> None:
    found = said(*P, "incidence", SHARED / "coumarin.csv")
    shares = {
        name: {row["cause"]: row["naive"] for row in rows} for name, rows in found.items()
    }
    told = [round(shares[g][c], 5) for g in "01" for c in ("induced", "birth", "loss")]
    assert told == [0.04016, 0.79906, 0.16078, 0.28511, 0.35257, 0.36232]


def test_a_file_without_weeks_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("entry_week,exit_week,cause\n6,4,1\n")
    assert "a.csv:2" in str(typed(*P, "incidence", file).exception)
    file.write_text("entry_week,cause\n6,1\n")
    assert "exit_week" in str(typed(*P, "incidence", file).exception)
