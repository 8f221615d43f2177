"""A page for each person, made when it is asked for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import NanowardError
from nanoward.faces.cli import cli


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


@pytest.fixture(scope="module")
def held(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    ward = Path(shutil.copytree(simulated, tmp_path_factory.mktemp("held") / "ward"))
    typed("round", str(ward), "--quiet", "--workers", "1")
    return ward


def test_a_page_is_written_beside_the_report(held: Path) -> None:
    told = typed("report", str(held), "P001", "P002", "--json")
    assert told.exit_code == 0, told.output
    pages = [Path(one) for one in json.loads(told.stdout)["pages"]]
    assert [one.name for one in pages] == ["P001.html", "P002.html"]
    assert pages[0].parent.name == "people"
    text = pages[0].read_text()
    assert "P001" in text
    assert "P002" not in text


def test_the_whole_report_is_a_document_of_the_same_bytes_again(held: Path) -> None:
    words = ("report", str(held), "--pdf", "--json")
    (file,) = json.loads(typed(*words).stdout)["pages"]
    first = Path(file).read_bytes()
    assert Path(file).name == "report.pdf"
    assert first.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in first
    typed(*words)
    assert Path(file).read_bytes() == first
    neither = typed("report", str(held))
    assert "name a participant, or say --pdf" in neither.output


def test_somebody_whom_nobody_knows_gets_no_page(held: Path) -> None:
    told = typed("report", str(held), "P001", "../../P9")
    assert isinstance(told.exception, NanowardError)
    assert (told.exception.code, told.exception.exit_code) == ("PRG-036", 2)
    assert not list(held.rglob("*P9*"))


def test_a_round_says_what_its_steps_cost_and_why(held: Path, tmp_path: Path) -> None:
    file = tmp_path / "steps.json"
    words = ("--quiet", "--workers", "1", "--explain", "--profile", str(file))
    nothing = typed("round", str(held), *words).stdout
    assert "nothing changed since this round was held" in nothing
    assert json.loads(file.read_text()) == []
    told = typed("round", str(held), *words, "--anew").stdout
    assert "typing samples" in told
    assert "from an earlier round" in told
    steps = json.loads(file.read_text())
    assert {"step", "cpu_s", "wall_s", "peak_mb", "computed", "recalled", "why"} == set(
        steps[0]
    )
    assert sum(one["computed"] for one in steps) == 0
    samples = held / "data" / "samples.csv"
    samples.write_text(samples.read_text() + "\n")
    again = json.loads(typed("round", str(held), *words, "--json").stdout)["steps"]
    (read,) = [one for one in again if one["step"] == "reading files"]
    assert read["why"] == "reading data/samples.csv: changed: sha256"
