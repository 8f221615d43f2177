"""From a plain event table: the frontier of every person, a setting, and what is certified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding, Undecided, in_order
from nanoward.base.tables import FRONTIER
from nanoward.flows.fit_people import EventFile, persons_of
from nanoward.flows.tune_settings import ROOM
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner
from nanoward.ports.signer import NoteSigner
from nanoward.tuning import (
    Certificate,
    Dynamics,
    Frontier,
    Goal,
    History,
    Question,
    certify,
    doubt,
    fit_histories,
    own_seed,
    posterior_draws,
    recommend,
    simulated,
    table,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One person's frontier; None and the reason where there is none."""

    history: History
    frontier: Frontier | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations:
    """Everybody's frontiers, in the order of their names."""

    people: tuple[Recommended, ...]
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    goal: Goal
    model: Dynamics

    def table(self) -> pl.DataFrame:
        """base/tables FRONTIER."""
        rows = [
            {
                "participant": one.history.name,
                "setting": float(one.frontier.settings[place]),
                "unit": self.goal.unit,
                "benefit": float(one.frontier.benefit[place]),
                "low": float(one.frontier.low[place]),
                "high": float(one.frontier.high[place]),
                "harm": float(one.frontier.harm[place]),
                "utility": float(one.frontier.utility[place]),
                "allowed": bool(one.frontier.allowed[place]),
                "reason": one.frontier.why[place],
            }
            for one in self.people
            if one.frontier is not None
            for place in range(len(one.frontier.settings))
        ]
        return table(FRONTIER, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A certificate, its bytes and their signature."""

    certificate: Certificate
    content: bytes
    signature: bytes


def recommend_settings(
    parts: tuple[Formats, Runner, Progress], file: EventFile, question: Question, seed: int
) -> Recommendations:
    """The frontier of everybody in the file under the question's goal."""
    model, goal = question.model, question.goal
    if goal is None or not isinstance(model, Dynamics):
        raise UsageError("the question has no [tuning.goal] with a model of formulas")
    formats, _, progress = parts
    persons, findings = persons_of(formats, file, question)
    known = [one for one in persons if isinstance(one, History)]
    fits = fit_histories(model, known)
    found = []
    with progress("following every setting", len(known)) as step:
        for one, fit in zip(known, fits, strict=True):
            why = doubt(one, fit)
            frontier = None
            if not why:
                chance = own_seed(seed, one.name, "posterior")
                draws = posterior_draws(model, one, fit, question.draws, chance)
                frontier = recommend(model, one, draws, goal)
                why = "" if frontier.advice.dose is not None else frontier.advice.reason
            found.append(Recommended(history=one, frontier=frontier, reason=why))
            step(1)
    return Recommendations(
        people=tuple(found),
        findings=in_order(findings),
        undecided=tuple(
            Undecided(
                room=ROOM, subject=one.history.name, question="setting", reason=one.reason
            )
            for one in found
            if one.reason
        ),
        goal=goal,
        model=model,
    )


def _undecided(one: Recommended) -> Undecided:
    return Undecided(room=ROOM, subject=one.history.name, question="setting", reason=one.reason)


def certify_settings(
    found: Recommendations, signer: NoteSigner, days: tuple[date, date, date], oldest: int
) -> list[Signed]:
    """Signed certificates of everybody with a frontier.

    days    issued, of the tables' last record, and the last day that may be certified; the
            age of a person's last observation is counted back from the table's last record
    """
    issued, ended, last = days
    latest = max((one.history.last for one in found.people), default=0.0)
    signed = []
    for one in found.people:
        if one.frontier is None:
            continue
        seen = max((event.time for event in one.history.observed), default=0.0)
        age = timedelta(hours=(latest - seen) * _hours(found.model))
        certificate = certify(
            one.history.name,
            found.goal,
            one.frontier,
            (found.model.sha256, one.history.sha256),
            (issued, ended - age, last),
            oldest,
        )
        content = certificate.content()
        signed.append(
            Signed(certificate=certificate, content=content, signature=signer.sign(content))
        )
    return signed


def _hours(model: Dynamics) -> float:
    return {"h": 1.0, "d": 24.0, "min": 1 / 60}.get(model.time_unit, 1.0)


def simulate_people(
    formats: Formats, file: EventFile, question: Question, replicates: int, seed: int
) -> tuple[pl.DataFrame, Sequence[Finding]]:
    """What people with the file's doses might have been observed to have."""
    model = question.model
    if not isinstance(model, Dynamics):
        raise UsageError("simulation is offered for models of formulas")
    persons, findings = persons_of(formats, file, question)
    rows = [
        row
        for one in persons
        if isinstance(one, History) and not one.unfit
        for row in simulated(model, one, replicates, seed)
    ]
    return pl.DataFrame(rows, infer_schema_length=None), findings
