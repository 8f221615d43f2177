"""One input guessed changes exactly the numbers that rest on it: simulated and real data."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.faces.cli.programme.programme_folder import said, typed

from nanoward.base.tables.lineage import TABLE_STEPS
from nanoward.flows.round import ward_round
from nanoward.flows.steps.step_outcome import Materials
from nanoward.wiring import open_ports

EXAMPLES = Path(__file__).parents[2] / "examples"
# of what was read, whatever it is: no number of people or agents
OF_FILES = {"findings", "finding_states", "undecided", "round_changes", "evidence"}


def rests(name: str, wanted: str) -> bool:
    """Whether a table or column rests on an input; walked apart from the code."""
    table = name.partition(".")[0]
    if name == wanted:
        return True
    if name not in TABLE_STEPS:
        return table != name and table in TABLE_STEPS and rests(table, wanted)
    return any(rests(one, wanted) for one in TABLE_STEPS[name].inputs)


def grades_and_page(folder: Path) -> tuple[dict[str, str], str]:
    typed("round", folder, "--quiet", "--anew")
    held = sorted((folder / "rounds").iterdir())[-1]
    rows = pl.read_parquet(held / "tables" / "evidence.parquet").to_dicts()
    names = {f"{row['table']}.{row['column']}".rstrip("."): row["grade"] for row in rows}
    return names, (held / "report.html").read_text(encoding="utf-8")


def state(folder: Path, name: str) -> None:
    plan = folder / "programme.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(f'{text}\n[programme.council.grades]\n"{name}" = "guessed"\n')


def held_against(folder: Path, name: str) -> tuple[dict[str, str], str, str]:
    """Grades after a guess is stated, and the pages before and after; the set is exact."""
    before, plain = grades_and_page(folder)
    state(folder, name)
    after, page = grades_and_page(folder)
    assert before.keys() == after.keys()
    moved = {one for one in after if after[one] != before[one]}
    assert moved == {one for one in after if rests(one, name)}
    assert moved
    assert all(after[one] == "guessed" for one in moved)
    return after, plain, page


@pytest.fixture(scope="module")
def simulated() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        ward = Path(folder) / "ward"
        words = ("simulate", ward, "--participants", 12, "--weeks", 12, "--cases")
        typed(*words, "--no-release", "--quiet")
        yield ward


@pytest.mark.hazard("H-246")
def test_of_a_simulated_programme(simulated: Path, tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    shutil.copytree(simulated, ward)
    after, plain, page = held_against(ward, "events")
    assert after["fits.value"] == after["recommendations.value"] == "guessed"
    assert after["standings.standing"] == "measured"
    assert plain.count('td class="n ev-guessed"') == 0
    assert page.count('td class="n ev-guessed"') > 10
    assert "rests on a guess: events" in page
    who = pl.read_parquet(next(ward.glob("rounds/*/tables/fits.parquet"))).row(0, named=True)
    number = f"round/fits/{who['participant']}:{who['parameter']}/value"
    told = said("why", ward, number)
    assert (told["grade"], told["guesses"]) == ("guessed", ["events"])
    assert told["value"] == pytest.approx(who["value"])
    assert told["proof"]


@pytest.mark.hazard("H-246")
def test_of_the_pilots_data(tmp_path: Path) -> None:
    ward = tmp_path / "pilot"
    shutil.copytree(EXAMPLES / "xanomeline-pilot", ward)
    after, plain, page = held_against(ward, "sdtm.AE")
    assert after["adverse_events.severity"] == after["disposition.people"] == "guessed"
    assert after["grades.grade"] == after["liver.bilirubin"] == "measured"
    assert 'td class="n ev-guessed"' not in plain
    assert 'td class="n ev-guessed"' in page


def moved_tables(folder: Path, monkeypatch: pytest.MonkeyPatch, role: str) -> dict[str, Any]:
    """The tables of a round in which every second row of an input is missing."""
    read = ward_round.collect_materials

    def halved(*given: Any) -> tuple[Materials, Any]:
        materials, outcome = read(*given)
        if not role:
            return materials, outcome
        table = materials.tables[role]
        tables = {**materials.tables, role: table[list(range(0, table.height, 2))]}
        sources = {**materials.sources, role: f"{materials.sources[role]}-halved"}
        return replace(materials, tables=tables, sources=sources), outcome

    with monkeypatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.setattr(ward_round, "collect_materials", halved)
        ward = Path(place) / "ward"
        shutil.copytree(folder, ward, ignore=shutil.ignore_patterns("rounds"))
        with open_ports(str(ward), quiet=True) as ports:
            made = ward_round.ward_round(ports, as_of=None, seed=1, render=lambda _: b"")
    return dict(made.round_.tables)


def lineage_holds(
    folder: Path, monkeypatch: pytest.MonkeyPatch, roles: tuple[str, ...]
) -> None:
    """What moves when an input is halved says that it was made from it."""
    before = moved_tables(folder, monkeypatch, "")
    for role in roles:
        after = moved_tables(folder, monkeypatch, role)
        wanted = role[:7] if role.startswith("sdtm.") else role
        for name in before.keys() - OF_FILES:
            if name not in after or not before[name].equals(after[name]):
                assert rests(name, wanted), (role, name)


@pytest.mark.hazard("H-246")
def test_what_moves_with_an_input_says_so(
    simulated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lineage_holds(simulated, monkeypatch, ("sdtm.AE",))


@pytest.mark.soak
@pytest.mark.hazard("H-246")
def test_what_moves_with_any_input_says_so(
    simulated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = ("contacts", "events", "genomes", "reference", "samples", "variants", "sdtm.AE",
             "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.LB", "sdtm.SV", "sdtm.VS")  # fmt: skip
    lineage_holds(simulated, monkeypatch, roles)
    pilot = ("sdtm.AE", "sdtm.DM", "sdtm.DS", "sdtm.EX", "sdtm.LBCH", "sdtm.LBHE", "sdtm.SV")
    lineage_holds(EXAMPLES / "xanomeline-pilot", monkeypatch, pilot)
