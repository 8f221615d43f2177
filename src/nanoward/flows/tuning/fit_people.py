"""Fit the people of one event table, without a programme or a ledger."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding, Undecided, in_order
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.flows.tuning.tune_settings import ROOM, answer_all, facts_of, wanted
from nanoward.ports.formats import Formats
from nanoward.ports.ports import FilePorts
from nanoward.tuning import (
    FormulaPopulation,
    History,
    Model,
    Participant,
    Person,
    Population,
    Question,
    estimate_formula_population,
    estimate_population,
    load_subjects,
    tables,
    unread_doses,
)
from nanoward.tuning.estimation.ambiguity import ambiguity_findings

MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFile:
    """A NONMEM event table as it stands in a file."""

    path: str
    content: bytes


def fit_people(ports: FilePorts, file: EventFile, question: Question, seed: int) -> Outcome:
    """Tables fits, bands, observed and recommendations of everybody in the file."""
    persons, findings = persons_of(ports.formats, file, question)
    with ports.progress("fitting people", len(persons)) as step:
        answers = answer_all(ports.runner, question, seed, persons, step)
    found = tables(answers)
    asked = wanted(question)
    return Outcome(
        tables={name: one for name, one in found.items() if name in asked},
        findings=in_order(
            [
                *findings,
                *ambiguity_findings(
                    ((one.participant, one.ambiguity) for one in answers), file.path
                ),
            ]
        ),
        undecided=tuple(
            Undecided(
                code="TUN-901",
                room=ROOM,
                subject=one.participant,
                question="individual parameters and setting",
                reason=one.doubts,
            )
            for one in answers
            if one.doubts
        ),
        facts=facts_of(question, found),
        computed=len(answers),
    )


def fit_population(
    ports: FilePorts,
    file: EventFile,
    question: Question,
    fixed: Collection[str] = (),
) -> tuple[Question, Population | FormulaPopulation]:
    """The question under the population that the file's own people make most likely.

    fixed  names of numbers that keep their values (models of formulas)
    """
    persons, _ = persons_of(ports.formats, file, question)
    found: Population | FormulaPopulation
    if isinstance(question.model, Model):
        if fixed:
            raise UsageError(
                "numbers can be kept in models of formulas only",
                next_step="Leave --fix out, or write the model as formulas.",
            )
        known = [one for one in persons if isinstance(one, Person)]
        with ports.progress("estimating the population (rounds)", MOST_ROUNDS) as step:
            found = estimate_population(question.model, known, rounds=MOST_ROUNDS, step=step)
    else:
        some = [one for one in persons if isinstance(one, History)]
        with ports.progress("estimating the population (rounds)", MOST_ROUNDS) as step:
            found = estimate_formula_population(
                question.model, some, fixed=fixed, rounds=MOST_ROUNDS, step=step
            )
    return replace(question, model=found.model), found


def persons_of(
    formats: Formats, file: EventFile, question: Question
) -> tuple[list[Participant], tuple[Finding, ...]]:
    """People of the file and every problem met on the way."""
    reading = formats.read("events", file.path, file.content)
    persons, told = load_subjects(reading.table, question.model, file=file.path)
    return (
        unread_doses(persons, reading.findings, reading.table),
        in_order([*reading.findings, *told]),
    )
