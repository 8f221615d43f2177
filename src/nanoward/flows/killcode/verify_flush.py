"""Verify flushes: what the samples of each participant say after a kill code was fired."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from nanoward.base.entries import Entry, FlushDecided, FlushSampled, StrengthEstimated
from nanoward.base.errors import RefusedError
from nanoward.control.flush import (
    ALTERED,
    LOW,
    FlushRule,
    Forecast,
    PlannedSample,
    Route,
    Sample,
    Verdict,
    clearance_forecast,
    flush_verdict,
    sample_name,
)
from nanoward.control.kill_state import FIRED, KillState
from nanoward.control.killcode import may_clear
from nanoward.control.strength import Use, next_strength
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.release_kill import alarm, moment_of
from nanoward.ports.desk import Desk

EVERY = timedelta(hours=24)  # samples planned ahead, one route after the other
AHEAD = 60
CATALOGUE: Route = ("sequencing", "catalogue")  # what the round found in a sample
INVALID = 0.1  # share of samples expected to be invalid


class SampleRefusedError(RefusedError):
    """A sample of a flush cannot be taken as it was entered; nothing was written."""

    code = "REF-067"
    next_step = "Correct what is named and enter the sample again."


def record_sample(desk: Desk, book: OrderState, sample: FlushSampled, *, actor: str) -> None:
    """Put one examined sample on the lane's ledger; SampleRefusedError with every reason."""
    against = _sample_refusals(desk, book.refresh(desk), sample)
    if against:
        raise SampleRefusedError("; ".join(against))
    desk.lane.append([sample], actor=actor, at=desk.clock.now())
    book.refresh(desk)


