"""From a plain event table: the frontier of every person, a setting, and what is certified."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

import numpy as np
import polars as pl

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding, Undecided, in_order
from nanoward.base.tables import FRONTIER
from nanoward.base.units import UnknownUnit, conversion
from nanoward.flows.tuning.fit_people import EventFile, persons_of
from nanoward.ports.formats import Formats
from nanoward.ports.ports import FilePorts
from nanoward.ports.signer import NoteSigner
from nanoward.tuning import (
    Certificate,
    CertificateDates,
    Dynamics,
    Frontier,
    Goal,
    History,
    Question,
    at_times,
    certify,
    common_seed,
    dosing_error,
    event_rows,
    fit_histories,
    frontier_rows,
    in_periods,
    posterior_draws,
    recommend,
    simulated,
    table,
)
from nanoward.tuning.dosing.eligibility import MAY_START
from nanoward.tuning.estimation.ambiguity import ambiguity_findings
from nanoward.tuning.moved_settings import with_adjustments
from nanoward.tuning.tuning_tables import ROOM


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
            row
            for one in self.people
            if one.frontier is not None
            for row in frontier_rows(one.history.name, self.goal, one.frontier)
        ]
        return table(FRONTIER, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningDates:
    """Days of a certificate.

    issued      when it is signed
    ended       of the tables' last record; a person's last observation is counted back from it
    latest      the last day that may be certified
    """

    issued: date
    ended: date
    latest: date

    def __post_init__(self) -> None:
        if self.ended > self.issued:
            raise UsageError(
                f"the table ended on {self.ended}, after the day of the certificate, "
                f"{self.issued}",
                next_step="Give --ended as the day of the table's last record.",
            )
        if self.latest < self.issued:
            raise UsageError(
                f"--until {self.latest} lies before the day of the certificate, {self.issued}"
            )


def may_certify(standings: Mapping[str, str] | None, participant: str) -> bool:
    """Whether the standing lets somebody set anything alone; True where none is known."""
    return standings is None or standings.get(participant) in MAY_START


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A certificate, its bytes and their signature."""

    certificate: Certificate
    content: bytes
    signature: bytes


def recommend_settings(
    ports: FilePorts,
    file: EventFile,
    question: Question,
    seed: int,
    moves: EventFile | None = None,
    *,
    newcomers: bool = False,
) -> Recommendations:
    """The frontier of everybody in the file under the question's goal.

    moves      a table of settings that people moved or preferred themselves
    newcomers  people without an observation get a first setting, from the population alone
    """
    model, goal = question.model, question.goal
    if goal is None:
        raise UsageError("the question has no [tuning.goal] with a model of formulas")
    persons, findings = persons_of(ports.formats, file, question)
    if moves is not None:
        reading = ports.formats.read("adjustments", moves.path, moves.content)
        persons, odd = with_adjustments(question, persons, reading.table)
        findings = (*findings, *reading.findings, *odd)
    known = [in_periods(model, one, goal.horizon) for one in persons]
    fits = fit_histories(model, known)
    found = []
    with ports.progress("following every setting", len(known)) as step:
        for one, fit in zip(known, fits, strict=True):
            new = newcomers and not one.observed and not one.exclusion_reason
            why = one.doubt if new else dosing_error(one, fit)
            frontier = None
            if not why:
                chance = common_seed(seed, "posterior")
                draws = posterior_draws(model, one, fit, question.draws, chance)
                frontier = recommend(model, one, draws, goal)
                why = "" if frontier.advice.dose is not None else frontier.advice.reason
            found.append(Recommended(history=one, frontier=frontier, reason=why))
            step(1)
    unsure = ambiguity_findings(
        ((one.name, fit.ambiguity) for one, fit in zip(known, fits, strict=True)), file.path
    )
    return Recommendations(
        people=tuple(found),
        findings=in_order([*findings, *unsure]),
        undecided=tuple(
            Undecided(
                code="TUN-902",
                room=ROOM,
                subject=one.history.name,
                question="setting",
                reason=one.reason,
            )
            for one in found
            if one.reason
        ),
        goal=goal,
        model=model,
    )


def certify_settings(
    found: Recommendations, signer: NoteSigner, days: SigningDates, oldest: int,
    standings: Mapping[str, str] | None = None,
) -> list[Signed]:  # fmt: skip
    """Signed certificates of everybody with a frontier; of the cleared alone where standings
    of clearance are known."""
    latest = max((one.history.last for one in found.people), default=0.0)
    signed = []
    for one in found.people:
        if one.frontier is None or not may_certify(standings, one.history.name):
            continue
        seen = max((event.time for event in one.history.observed), default=0.0)
        age = timedelta(hours=(latest - seen) * _hours(found.model))
        certificate = certify(
            one.history.name,
            found.goal,
            one.frontier,
            (found.model.sha256, one.history.sha256),
            CertificateDates(
                issued=days.issued, last_observed=days.ended - age, latest=days.latest
            ),
            oldest,
        )
        content = certificate.content()
        signed.append(
            Signed(certificate=certificate, content=content, signature=signer.sign(content))
        )
    return signed


def oldest_data(question: Question, asked: int | None) -> int:
    """Days after which data certify nothing: the plan's, or fewer where asked for."""
    planned = int(question.goal.oldest) if question.goal is not None else 30
    if asked is not None and asked > planned:
        raise UsageError(
            f"--oldest {asked} is more than the {planned} days of goal.oldest",
            next_step="Leave --oldest out, or change the plan.",
        )
    return planned if asked is None else asked


def certificate_name(participant: str) -> str:
    """A file name that tells the person, and no other person's."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", participant)
    if plain == participant and plain:
        return f"certificate-{plain}"
    return f"certificate-{plain}-{sha256(participant.encode()).hexdigest()[:8]}"


def certified_question(question: Question, oldest: int) -> Question:
    """The question whose frontier may be certified: a drifting agent is followed until its data
    are `oldest` days old, so that no setting is certified into what it may become."""
    model, goal = question.model, question.goal
    if goal is None or model.period <= 0:
        return question
    until = oldest * 24.0 / _hours(model)
    if until <= goal.horizon:
        return question
    return replace(question, goal=replace(goal, horizon=until))


def _hours(model: Dynamics) -> float:
    """Hours of the model's unit of time; refused where it cannot be told."""
    found = conversion(model.time_unit, "h")
    if isinstance(found, UnknownUnit):
        raise UsageError(f"the model's time_unit {model.time_unit!r} is no unit of time")
    return found


def simulate_people(
    formats: Formats, file: EventFile, question: Question, replicates: int, seed: int,
    times: Sequence[float] = (),
) -> tuple[pl.DataFrame, pl.DataFrame, Sequence[Finding]]:  # fmt: skip
    """What people with the file's doses might have been observed to have, and the same as an
    event table that can be fitted.

    times  at which every output is asked for; else at the file's own observations
    """
    model = question.model
    if model.written is not None:  # its covariates are columns of effects, not of the table
        raise UsageError("simulation is offered for models of formulas")
    persons, findings = persons_of(formats, file, question)
    rows, events = [], []
    for one in persons:
        if not one.exclusion_reason:
            asked = at_times(model, one, np.array(times, float)) if len(times) else one
            found = simulated(model, asked, replicates, seed)
            rows += found
            events += event_rows(model, asked, found)
    return (
        pl.DataFrame(rows, infer_schema_length=None),
        pl.DataFrame(events, infer_schema_length=None),
        findings,
    )
