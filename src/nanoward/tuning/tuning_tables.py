"""Everything that tuning says of a table of people: one procedure for a programme's round and
for plain files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from nanoward.base.findings import Finding, Undecided, in_order
from nanoward.base.tables import COMPARISONS
from nanoward.tuning.analysis import analyse_subjects, load_subjects
from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.pk_subjects import unread_doses
from nanoward.tuning.dosing.eligibility import guess_refusal, refusal
from nanoward.tuning.estimation.ambiguity import ambiguity_findings
from nanoward.tuning.moved_settings import with_adjustments
from nanoward.tuning.outcomes.before_after import changes
from nanoward.tuning.plan_section import Question
from nanoward.tuning.subject_results import (
    RESULT_FIELDS,
    SubjectResult,
    coverage,
    table,
    tables,
)

ROOM = "tuning"
WANTED = (
    "fits", "covariances", "bands", "observed", "frontier", "outlook", "recommendations",
    "comparisons",
)  # fmt: skip
Answerer = Callable[[Sequence[History]], Sequence[SubjectResult]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningTables:
    """What is analysed.

    events       base/tables.py EVENTS; adjustments: ADJUSTMENTS, None where there are none
    findings     what was wrong with the event table when it was read: a dose may be lost
    file         path of the event table, for findings
    """

    events: pl.DataFrame
    adjustments: pl.DataFrame | None = None
    findings: Sequence[Finding] = ()
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAllowed:
    """Who may be given a recommendation.

    standing   of clearance by person; None without clearance
    expecting  who is pregnant, by what
    guesses    guessed inputs behind a raise, which nobody signed
    """

    standing: Mapping[str, str] | None = None
    expecting: Mapping[str, str] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningRules:
    """What is asked about each person, the seed of all chance, and who may be advised."""

    question: Question
    seed: int
    allowed: PeopleAllowed = PeopleAllowed()


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningOutcome:
    """Tables WANTED that the question has answers for, and what is to be said about them.

    facts  figures for the report: people, converged fits, coverage of the bands, settings
    """

    tables: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    facts: Mapping[str, Any]


def analyse(
    given: TuningTables, rules: TuningRules, answer: Answerer | None = None
) -> TuningOutcome:
    """Fits, bands and settings of everybody in the tables.

    answer  gives one answer per person, in their order: from memory, or by other processes;
            None: here, one after another. Whoever answers, the answers are the same
    """
    question = rules.question
    people, findings = load_subjects(given.events, question.model, file=given.file)
    people, odd = with_adjustments(
        question, unread_doses(people, given.findings, given.events), given.adjustments
    )
    asked = answer or (lambda some: analyse_subjects(question, rules.seed, some))
    answers = list(asked(people))
    unsure = ambiguity_findings(
        ((one.participant, one.ambiguity) for one in answers), given.file
    )
    found = tables(
        [
            permitted(question, person, one, rules.allowed)
            for person, one in zip(people, answers, strict=True)
        ]
    )
    compared = table(COMPARISONS, changes(given.events, question.compare))
    found["comparisons"] = compared.sort(COMPARISONS.key)
    return TuningOutcome(
        tables={name: found[name] for name in wanted(question)},
        findings=in_order([*findings, *odd, *unsure]),
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
    )


def wanted(question: Question) -> tuple[str, ...]:
    """Tables that this question has answers for: no frontier without a goal."""
    without = {
        *(("frontier",) if question.goal is None else ()),
        *(("comparisons",) if question.compare is None else ()),
    }
    return tuple(name for name in WANTED if name not in without)


def permitted(
    question: Question, person: History, one: SubjectResult, known: PeopleAllowed
) -> SubjectResult:
    """The answer, with its recommendation taken back where the standing, a pregnancy or a
    guess that it rests on forbids it."""
    row, asked = one.recommendation, question.target or question.goal
    if row is None or asked is None or row["value"] is None:
        return one
    why, standing = "", known.standing
    if person.name in known.expecting:
        why = f"is pregnant, by {known.expecting[person.name]}: nothing is recommended"
    elif standing is not None:
        why = refusal(person, standing.get(person.name), row["value"], asked.interval)
    why = why or guess_refusal(person, row["value"], asked.interval, known.guesses)
    if not why:
        return one
    taken = {**row, "value": None, "reason": why}
    fields_of = {name: getattr(one, name) for name in RESULT_FIELDS}
    return SubjectResult.of_kept({**fields_of, "recommendation": taken})


def facts_of(question: Question, kept: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Figures for the report: people, converged fits, coverage of the bands, settings."""
    fits, advice = kept["fits"], kept["recommendations"]
    tested, within = coverage(kept["observed"])
    people_of = fits.group_by("participant").agg(pl.col("converged").all())
    return {
        "model": question.model.name,
        "model_sha256": question.model.sha256,
        "time_unit": question.model.time_unit,
        "people": people_of.height,
        "converged": int(people_of["converged"].sum()),
        "held_back": tested,
        "held_back_within_band": within,
        "coverage": within / tested if tested else None,
        "recommended": advice.height - advice["value"].null_count(),
        "refused": advice["value"].null_count(),
    }
