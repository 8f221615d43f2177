"""One file and its test adds a driver, a notifier, a format, a table, a family, an instrument.

The files are those of docs/howto/extend-nanoward.md, as they stand there: they are laid beside
the package (its folders look there too, as into their own), their tests are run, the commands
that the page shows are typed, and the documentation is written anew.
"""

import importlib
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result

import nanoward
from nanoward.faces.cli import cli

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "extend-nanoward.md").read_text(encoding="utf-8")
FILE = re.compile(r"```python\n# ((?:src|tests)/\S+\.py)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
ADDED = {
    "driver": "bench-pump",
    "notifier": "printer",
    "format": "lims",
    "grading table": "ward-protocol",
    "questionnaire": "EASE",
    "stopping family": "hoeffding",
}
LOOK_THERE = """
import importlib, pathlib
HERE = pathlib.Path(__file__).parent
for folder in sorted({one.parent for one in (HERE / "src").rglob("*.py")}):
    parts = list(folder.relative_to(HERE / "src").parts)
    while parts:
        package = importlib.import_module(".".join(parts))
        place = str(HERE / "src" / "/".join(parts))
        if place not in package.__path__:
            package.__path__.append(place)
        parts.pop()
"""


def laid(folder: Path) -> Path:
    """The files of the page, where their first lines say."""
    for path, text in FILE.findall(PAGE):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package with the page's files among its own, until the test ends."""
    laid(tmp_path)
    loaded = set(sys.modules)
    source = tmp_path / "src"
    folders = sorted({one.parent.relative_to(source) for one in source.rglob("*.py")})
    monkeypatch.setattr(nanoward, "__path__", [*nanoward.__path__, str(source / "nanoward")])
    for folder in folders:
        package = importlib.import_module(".".join(folder.parts))
        here = str(source / folder)
        if here not in package.__path__:
            monkeypatch.setattr(package, "__path__", [*package.__path__, here])
    yield tmp_path
    for name in set(sys.modules) - loaded:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(tmp_path)):
            parent, _, own = name.rpartition(".")
            vars(sys.modules[parent]).pop(own, None)
            del sys.modules[name]


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def reference() -> ModuleType:
    path = ROOT / "docs" / "write_reference.py"
    spec = importlib.util.spec_from_file_location("write_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tests_that_the_page_shows_pass_with_the_files_that_it_shows(
    tmp_path: Path,
) -> None:
    laid(tmp_path)
    (tmp_path / "conftest.py").write_text(LOOK_THERE)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
         "-p", "no:xdist", str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
    shown = [path for path, _ in FILE.findall(PAGE) if path.startswith("tests/")]
    assert len(shown) == 7
    passed = re.search(r"(\d+) passed", told.stdout)
    assert passed is not None
    assert int(passed[1]) > 30  # two whole suites among them


def test_each_is_offered_by_the_command_and_in_the_documentation(extended: Path) -> None:
    rows = json.loads(typed("kinds", "--json").stdout)["kinds"]
    found = {(row["kind"], row["name"]) for row in rows}
    assert set(ADDED.items()) <= found
    page = reference().kinds_page()
    for name in ADDED.values():
        assert f"| `{name}` |" in page
    helps = {
        ("clearance", "stop"): "hoeffding",
        ("clearance", "grade"): "ward-protocol",
        ("clearance", "assess"): "EASE",
    }
    for words, name in helps.items():
        assert name in typed(*words, "--help").stdout
    assert extended.exists()


def test_none_is_left_when_its_file_is_gone() -> None:
    rows = json.loads(typed("kinds", "--json").stdout)["kinds"]
    assert not set(ADDED.items()) & {(row["kind"], row["name"]) for row in rows}
    assert typed("clearance", "stop", "--risk", "0.1", "--people", "9", "--family",
                 "hoeffding").exit_code == 2  # fmt: skip


LB = (
    "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC\n"
    "S,LB,P1,1,HGB,85,g/L,120,160,2026-02-01\n"
)


