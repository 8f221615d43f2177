"""People of a plain file: fitted, told of, and the population estimated."""

from pathlib import Path
from typing import Any

import pytest

from nanoward.flows.tuning.fit_people import EventFile, fit_people, fit_population, persons_of
from nanoward.tuning import MODELS, Dynamics, History, Population, Question, formulas_of
from nanoward.wiring import open_bench

EVENTS = Path(__file__).parents[3] / "examples" / "warfarin" / "data" / "events.csv"
QUESTION = Question(model=formulas_of(MODELS["warfarin-1cpt"]), draws=200)


def _file(lines: int | None = None) -> EventFile:
    text = EVENTS.read_text(encoding="utf-8").splitlines(keepends=True)
    return EventFile(path="events.csv", content="".join(text[:lines]).encode())


def test_a_few_people_of_the_real_file_are_fitted() -> None:
    bench = open_bench(quiet=True, workers=1)
    found = fit_people(bench, _file(60), QUESTION, 7)
    assert found.facts["people"] == found.facts["converged"] == found.computed
    assert found.tables["fits"]["parameter"].unique().sort().to_list() == [
        "CL",
        "KA",
        "LAG",
        "V",
    ]
    zeros = [one for one in found.findings if one.code == "TUN-103"]
    assert [(one.file, one.line) for one in zeros] == [("events.csv", 3), ("events.csv", 37)]


def test_a_dose_that_cannot_be_read_keeps_its_person_from_being_fitted() -> None:
    bench = open_bench(quiet=True, workers=1)
    broken = _file(40).content.replace(b"1,0,1,100,,,", b"1,0,1,lots,,,", 1)
    found = fit_people(bench, EventFile(path="e.csv", content=broken), QUESTION, 7)
    assert "1" not in found.tables["fits"]["participant"].to_list()
    assert any("dose" in one.reason for one in found.undecided if one.subject == "1")


def test_an_empty_file_gives_findings_and_nobody() -> None:
    bench = open_bench(quiet=True, workers=1)
    found = fit_people(bench, EventFile(path="e.csv", content=b""), QUESTION, 7)
    assert found.findings
    assert found.facts["people"] == 0
    assert found.facts["coverage"] is None


def test_the_population_can_be_estimated_from_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from nanoward.flows.tuning import fit_people as flow
    from nanoward.tuning import estimate_population

    bench = open_bench(quiet=True, workers=1)

    def short(model: Dynamics, people: list[History], **_: Any) -> Population:
        return estimate_population(model, people, rounds=2)

    monkeypatch.setattr(flow, "estimate_population", short)
    question, population = fit_population(bench, _file(60), QUESTION)
    assert question.model == population.model != QUESTION.model
    assert question.draws == QUESTION.draws
    assert population.people == len(persons_of(bench.formats, _file(60), QUESTION)[0])
