"""Fit the people of one event table, without a programme or a ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from nanoward.base.findings import Finding, in_order
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.flows.tuning.tune_settings import answer_all
from nanoward.ports.formats import Formats
from nanoward.ports.ports import FilePorts
from nanoward.tuning import (
    History,
    Population,
    Question,
    SubjectResult,
    TuningRules,
    TuningTables,
    analyse,
    estimate_population,
    load_subjects,
    unread_doses,
)

MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """A NONMEM event table as it stands in a file."""

    path: str
    content: bytes


def fit_people(ports: FilePorts, file: EventFile, question: Question, seed: int) -> Outcome:
    """Everything that a round's tuning says, of everybody in the file."""
    reading = ports.formats.read("events", file.path, file.content)

    def answered(people: Sequence[History]) -> list[SubjectResult]:
        with ports.progress("fitting people", len(people)) as step:
            return answer_all(ports.runner, question, seed, people, step)

    given = TuningTables(events=reading.table, findings=reading.findings, file=file.path)
    found = analyse(given, TuningRules(question=question, seed=seed), answered)
    return Outcome(
        tables=found.tables,
        findings=in_order([*reading.findings, *found.findings]),
        undecided=found.undecided,
        facts=found.facts,
        computed=reading.table["ID"].n_unique(),
    )


def fit_population(
    ports: FilePorts,
    file: EventFile,
    question: Question,
    fixed: Collection[str] = (),
) -> tuple[Question, Population]:
    """The question under the population that the file's own people make most likely.

    fixed  names of numbers that keep their values
    """
    persons, _ = persons_of(ports.formats, file, question)
    with ports.progress("estimating the population (rounds)", MOST_ROUNDS) as step:
        found = estimate_population(
            question.model, persons, fixed=fixed, rounds=MOST_ROUNDS, step=step
        )
    return replace(question, model=found.model), found


def persons_of(
    formats: Formats, file: EventFile, question: Question
) -> tuple[list[History], tuple[Finding, ...]]:
    """People of the file and every problem met on the way."""
    reading = formats.read("events", file.path, file.content)
    persons, told = load_subjects(reading.table, question.model, file=file.path)
    return (
        unread_doses(persons, reading.findings, reading.table),
        in_order([*reading.findings, *told]),
    )
