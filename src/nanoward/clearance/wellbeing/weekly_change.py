"""Everybody's weekly scores against their own past, their goals against those at enrolment.

Norms come from the control people where there are two with enough weeks, else from everybody,
which can only hide a change, and is said. Weeks are those on which every scale was answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Finding, Undecided
from nanoward.base.tables import CHANGES, COURSES
from nanoward.clearance.wellbeing.advance_directive import Directive, drift_from
from nanoward.clearance.wellbeing.within_person_change import (
    LEAST_WEEKS,
    CalibratedScan,
    Change,
    Norms,
    TooFewScoresError,
    calibrated_scan,
    change_in,
    load_effect,
    norms_of,
)
from nanoward.maths.frames import frame_of


def weekly_changes(
    answers: pl.DataFrame,
    loads: pl.DataFrame,
    scales: Sequence[str],
    controls: frozenset[str],
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Undecided, ...]]:
    """Tables CHANGES and COURSES, and what cannot be told.

    answers   of `scores`: participant, day, code, value
    loads     participant, day, value: measured load of the agent; may be empty
    scales    codes that make up a week
    controls  people who give the norms; they are not judged
    """
    weeks = weekly(answers, scales)
    people = {str(who): part for (who,), part in weeks.group_by("participant")}
    known = frozenset(who for who in controls if who in people)
    norms, doubt = _norms(people, scales, known)
    if norms is None:
        return frame_of(CHANGES, []), frame_of(COURSES, []), (_cannot("", doubt),)
    watch = calibrated_scan(norms, rng=rng, people=4_000)
    rows: list[dict[str, Any]] = []
    courses: list[dict[str, Any]] = []
    undecided: list[Undecided] = []
    for who in sorted(set(people) - known):
        part = people[who]
        told = change_in(watch, part["day"].to_list(), part.select(scales).to_numpy())
        if isinstance(told, Undecided):
            undecided.append(_cannot(who, told.reason))
            continue
        load = loads.filter(pl.col("participant") == who).drop_nulls()
        rows.append(_row(who, told, watch, _load_p(part, scales, load), doubt))
        courses += _course(who, told, part, scales, load)
    return frame_of(CHANGES, rows), frame_of(COURSES, courses), tuple(undecided)


def weekly(answers: pl.DataFrame, scales: Sequence[str]) -> pl.DataFrame:
    """participant, day, a column per scale: days on which all were answered, in order."""
    asked = answers.filter(pl.col("code").is_in(list(scales))).drop_nulls()
    wide = asked.pivot(
        "code", index=["participant", "day"], values="value", aggregate_function="last"
    )
    lacking = [name for name in scales if name not in wide.columns]
    whole = wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in lacking)
    return whole.select("participant", "day", *scales).drop_nulls().sort("participant", "day")


def _norms(
    people: Mapping[str, pl.DataFrame], scales: Sequence[str], controls: frozenset[str]
) -> tuple[Norms | None, str]:
    """Norms, and what to say of them; null where not even two people have enough weeks."""
    reason = "no week is complete"
    for chosen, doubt in ((controls, ""), (frozenset(people), "norms from everybody")):
        weeks = [_scores(people[who], scales) for who in sorted(chosen)]
        try:
            return norms_of(scales, weeks), doubt
        except TooFewScoresError as fault:
            reason = fault.message
    return None, reason


def _scores(part: pl.DataFrame, scales: Sequence[str]) -> Float[np.ndarray, "t p"]:
    return part.select(scales).to_numpy()


def _cannot(who: str, reason: str) -> Undecided:
    if who:
        return Undecided(
            code="CLR-905",
            room="clearance",
            subject=who,
            question="has this person changed?",
            reason=reason,
        )
    return Undecided(
        code="CLR-906",
        room="clearance",
        subject="",
        question="has anybody changed against their own past?",
        reason=reason,
    )


def _row(
    who: str, told: Change, watch: CalibratedScan, load_p: float | None, doubt: str
) -> dict[str, Any]:
    return {
        "participant": who,
        "weeks": len(told.days),
        "changed": told.alarm is not None,
        "seen": told.alarm,
        "began": told.began,
        "highest": float(np.nanmax(told.statistic)),
        "limit": told.limit,
        "could_see": watch.could_see,
        "load_p": load_p,
        "told": f"{told.told}; {doubt}" if doubt else told.told,
    }


def _load_p(part: pl.DataFrame, scales: Sequence[str], load: pl.DataFrame) -> float | None:
    """The smallest p of any scale with the load of the nearest day before, times the scales."""
    if load.is_empty():
        return None
    met = part.sort("day").join_asof(
        load.select("day", load="value").sort("day"), on="day", tolerance="7d"
    )
    met = met.drop_nulls("load")
    if met.height < LEAST_WEEKS or met["load"].n_unique() < 2:
        return None
    first = met["day"][0]
    when = np.array([(day - first).days / 7 for day in met["day"]])
    found = [
        load_effect(met[name].to_numpy(), met["load"].to_numpy(), when).p_value
        for name in scales
        if met[name].n_unique() > 1
    ]
    return min(1.0, min(found) * len(scales)) if found else None


def _course(
    who: str, told: Change, part: pl.DataFrame, scales: Sequence[str], load: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    for day, value in zip(told.days, told.statistic, strict=True):
        number = None if np.isnan(value) else value
        yield {"participant": who, "what": "statistic", "day": day, "value": number}
    for name in scales:
        for day, value in part.select("day", name).iter_rows():
            yield {"participant": who, "what": name, "day": day, "value": value}
    for day, value in load.select("day", "value").unique("day", keep="last").iter_rows():
        yield {"participant": who, "what": "load", "day": day, "value": value}


def reversed_goals(answers: pl.DataFrame, prefix: str) -> tuple[Finding, ...]:
    """A finding for everybody whose latest goals cross the middle of those at enrolment.

    The first answers are the advance directive; a goal that was not answered is left out.
    """
    asked = answers.filter(pl.col("code").str.starts_with(prefix)).drop_nulls()
    return tuple(
        _turned(str(who), part)
        for (who,), part in asked.group_by("participant", maintain_order=True)
        if _crossed(part)
    )


def _crossed(part: pl.DataFrame) -> tuple[str, ...]:
    first, last = part["day"].min(), part["day"].max()
    given = {day: _answers(part.filter(pl.col("day") == day)) for day in (first, last)}
    directive = Directive(participant="", given=first, answers=given[first])  # type: ignore[arg-type]
    return drift_from(directive, given[last]).reversed


def _answers(part: pl.DataFrame) -> dict[str, int]:
    return {code: round(value) for code, value in part.select("code", "value").iter_rows()}


def _turned(who: str, part: pl.DataFrame) -> Finding:
    return Finding(
        code="CLR-062",
        severity="warning",
        message=f"goals of {who} turned since enrolment: {', '.join(_crossed(part))}",
        next_step="Let the advocate speak with the person alone, the agent off if it can be.",
        subject=who,
    )