def _sample_refusals(desk: Desk, book: OrderState, sample: FlushSampled) -> tuple[str, ...]:
    """A misspelt route would count for nothing in silence; a sample entered twice, twice."""
    state = book.kills.get(sample.order)
    fired = state is not None and state.people.get(sample.participant) in FIRED
    route = (sample.assay, sample.matrix)
    known = ", ".join(" of ".join(one) for one in sorted(desk.plan.routes))
    name = sample_name(sample.sample)
    before = book.samples.get((sample.order, sample.participant), ())
    again = any(sample_name(one.sample) == name for one in before)
    tells = sample.valid and (sample.detected or sample.locus in (ALTERED, LOW))
    checks = (
        (fired, f"{sample.order} was not fired at {sample.participant}"),
        (sample.taken <= desk.clock.now(), f"sample {sample.sample} was taken in the future"),
        (bool(name), "the sample has no identifier"),
        (
            route in desk.plan.routes or route == CATALOGUE,
            f"{sample.assay} of {sample.matrix} is no route of the plan: {known}",
        ),
        (not again or tells, f"sample {sample.sample} is on record already"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def verify_flush(desk: Desk, book: OrderState, *, actor: str) -> tuple[FlushDecided, ...]:
    """Decide anew for everybody who was fired at; write what changed; alarm at an escape."""
    decided: list[FlushDecided] = []
    for state in book.refresh(desk).kills.values():
        for who, word in state.people.items():
            if word in FIRED:
                decided.append(_decision(desk, book, state, who))
    entries: list[Entry] = []
    for one in decided:
        if book.flushes.get((one.order, one.participant)) != one:
            entries.append(one)
            entries += _consequences(desk, book, one)
    if entries:
        desk.lane.append(entries, actor=actor, at=desk.clock.now())
        book.refresh(desk)
    return tuple(decided)


def rule_for(desk: Desk, book: OrderState, state: KillState, who: str) -> FlushRule:
    """The flush rule for one person."""
    return desk.plan.flush_rule(state.request.mechanism, book.carriers[who].cells)


def _decision(desk: Desk, book: OrderState, state: KillState, who: str) -> FlushDecided:
    order, rule = state.request.order, rule_for(desk, book, state, who)
    samples = [_sample(one) for one in book.samples.get((order, who), ())]
    fired = fired_at(book, state, who)
    verdict = flush_verdict(rule, fired, samples)
    outcome, reasons = verdict.outcome, verdict.reasons
    if state.people[who] == "escaped":
        outcome, reasons = "escaped", verdict.reasons or ("it had escaped before",)
    elif outcome == "cleared" and state.people[who] != "cleared":
        last = max(one.taken for one in samples if one.valid)
        against = may_clear(
            state, who, window=rule.washout + rule.window, sampled=last, now=moment_of(desk)
        )
        outcome, reasons = ("verifying", against) if against else (outcome, reasons)
    forecast = _forecast(rule, fired, samples) if outcome == "verifying" else None
    return _entry(order, who, outcome, reasons, verdict, forecast)


def _entry(
    order: str,
    who: str,
    outcome: str,
    reasons: tuple[str, ...],
    verdict: Verdict,
    forecast: Forecast | None,
) -> FlushDecided:
    return FlushDecided(
        order=order,
        participant=who,
        outcome=outcome,
        response=verdict.response,
        residual=verdict.residual,
        earliest=forecast.earliest if forecast else None,
        latest=forecast.latest if forecast else None,
        reasons=reasons,
    )


def fired_at(book: OrderState, state: KillState, who: str) -> datetime:
    """When the driver says it was fired; the decision may have come long after."""
    return book.fired.get((state.request.order, who), state.since[who])


def _forecast(rule: FlushRule, fired: datetime, samples: Sequence[Sample]) -> Forecast:
    start = max((one.taken for one in samples), default=fired)
    routes: list[Route] = sorted(rule.routes)
    planned = [
        PlannedSample(taken=start + EVERY * (place + 1), route=routes[place % len(routes)])
        for place in range(AHEAD)
    ]
    return clearance_forecast(rule, fired, samples, planned, invalid=INVALID)


def _consequences(desk: Desk, book: OrderState, decided: FlushDecided) -> list[Entry]:
    """An escape raises an alarm that names the second route; each end re-estimates strength."""
    order, who = decided.order, decided.participant
    request = book.kills[order].request
    before = book.flushes.get((order, who))
    if decided.outcome == "verifying" or (before and before.outcome == decided.outcome):
        return []
    entries: list[Entry] = [_strength(desk, book, decided)]
    if decided.outcome == "escaped":
        second = desk.plan.mechanisms[request.mechanism].second
        message = f"escaped {request.mechanism}: {'; '.join(decided.reasons)}; now {second}"
        desk.notifier.notify(urgency="now", subject=who, message=message)
        entries.append(alarm("escaped", order, who, message))
    return entries


def _strength(desk: Desk, book: OrderState, decided: FlushDecided) -> StrengthEstimated:
    who, name = decided.participant, book.kills[decided.order].request.mechanism
    declared = desk.plan.mechanisms[name]
    outcomes = {**book.flushes, (decided.order, who): decided}
    uses = [
        Use(
            log_kill=_log_kill(book.samples.get((order, who), ())),
            cells=book.carriers[who].cells,
            escaped=one.outcome == "escaped",
        )
        for (order, person), one in outcomes.items()
        if person == who
        and one.outcome in ("cleared", "escaped")
        and book.kills[order].request.mechanism == name
    ]
    found = next_strength(declared.log_kill, declared.escape, uses)
    return StrengthEstimated(
        order=decided.order,
        participant=who,
        mechanism=name,
        log_kill=found.log_kill,
        low=found.low,
        high=found.high,
        escape=found.escape,
    )


def _log_kill(samples: Sequence[FlushSampled]) -> float | None:
    """log10 from the first to the least count; None where counts are too few or zero."""
    counts = [one.count for one in samples if one.valid and one.count is not None]
    if len(counts) < 2 or counts[0] <= 0 or min(counts) <= 0:
        return None
    return math.log10(counts[0] / min(counts))


def _sample(entry: FlushSampled) -> Sample:
    return Sample(
        route=(entry.assay, entry.matrix),
        taken=entry.taken,
        valid=entry.valid,
        detected=entry.detected,
        count=entry.count,
        locus=entry.locus,
        name=entry.sample,
    )


def altered_locus(order: str, who: str, sample: str, taken: datetime) -> FlushSampled:
    """The entry for a kill locus that the catalogue found altered: an escape at once."""
    return FlushSampled(
        order=order,
        participant=who,
        sample=sample,
        assay=CATALOGUE[0],
        matrix=CATALOGUE[1],
        taken=taken,
        valid=True,
        detected=True,
        count=None,
        locus=ALTERED,
    )