def test_each_is_at_work_where_its_name_is_written(extended: Path) -> None:
    stop = typed("clearance", "stop", "--risk", "0.1", "--people", "30",
                 "--family", "hoeffding", "--json")  # fmt: skip
    assert json.loads(stop.stdout)["facts"]["family"] == "hoeffding"
    (extended / "lb.csv").write_text(LB)
    graded = typed("clearance", "grade", str(extended / "lb.csv"), "--table", "ward-protocol",
                   "--json")  # fmt: skip
    (row,) = json.loads(graded.stdout)["summary"]
    assert (row["term"], row["grade 2"]) == ("Low haemoglobin", 1)
    ward, text = str(extended / "ward"), extended / "consent.md"
    text.write_text("You may leave at any time.")
    typed("init", ward)
    typed("clearance", "document", ward, str(text), "--version", "1", "--need", "take part")
    typed("clearance", "sign", ward, "P001", str(text), "--name", "P", "--agree", "take part",
          "--explained-by", "a", "--witnessed-by", "b", "--read-s", "99", "--right", "9",
          "--identified-by", "passport and PIN")  # fmt: skip
    answers = ["--answer", "EASE01=4", "--answer", "EASE02=0"]
    told = typed("clearance", "assess", ward, "P001", "EASE", *answers, "--json")
    assert (told.exit_code, json.loads(told.stdout)["score"]) == (0, 0.0), told.exception


def test_a_plan_names_the_driver_and_the_notifier(extended: Path) -> None:
    from nanoward.adapters.drivers.config import DriverConfig, driver_kinds, open_named
    from nanoward.adapters.notifiers.config import (
        NotifierConfig,
        notifier_kinds,
        open_notifier,
    )

    options: dict[str, Any] = {"file": str(extended / "pump.json")}
    driver = open_named(
        "bench-pump",
        DriverConfig(name="w", folder=None, settings={}, mechanisms={}, options=options),
    )
    driver.close()
    open_notifier("printer", NotifierConfig(name="p", folder=extended, options={})).notify(
        urgency="now", subject="P1 must stop", message=""
    )
    assert "P1 must stop" in (extended / "printer.txt").read_text()
    assert "bench-pump" in driver_kinds()
    assert "printer" in notifier_kinds()


def test_a_file_of_the_format_lies_among_a_programmes_data(extended: Path, ward: Path) -> None:
    from nanoward.wiring import open_ports

    (ward / "data" / "late.lims").write_text("#LIMS 2\nLATE1;P001;20260105\n")
    with open_ports(str(ward), quiet=True, use="read") as ports:
        role = ports.formats.role_of("data/late.lims")
        assert role == "samples"
        content = (ward / "data" / "late.lims").read_bytes()
        read = ports.formats.read(role, "data/late.lims", content)
    assert read.table["sample"].to_list() == ["LATE1"]
    assert (extended / "src").exists()


def test_a_room_answers_its_question_by_its_command(
    extended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: Any = cli
    place = re.search(r'"hydration":\s+"(nanoward\.faces\.cli\.hydration:hydration)"', PAGE)
    assert place is not None
    monkeypatch.setitem(commands.commands_at, "hydration", place[1])
    (extended / "intake.csv").write_text("participant,day,litres\nP1,Mon,1.0\nP1,Tue,\n")
    told = typed("hydration", str(extended / "intake.csv"), "--json")
    assert told.exit_code == 1
    (row,) = json.loads(told.stdout)["short"]
    assert (row["participant"], row["short_litres"]) == ("P1", 0.5)


def test_every_command_of_the_page_is_typed_here_or_asks_for_one_of_its_names() -> None:
    shown = [
        shlex.split(line[2:])[1:3]
        for block in CONSOLE.findall(PAGE)
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    assert {one[0] for one in shown} == {"kinds", "clearance"}
    assert [one[1] for one in shown if one[0] == "clearance"] == ["stop", "grade", "assess"]
